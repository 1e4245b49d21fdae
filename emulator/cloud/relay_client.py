"""Lets topics, buckets and rules of a backend deliver into queues of Terrarium's own, beside whatever else they do.

https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ways-to-add-notification-config-to-bucket.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.kinds.sns_subscription import existing_subscription
from emulator.cloud.queue_client import NO_QUEUE, QueueClient
from emulator.cloud.wanted import call, find
from emulator.errors import BackendRefusedError
from emulator.model import RelayQueue, RelayRoute

RETENTION_S = 14 * 24 * 3600
_GONE = ("NotFound", "NotFoundException", "NoSuchBucket", "ResourceNotFoundException")
_SENDERS = {"Service": ["sns.amazonaws.com", "s3.amazonaws.com", "events.amazonaws.com"]}


class RelayClient:
    """Implements the port of the same name in sources."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._queues = QueueClient(clients)

    def connect(self, route: RelayRoute) -> RelayQueue:
        """Create the queue and let the source deliver into it; nothing is done twice."""
        url = self._queues.ensure(route.queue, {"MessageRetentionPeriod": str(RETENTION_S)})
        arn = self._allow(url)
        if route.kind == "sns":
            return RelayQueue(url, self._subscribe(route.source, arn))
        if route.kind == "s3":
            self._notify(route, arn)
        else:
            self._target(route, arn)
        return RelayQueue(url)

    def disconnect(self, route: RelayRoute) -> None:
        """Undo `connect`, whatever of it is left, with the messages in the queue."""
        with calling(self._clients.url("sqs")):
            found = find(self._clients, "sqs", "get_queue_url", NO_QUEUE, QueueName=route.queue)
        if found is None:
            return
        url = str(found["QueueUrl"])
        arn = self._queues.attributes(url)["QueueArn"]
        if route.kind == "sns":
            self._unsubscribe(route.source, arn)
        elif route.kind == "s3":
            self._stop_notifying(route)
        else:
            self._remove_target(route)
        with calling(self._clients.url("sqs")):
            find(self._clients, "sqs", "delete_queue", NO_QUEUE, QueueUrl=url)

    def _allow(self, url: str) -> str:
        """The queue's ARN, once the three services may send to it."""
        attributes = self._queues.attributes(url)
        arn = attributes["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": _SENDERS,
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        if json.loads(attributes.get("Policy") or "{}") != policy:
            with calling(self._clients.url("sqs")):
                wanted = {"Policy": json.dumps(policy)}
                call(self._clients, "sqs", "set_queue_attributes", QueueUrl=url, Attributes=wanted)
        return arn

    def _subscribe(self, topic: str, queue: str) -> str:
        with calling(self._clients.url("sns")):
            subscribed = call(
                self._clients,
                "sns",
                "subscribe",
                TopicArn=topic,
                Protocol="sqs",
                Endpoint=queue,
                ReturnSubscriptionArn=True,
            )
        return str(subscribed["SubscriptionArn"])

    def _unsubscribe(self, topic: str, queue: str) -> None:
        with calling(self._clients.url("sns")):
            if find(self._clients, "sns", "get_topic_attributes", _GONE, TopicArn=topic) is None:
                return
            arn = existing_subscription(self._clients, topic, "sqs", queue)
            if arn is not None:
                find(self._clients, "sns", "unsubscribe", _GONE, SubscriptionArn=arn)

    def _notify(self, route: RelayRoute, queue: str) -> None:
        """Others' entries stay. Nothing is put when nothing differs: every put sends an s3:TestEvent to all queues."""
        rules = [{"Name": name, "Value": value} for name, value in _filters(route) if value]
        entry: dict[str, Any] = {"Id": route.queue, "QueueArn": queue, "Events": list(route.events)}
        if rules:
            entry["Filter"] = {"Key": {"FilterRules": rules}}
        with calling(self._clients.url("s3")):
            found = self._notifications(route.source)
            entries = [one for one in found.get("QueueConfigurations") or () if one.get("Id") != route.queue]
            if _comparable([*entries, entry]) != _comparable(found.get("QueueConfigurations") or []):
                self._put(route.source, {**found, "QueueConfigurations": [*entries, entry]})

    def _stop_notifying(self, route: RelayRoute) -> None:
        with calling(self._clients.url("s3")):
            if find(self._clients, "s3", "head_bucket", ("404", *_GONE), Bucket=route.source) is None:
                return
            found = self._notifications(route.source)
            entries = [one for one in found.get("QueueConfigurations") or () if one.get("Id") != route.queue]
            if len(entries) < len(found.get("QueueConfigurations") or ()):
                self._put(route.source, {**found, "QueueConfigurations": entries})

    def _notifications(self, bucket: str) -> dict[str, Any]:
        found = call(self._clients, "s3", "get_bucket_notification_configuration", Bucket=bucket)
        return {name: value for name, value in found.items() if name != "ResponseMetadata"}

    def _put(self, bucket: str, configuration: dict[str, Any]) -> None:
        call(
            self._clients,
            "s3",
            "put_bucket_notification_configuration",
            Bucket=bucket,
            NotificationConfiguration=configuration,
        )

    def is_enabled(self, route: RelayRoute) -> bool:
        """Whether the rule of this route is enabled now; one that is gone is not."""
        rule = _rule(route)
        with calling(self._clients.url("events")):
            found = find(
                self._clients, "events", "describe_rule", _GONE, Name=rule["Rule"], EventBusName=rule["EventBusName"]
            )
        return found is not None and found.get("State") != "DISABLED"

    def _target(self, route: RelayRoute, queue: str) -> None:
        target = {"Id": _target_id(route), "Arn": queue}
        with calling(self._clients.url("events")):
            answer = call(self._clients, "events", "put_targets", **_rule(route), Targets=[target])
        if answer.get("FailedEntryCount"):
            raise BackendRefusedError("The rule refused a target", where=route.source, found=str(answer))

    def _remove_target(self, route: RelayRoute) -> None:
        with calling(self._clients.url("events")):
            find(self._clients, "events", "remove_targets", _GONE, **_rule(route), Ids=[_target_id(route)])


def _filters(route: RelayRoute) -> tuple[tuple[str, str], ...]:
    return (("prefix", route.prefix), ("suffix", route.suffix))


def _comparable(entries: list[dict[str, Any]]) -> list[str]:
    """Backends may write "Prefix" for "prefix"."""
    return sorted(json.dumps(entry, sort_keys=True).lower() for entry in entries)


def _rule(route: RelayRoute) -> dict[str, str]:
    bus, _, name = route.source.rpartition("|")
    return {"EventBusName": bus, "Rule": name}


def _target_id(route: RelayRoute) -> str:
    """At most 64 characters; targets that begin like this are left alone when the rule is brought to its template."""
    return f"terrarium-{hashlib.sha256(route.queue.encode()).hexdigest()[:16]}"
