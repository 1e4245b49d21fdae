"""How a function's event is made of what a topic, a bucket or a rule put into a relay queue.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from emulator.model import QueueMessage, RuleTarget
from emulator.payloads import s3_event, sns_event
from emulator.payloads.target_input import RuleContext, target_payload
from emulator.sources.async_envelope import Envelope, Unwanted
from emulator.sources.async_ledger import Parcel
from emulator.sources.topic_filter import Filter

WAKE = "terrarium: wake"
"""The body of the message with which a source that stops ends its own waiting receive."""


@dataclass(frozen=True, slots=True)
class TopicMessages:
    """Notifications of SNS. `subscription_arn` is asked once messages come."""

    accepts: Filter
    subscription_arn: Callable[[], str]

    def read(self, message: QueueMessage) -> Envelope | Unwanted | None:
        if message.body == WAKE:
            return Unwanted()
        sent = sns_event.notification(message.body)
        if sent is None:
            return None
        if not self.accepts(sent):
            return Unwanted()
        return _envelope(message, sns_event.event(sent, self.subscription_arn()), "sns")

    def forget(self, message: QueueMessage) -> None:
        """Nothing is kept beside the message."""


@dataclass(frozen=True, slots=True)
class BucketMessages:
    """Event notifications of S3."""

    configuration_id: str

    def read(self, message: QueueMessage) -> Envelope | Unwanted | None:
        if message.body == WAKE:
            return Unwanted()
        sent = s3_event.notification(message.body)
        if sent is None:
            return None
        if s3_event.is_test(sent):
            return Unwanted()
        return _envelope(message, s3_event.event(sent, self.configuration_id, message.message_id), "s3")

    def forget(self, message: QueueMessage) -> None:
        """Nothing is kept beside the message."""


@dataclass(frozen=True, slots=True)
class RuleMessages:
    """Events that matched a rule of EventBridge; the target's input is made of them here.

    is_enabled is asked of a rule that the template disables: LocalStack delivers its events all the same.
    """

    target: RuleTarget
    function_arn: str
    report: Callable[[str], None]
    is_enabled: Callable[[], bool]

    def read(self, message: QueueMessage) -> Envelope | Unwanted | None:
        if message.body == WAKE:
            return Unwanted()
        event = _parsed(message.body)
        if not isinstance(event, dict):
            return None
        if not self.target.enabled and not self.is_enabled():
            return Unwanted()
        context = RuleContext(self.target.rule_arn, self.target.rule, message.sent_ms / 1000)
        payload = target_payload(self.target.input, event, context)
        if _parsed(payload) is _NO_JSON:
            return self._undeliverable(message.body, payload)
        return _envelope(message, payload.encode(), "eventbridge")

    def forget(self, message: QueueMessage) -> None:
        """Nothing is kept beside the message."""

    def _undeliverable(self, event: str, payload: str) -> Unwanted:
        """Functions take JSON only: such an event goes to the target's dead-letter queue at once.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        """
        target = self.target
        self.report(f"{target.logical_id}: target {target.target_id} makes no JSON of an event: {payload[:200]}")
        if target.dead_letter_arn is None:
            return Unwanted()
        attributes = {
            "ERROR_CODE": "INVALID_JSON",
            "ERROR_MESSAGE": "The target input is not valid JSON",
            "RULE_ARN": target.rule_arn,
            "TARGET_ARN": self.function_arn,
        }
        return Unwanted((Parcel(target.dead_letter_arn, event, attributes),))


_NO_JSON = object()


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return _NO_JSON


def _envelope(message: QueueMessage, payload: bytes, trigger: str) -> Envelope:
    """The same each time the message comes: ids and age are the message's."""
    sent_s = message.sent_ms / 1000
    trace_id = message.system_attributes.get("AWSTraceHeader") or _trace_id(message.message_id, sent_s)
    return Envelope(payload, _request_id(message.message_id), trace_id, sent_s, trigger)


def _request_id(message_id: str) -> str:
    """Message ids are UUIDs on every backend known; anything else is made one."""
    try:
        return str(uuid.UUID(message_id))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, message_id))


def _trace_id(message_id: str, sent_s: float) -> str:
    """https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader"""
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    return f"Root=1-{int(sent_s):08x}-{digest[:24]};Parent={digest[24:40]};Sampled=0"
