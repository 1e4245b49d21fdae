"""The relay queues of a stack: for each topic, bucket and rule that calls a function, where its events come in.

Pure. The name of a queue says the same in every run, whatever else is in the template.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from emulator.model import BucketNotification, Function, RelayRoute, RuleTarget, Stack, TopicSubscription
from emulator.sources.async_lines import queue_name

Notifier = TopicSubscription | BucketNotification | RuleTarget


@dataclass(frozen=True, slots=True)
class Relay:
    """What calls which function, and the route from there to the queue."""

    trigger: Notifier
    function: Function
    route: RelayRoute


def relays(stack: Stack) -> list[Relay]:
    """One for each subscription, notification and rule target."""
    triggers: tuple[Notifier, ...] = (*stack.topic_subscriptions, *stack.bucket_notifications, *stack.rule_targets)
    return [Relay(trigger, stack.functions[trigger.function], _route(stack.name, trigger)) for trigger in triggers]


def _route(stack: str, trigger: Notifier) -> RelayRoute:
    if isinstance(trigger, TopicSubscription):
        return RelayRoute(_queue(stack, trigger, trigger.topic_arn), "sns", trigger.topic_arn)
    if isinstance(trigger, BucketNotification):
        told = (trigger.bucket, *trigger.events, trigger.prefix, trigger.suffix)
        name = _queue(stack, trigger, *told)
        return RelayRoute(name, "s3", trigger.bucket, trigger.events, trigger.prefix, trigger.suffix)
    source = f"{trigger.bus}|{trigger.rule}"
    return RelayRoute(_queue(stack, trigger, source, trigger.target_id), "events", source)


def _queue(stack: str, trigger: Notifier, *told: str) -> str:
    """One logical id may call a function more than once: the digest tells those apart."""
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
    return queue_name(stack, f"{trigger.function}-{trigger.logical_id}", f"{digest}-relay")
