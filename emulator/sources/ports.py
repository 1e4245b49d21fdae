"""What event sources need from the outside, as protocols. The cloud room implements them with boto3.

Every method raises BackendUnavailableError when the backend does not answer and BackendRefusedError when it
answers and refuses. Clients behind them do not retry on their own: a hidden retry hides a backend's restart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from emulator.errors import BackendRefusedError
from emulator.model import QueueMessage, RelayQueue, RelayRoute, StreamShard

IteratorKind = Literal["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"]

RawRecord = dict[str, Any]
"""A DynamoDB stream record in the JSON of GetRecords: base64 text for B, epoch seconds for times."""


class StreamReader(Protocol):
    """DynamoDB Streams. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"""

    def shards(self, stream_arn: str) -> Sequence[StreamShard]:
        """Every shard of the stream, all pages."""

    def iterator(self, stream_arn: str, shard_id: str, kind: IteratorKind, sequence_number: str | None = None) -> str:
        """A shard iterator; raises StreamPositionLostError when the sequence number is trimmed or unknown."""

    def records(self, iterator: str) -> tuple[Sequence[RawRecord], str | None]:
        """Up to 1,000 records and the next iterator, None at the end of a closed shard.

        Raises StreamIteratorExpiredError or StreamPositionLostError.
        """


class QueueClient(Protocol):
    """Amazon SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html"""

    def ensure(self, name: str, attributes: Mapping[str, str]) -> str:
        """The queue's URL; creates it where absent."""

    def send(self, url: str, body: str, delay_s: int = 0, attributes: Mapping[str, str] | None = None) -> None:
        """Returns once the backend stored the message. `attributes` are String message attributes."""

    def url_of(self, arn: str) -> str:
        """The URL of the queue with this ARN."""

    def attributes(self, url: str) -> Mapping[str, str]:
        """All attributes of the queue ("VisibilityTimeout": "30")."""

    def receive(self, url: str, max: int, wait_s: int, visibility_s: int | None) -> Sequence[QueueMessage]:
        """At most `max` (1-10) messages, with all their attributes. Without `visibility_s` the queue's own counts."""

    def delete(self, url: str, receipt_handles: Sequence[str]) -> Sequence[str]:
        """Delete; returns the receipt handles that were refused."""

    def change_visibility(self, url: str, receipt_handle: str, seconds: int) -> None:
        """Make a received message visible again in `seconds`."""

    def give_back(self, url: str, receipt_handles: Sequence[str]) -> None:
        """Make received messages visible again now; those that are gone or were received anew are left alone."""


class DestinationClient(Protocol):
    """Where records of finished and discarded events go: SQS, SNS, Lambda and EventBridge ARNs."""

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Returns once the destination accepted the body. `attributes` are message attributes of SQS and SNS."""


class ScheduleTargets(Protocol):
    """What a schedule calls besides functions of its stack, and the schedule itself on the backend."""

    def send(self, arn: str, body: str, parameters: Mapping[str, Any]) -> None:
        """Returns once the target accepted the body. `parameters`: SqsParameters, EventBridgeParameters and the like.

        https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
        """

    def forget(self, name: str, group: str) -> None:
        """Delete a schedule of EventBridge Scheduler that is done."""


class FunctionsOnly:
    """ScheduleTargets of a stack whose schedules call nothing but its functions."""

    def send(self, arn: str, body: str, parameters: Mapping[str, Any]) -> None:  # noqa: ARG002
        raise BackendRefusedError("Only functions of the stack can be called here", where=arn)

    def forget(self, name: str, group: str) -> None:
        """Nothing to delete."""


class RelayClient(Protocol):
    """Lets topics, buckets and rules deliver into queues of Terrarium's own."""

    def connect(self, route: RelayRoute) -> RelayQueue:
        """Create the queue and the subscription, notification or target that fills it, where they are not there yet."""

    def disconnect(self, route: RelayRoute) -> None:
        """Undo it, as far as anything is left, and delete the queue. Needs the route's queue, kind and source only."""

    def is_enabled(self, route: RelayRoute) -> bool:
        """Whether the rule of this route is enabled now."""


class NoRelays:
    """RelayClient of a stack whose functions nobody notifies."""

    def connect(self, route: RelayRoute) -> RelayQueue:
        raise BackendRefusedError("Nothing can be relayed here", where=route.source)

    def disconnect(self, route: RelayRoute) -> None:
        raise BackendRefusedError("Nothing can be relayed here", where=route.source)

    def is_enabled(self, route: RelayRoute) -> bool:
        raise BackendRefusedError("Nothing can be relayed here", where=route.source)


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything sources reach outside of this process, and how they tell a person what is wrong."""

    streams: StreamReader
    queues: QueueClient
    destinations: DestinationClient
    report: Callable[[str], None]
    schedule_targets: ScheduleTargets = field(default_factory=FunctionsOnly)
    relays: RelayClient = field(default_factory=NoRelays)
