"""AWS::SNS::Subscription and the Subscription list of AWS::SNS::Topic -> model.TopicSubscription.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from emulator.model import Created, TopicSubscription
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_ATTRIBUTES = ("FilterPolicy", "FilterPolicyScope")
# RedrivePolicy and DeliveryPolicy are about handing the message to Lambda, which a queue on the backend always accepts.
_KNOWN = frozenset({"TopicArn", "Protocol", "Endpoint", "RedrivePolicy", "DeliveryPolicy", *_ATTRIBUTES})
_REASONS = {"Region": "topics of other regions are not reached from here"}


def read_topic_subscriptions(
    reading: Reading, functions: FunctionIndex, known: Mapping[str, Created]
) -> tuple[TopicSubscription, ...]:
    """Those with protocol lambda; functions of other stacks are listed as ignored."""
    subscriptions = []
    for logical_id, topic_arn, section in _written(reading, known):
        if section.optional_text("Protocol") != "lambda":
            continue
        function = functions.find(section.text("Endpoint"))
        if function is None:
            reading.ignore(section, "Endpoint", "the function does not run here, so no message reaches it")
            continue
        _refuse_impossible(section, topic_arn)
        reading.ignore_others(section, _KNOWN, _REASONS)
        tell_missing_permission(reading, functions, function, "sns.amazonaws.com", section, "Endpoint")
        subscriptions.append(
            TopicSubscription(logical_id, function, topic_arn, section.place("Endpoint"), _attributes(section))
        )
    return tuple(subscriptions)


def _written(reading: Reading, known: Mapping[str, Created]) -> Iterator[tuple[str, str, Section]]:
    for logical_id, section in reading.of("AWS::SNS::Subscription"):
        yield logical_id, section.text("TopicArn"), section
    for logical_id, topic in reading.of("AWS::SNS::Topic"):
        for section in topic.subs("Subscription"):
            yield logical_id, known[logical_id].physical_id, section


def _refuse_impossible(section: Section, topic_arn: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html"""
    if topic_arn.endswith(".fifo"):
        raise section.fault("Endpoint", found=topic_arn, fix="FIFO topics reach functions through a queue only.")
    if section.flag("RawMessageDelivery"):
        raise section.fault("RawMessageDelivery", found="true", fix="SNS does not deliver raw messages to functions.")


def _attributes(section: Section) -> dict[str, str]:
    values = {name: section.values[name] for name in _ATTRIBUTES if name in section}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
