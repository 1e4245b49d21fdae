"""AWS::SNS::Subscription. Subscriptions of Lambda functions are Terrarium's own event sources, not the backend's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, call, find
from emulator.model import Created

_ABSENT = ("NotFound", "NotFoundException", "InvalidParameter", "ResourceNotFoundException")
# The scope first: it decides what a filter policy may say.
_ATTRIBUTES = (
    "FilterPolicyScope",
    "FilterPolicy",
    "RawMessageDelivery",
    "RedrivePolicy",
    "DeliveryPolicy",
    "SubscriptionRoleArn",
    "ReplayPolicy",
)
# What an attribute is again once it has left the template.
_BLANK = {"FilterPolicy": "{}", "RawMessageDelivery": "false"}


def ensure(wanted: Wanted) -> Created:
    """Subscribe, or bring the existing subscription's attributes to the template."""
    created = subscribe(wanted, wanted.properties["TopicArn"], wanted.properties)
    unset = wanted.unset("TopicArn", "Protocol", "Endpoint", "Region", *_ATTRIBUTES)
    return Created(created.physical_id, created.attributes, (*created.notes, *unset))


def delete(clients: Clients, created: Created) -> None:
    """Unsubscribe."""
    find(clients, "sns", "unsubscribe", _ABSENT, SubscriptionArn=created.physical_id)


def subscribe(wanted: Wanted, topic: str, properties: Mapping[str, Any]) -> Created:
    """One subscription of `topic`: Protocol, Endpoint and attributes as in the template."""
    protocol, endpoint = properties["Protocol"], properties["Endpoint"]
    if protocol == "lambda" and wanted.clients.is_local("sns"):
        name = f"{topic}:{wanted.resource.logical_id}"
        return Created(name, {"Arn": name})
    attributes = {name: text(properties[name]) for name in _ATTRIBUTES if properties.get(name) is not None}
    arn = existing_subscription(wanted.clients, topic, protocol, endpoint)
    if arn is None:
        arn = wanted.call(
            "sns",
            "subscribe",
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=attributes or None,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
    elif arn.startswith("arn:"):
        _update(wanted, arn, attributes)
    return Created(arn, {"Arn": arn}, _notes(wanted, arn, attributes))


def existing_subscription(clients: Clients, topic: str, protocol: str, endpoint: str) -> str | None:
    """The ARN of the topic's subscription of this endpoint."""
    token = None
    while True:
        page = call(clients, "sns", "list_subscriptions_by_topic", TopicArn=topic, NextToken=token)
        for one in page.get("Subscriptions") or ():
            if one["Protocol"] == protocol and one["Endpoint"] == endpoint:
                return str(one["SubscriptionArn"])
        token = page.get("NextToken")
        if not token:
            return None


def _update(wanted: Wanted, arn: str, attributes: Mapping[str, str]) -> None:
    found = wanted.call("sns", "get_subscription_attributes", SubscriptionArn=arn)["Attributes"]
    for name, value in attributes.items():
        if found.get(name) != value:
            wanted.call(
                "sns", "set_subscription_attributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=value
            )
    for name, blank in _BLANK.items():
        if name not in attributes and found.get(name) not in (None, "", blank):
            wanted.call(
                "sns", "set_subscription_attributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=blank
            )


def _notes(wanted: Wanted, arn: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """What the backend does not keep, or keeps and does not do."""
    if not arn.startswith("arn:") or not wanted.clients.is_local("sns"):
        return ()
    answer = wanted.call("sns", "get_subscription_attributes", SubscriptionArn=arn)
    title = f"{wanted.resource.type} {wanted.resource.logical_id}"
    notes = [f"{title}: this backend does not keep {name}" for name in attributes if name not in answer["Attributes"]]
    if answer["Attributes"].get("RedrivePolicy") and "RedrivePolicy" not in attributes:
        # LocalStack takes neither an empty text nor an empty document for none.
        notes.append(f"{title}: keeps the RedrivePolicy that it had")
    # MiniStack stores the policy and drops what it cannot deliver; LocalStack, which signs its answers, follows it.
    if "RedrivePolicy" in attributes and "x-localstack" not in answer["ResponseMetadata"]["HTTPHeaders"]:
        notes.append(f"{title}: the embedded backend drops what it cannot deliver, despite RedrivePolicy")
    return tuple(notes)
