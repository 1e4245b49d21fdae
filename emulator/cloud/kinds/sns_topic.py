"""AWS::SNS::Topic, AWS::SNS::TopicPolicy and AWS::SNS::TopicInlinePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.kinds import sns_subscription
from emulator.cloud.wanted import Wanted, find, tag_changes, tag_list
from emulator.model import Created

_ABSENT = ("NotFound", "NotFoundException", "ResourceNotFoundException")
_CREATED_WITH = ("FifoTopic",)
_CHANGEABLE = (
    "DisplayName",
    "KmsMasterKeyId",
    "ContentBasedDeduplication",
    "SignatureVersion",
    "TracingConfig",
    "ArchivePolicy",
    "FifoThroughputScope",
)


def ensure(wanted: Wanted) -> Created:
    """Create the topic or bring its attributes, tags and inline subscriptions to the template."""
    properties = wanted.properties
    fifo = text(properties.get("FifoTopic", False)) == "true"
    name = wanted.name("TopicName", longest=256, suffix=".fifo" if fifo else "")
    arn = wanted.arn("sns", name)
    attributes = {name: text(properties[name]) for name in _CHANGEABLE if properties.get(name) is not None}
    found = describe(wanted.clients, arn)
    if found is None:
        creation = {**attributes, **({"FifoTopic": "true"} if fifo else {})}
        tags = tag_list(wanted.tags()) or None
        arn = wanted.call("sns", "create_topic", Name=name, Attributes=creation, Tags=tags)["TopicArn"]
    else:
        _update(wanted, arn, attributes, found)
    notes = [
        note
        for one in properties.get("Subscription") or ()
        for note in sns_subscription.subscribe(wanted, arn, one).notes
    ]
    unset = wanted.unset("TopicName", "Subscription", *_CREATED_WITH, *_CHANGEABLE)
    return Created(arn, {"TopicArn": arn, "TopicName": name, "Arn": arn}, (*notes, *unset))


def describe(clients: Clients, arn: str) -> dict[str, str] | None:
    """The topic's attributes, None when there is no such topic."""
    answer = find(clients, "sns", "get_topic_attributes", _ABSENT, TopicArn=arn)
    return None if answer is None else answer["Attributes"]


def delete(clients: Clients, created: Created) -> None:
    """Delete the topic with its subscriptions."""
    find(clients, "sns", "delete_topic", _ABSENT, TopicArn=created.physical_id)


def ensure_policy(wanted: Wanted) -> Created:
    """Set the policy of every topic it lists."""
    document = json.dumps(wanted.properties["PolicyDocument"])
    topics = wanted.properties.get("Topics") or [wanted.properties["TopicArn"]]
    for arn in topics:
        found = (describe(wanted.clients, arn) or {}).get("Policy")
        if not found or json.loads(found) != json.loads(document):
            wanted.call("sns", "set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=document)
    name = f"{wanted.stack}-{wanted.resource.logical_id}"
    return Created(name, {"Id": name})


def keep_policy(_clients: Clients, _created: Created) -> None:
    """A topic always has a policy; it goes with the topic."""


def _update(wanted: Wanted, arn: str, attributes: Mapping[str, str], found: Mapping[str, Any]) -> None:
    for name, value in attributes.items():
        if found.get(name) != value:
            wanted.call("sns", "set_topic_attributes", TopicArn=arn, AttributeName=name, AttributeValue=value)
    tags = wanted.call("sns", "list_tags_for_resource", ResourceArn=arn).get("Tags") or ()
    added, gone = tag_changes(wanted.tags(), {tag["Key"]: tag["Value"] for tag in tags})
    if added:
        wanted.call("sns", "tag_resource", ResourceArn=arn, Tags=tag_list(added))
    if gone:
        wanted.call("sns", "untag_resource", ResourceArn=arn, TagKeys=gone)
