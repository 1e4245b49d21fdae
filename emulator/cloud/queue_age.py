"""How old the oldest message of a queue is, asked without touching it: a receive would count on its receive count.

SQS itself does not say. AWS publishes a metric; MiniStack and LocalStack let one look into a queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.localstack.cloud/aws/services/sqs/
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.wanted import call

PEEK_LIMIT = 10_000
"""Looking into a queue brings all its messages along: a fuller one is not looked into."""
_TIMEOUT_S = 10
_MINISTACK = "/_ministack/sqs/messages?{query}"
_LOCALSTACK = "/_aws/sqs/messages?{query}&ShowInvisible=true&ShowDelayed=true"


def oldest_age_s(clients: Clients, url: str, messages: int, now_s: float) -> float | None:
    """Seconds since the oldest message of the queue was sent; None when nobody can tell, or it has none."""
    if messages == 0:
        return None
    if not clients.is_local("sqs"):
        return _metric(clients, url, now_s)
    sent = _oldest_sent_s(clients.url("sqs"), url) if messages <= PEEK_LIMIT else None
    return None if sent is None else max(0.0, now_s - sent)


def _metric(clients: Clients, url: str, now_s: float) -> float | None:
    now = datetime.fromtimestamp(now_s, UTC)
    with calling(clients.url("cloudwatch")):
        answer = call(
            clients,
            "cloudwatch",
            "get_metric_statistics",
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )
    points = sorted(answer.get("Datapoints") or (), key=lambda point: point["Timestamp"])
    return float(points[-1]["Maximum"]) if points else None


def _oldest_sent_s(endpoint: str, url: str) -> float | None:
    query = urllib.parse.urlencode({"QueueUrl": url})
    for path, read in ((_MINISTACK, _sent_in_ministack), (_LOCALSTACK, _sent_in_localstack)):
        document = _document(endpoint + path.format(query=query))
        if document is not None:
            return min(read(document), default=None)
    return None


def _document(address: str) -> Any:
    """The JSON document there, None where there is none: another backend."""
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            return json.loads(response.read())
    except (OSError, urllib.error.URLError, ValueError):
        return None


def _sent_in_ministack(document: Any) -> Iterator[float]:
    """{"messages": {account: {region: {queue: [{"SentTimestamp": seconds}]}}}}"""
    for regions in document["messages"].values():
        for queues in regions.values():
            for messages in queues.values():
                yield from (float(message["SentTimestamp"]) for message in messages)


def _sent_in_localstack(document: Any) -> Iterator[float]:
    """{"ReceiveMessageResponse": {"ReceiveMessageResult": {"Message": [{"Attribute": [{"Name", "Value"}]}]}}}"""
    found = (document.get("ReceiveMessageResponse", {}).get("ReceiveMessageResult") or {}).get("Message") or []
    for message in found if isinstance(found, list) else [found]:
        attributes = message.get("Attribute") or []
        for attribute in attributes if isinstance(attributes, list) else [attributes]:
            if attribute.get("Name") == "SentTimestamp":
                yield int(attribute["Value"]) / 1000
