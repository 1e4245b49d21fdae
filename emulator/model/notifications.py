"""What calls a function without waiting: topics, buckets, event rules and schedules, as a template describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class TopicSubscription:
    """An SNS subscription with protocol lambda. `attributes` are those of Subscribe (FilterPolicy as JSON text, …)."""

    logical_id: str
    function: str
    topic_arn: str
    place: Place
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BucketNotification:
    """One entry of a bucket's LambdaConfigurations. `events` as S3 names them ("s3:ObjectCreated:*")."""

    logical_id: str
    function: str
    bucket: str
    events: tuple[str, ...]
    place: Place
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class TargetInput:
    """What a rule's or schedule's target gets instead of the event: at most one of the three is set.

    input: constant JSON text; path: a JSONPath; template with `paths`: an input transformer.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """

    input: str | None = None
    path: str | None = None
    template: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleTarget:
    """One target of an EventBridge rule with an event pattern; the target is a function of the stack."""

    logical_id: str
    target_id: str
    function: str
    rule: str
    bus: str
    pattern: str
    place: Place
    input: TargetInput = TargetInput()
    enabled: bool = True
    dead_letter_arn: str | None = None
    rule_arn: str = ""


@dataclass(frozen=True, slots=True)
class RelayRoute:
    """What a backend shall deliver into the queue named `queue`, which belongs to Terrarium.

    source: a topic's ARN, a bucket's name, or "<bus>|<rule>". The others are of buckets only.
    """

    queue: str
    kind: Literal["sns", "s3", "events"]
    source: str
    events: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class RelayQueue:
    """A queue that a route leads to. `subscription_arn` is a topic's."""

    url: str
    subscription_arn: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule with a ScheduleExpression, or an EventBridge Scheduler schedule, with one target each.

    kind: "rule" sends the Scheduled Event, in UTC; "scheduler" sends its Input, in `time_zone`.
    expression: rate(…), cron(…), at(…). target_arn: the function's or another ARN that takes a message.
    function: logical id where the target is a function of the stack. Times are ISO 8601.
    target_id tells targets of one rule apart; target_parameters are SqsParameters, EventBridgeParameters and the like.
    """

    logical_id: str
    name: str
    kind: Literal["rule", "scheduler"]
    expression: str
    target_arn: str
    place: Place
    arn: str = ""
    function: str | None = None
    group: str = "default"
    time_zone: str = "UTC"
    input: TargetInput = TargetInput()
    enabled: bool = True
    flexible_window_minutes: int = 0
    starts: str | None = None
    ends: str | None = None
    delete_when_done: bool = False
    max_age_s: int = 86_400
    max_retries: int = 185
    dead_letter_arn: str | None = None
    target_id: str = ""
    target_parameters: Mapping[str, Any] = field(default_factory=dict)
