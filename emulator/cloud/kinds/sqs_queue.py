"""AWS::SQS::Queue, AWS::SQS::QueuePolicy and AWS::SQS::QueueInlinePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
"""

from __future__ import annotations

import json
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, call, find, tag_changes
from emulator.model import Created

_ABSENT = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NonExistentQueue")
_DEFAULTS = {
    "DelaySeconds": "0",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
}
_OPTIONAL = (
    "MaximumMessageSize",
    "RedriveAllowPolicy",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "SqsManagedSseEnabled",
)
_DOCUMENTS = ("RedrivePolicy", "RedriveAllowPolicy", "Policy")
# What an attribute is again once it has left the template.
_BLANK = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
    "KmsMasterKeyId": "",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
}


def ensure(wanted: Wanted) -> Created:
    """Create the queue or bring its attributes and tags to the template; messages stay."""
    fifo = text(wanted.properties.get("FifoQueue", False)) == "true"
    name = wanted.name("QueueName", longest=80, suffix=".fifo" if fifo else "")
    attributes = _attributes(wanted)
    found = find(wanted.clients, "sqs", "get_queue_url", _ABSENT, QueueName=name)
    if found is None:
        creation = {**attributes, **({"FifoQueue": "true"} if fifo else {})}
        answer = wanted.call("sqs", "create_queue", QueueName=name, Attributes=creation, tags=wanted.tags() or None)
        url = answer["QueueUrl"]
    else:
        url = found["QueueUrl"]
        _update(wanted, url, attributes)
    arn = wanted.arn("sqs", name)
    handled = ("QueueName", "FifoQueue", "RedrivePolicy", *_DEFAULTS, *_OPTIONAL)
    notes = (*wanted.unset(*handled), *_dropped(wanted, url, attributes))
    return Created(url, {"Arn": arn, "QueueName": name, "QueueUrl": url}, notes)


def delete(clients: Clients, created: Created) -> None:
    """Delete the queue with its messages.

    A URL of another port is what an earlier run called the queue: backends resolve it to the same queue, alive now.
    """
    if clients.is_local("sqs") and not created.physical_id.startswith(clients.url("sqs")):
        return
    find(clients, "sqs", "delete_queue", _ABSENT, QueueUrl=created.physical_id)


def describe(clients: Clients, url: str) -> dict[str, str]:
    """All attributes of the queue."""
    answer = call(clients, "sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
    attributes: dict[str, str] = answer.get("Attributes", {})
    return attributes


def ensure_policy(wanted: Wanted) -> Created:
    """Set the policy of every queue it lists."""
    document = json.dumps(wanted.properties["PolicyDocument"])
    queues = wanted.properties.get("Queues") or [wanted.properties["Queue"]]
    for url in queues:
        if not _same_document(describe(wanted.clients, url).get("Policy"), document):
            wanted.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": document})
    name = f"{wanted.stack}-{wanted.resource.logical_id}"
    return Created(name, {"Id": name, "Queues": json.dumps(list(queues))})


def delete_policy(clients: Clients, created: Created) -> None:
    """Take the policy off the queues."""
    for url in json.loads(created.attributes.get("Queues", "[]")):
        find(clients, "sqs", "set_queue_attributes", _ABSENT, QueueUrl=url, Attributes={"Policy": ""})


def _attributes(wanted: Wanted) -> dict[str, str]:
    properties = wanted.properties
    attributes = {name: text(properties.get(name, default)) for name, default in _DEFAULTS.items()}
    for name in (*_OPTIONAL, "RedrivePolicy"):
        if properties.get(name) is not None:
            attributes[name] = text(properties[name])
    return attributes


def _update(wanted: Wanted, url: str, attributes: dict[str, str]) -> None:
    found = describe(wanted.clients, url)
    target = dict(attributes)
    # Only what the queue has: a standard queue takes none of a FIFO queue's attributes.
    target.update({name: blank for name, blank in _BLANK.items() if found.get(name) and name not in target})
    changed = {name: value for name, value in target.items() if not _same(name, found.get(name), value)}
    if changed:
        wanted.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes=changed)
    tags = wanted.call("sqs", "list_queue_tags", QueueUrl=url).get("Tags") or {}
    added, gone = tag_changes(wanted.tags(), tags)
    if added:
        wanted.call("sqs", "tag_queue", QueueUrl=url, Tags=added)
    if gone:
        wanted.call("sqs", "untag_queue", QueueUrl=url, TagKeys=gone)


def _dropped(wanted: Wanted, url: str, attributes: dict[str, str]) -> tuple[str, ...]:
    """Notes on what the backend took without a word and does not keep."""
    found = describe(wanted.clients, url)
    title = f"{wanted.resource.type} {wanted.resource.logical_id}"
    names = [name for name, value in attributes.items() if not _same(name, found.get(name), value)]
    return tuple(f"{title}: this backend does not keep {name}" for name in names)


def _same(name: str, found: str | None, target: str) -> bool:
    return _same_document(found, target) if name in _DOCUMENTS else found == target


def _same_document(found: str | None, target: str) -> bool:
    if not found or not target:
        return (found or "") == target
    one, other = _strings(json.loads(found)), _strings(json.loads(target))
    return bool(one == other)


def _strings(value: Any) -> Any:
    """maxReceiveCount comes back as a string or a number, as it was sent."""
    if isinstance(value, dict):
        return {key: _strings(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_strings(one) for one in value]
    return str(value)
