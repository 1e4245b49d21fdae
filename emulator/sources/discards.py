"""Stream records that are given up: told to the mapping's on-failure destination, then done.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.errors import BackendError
from emulator.model import Clock, Function, Outcome, Trigger
from emulator.payloads import dynamodb_stream
from emulator.payloads.destination_forms import is_bucket, stream_object_arn
from emulator.payloads.destination_record import StreamBatch, StreamCondition, stream_failure_record
from emulator.sources.back_off import back_off_s
from emulator.sources.identity import Identity
from emulator.sources.pause import Pause
from emulator.sources.ports import DestinationClient
from emulator.sources.stream_item import StreamItem


@dataclass(frozen=True, slots=True)
class Discarded:
    """Records given up together: why, after how many failures, and the last answer if there was one."""

    condition: StreamCondition
    items: Sequence[StreamItem]
    failures: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Discards:
    """How one shard of one mapping gives records up. `mapping_id` is the mapping's UUID."""

    trigger: Trigger
    function: Function
    mapping_id: str
    shard_id: str
    destinations: DestinationClient
    identity: Identity
    clock: Clock
    pause: Pause
    report: Callable[[str], None]

    def give_up(self, discarded: Discarded) -> bool:
        """True once the destination, if there is one, accepted the record; False when stopped before."""
        self.report(
            f"{self.trigger.logical_id}: {len(discarded.items)} record(s) given up ({discarded.condition}) "
            f"after {discarded.failures} failure(s) of {self.function.logical_id}."
        )
        destination = self.trigger.on_failure
        return destination is None or self._tell(destination, discarded)

    def _tell(self, destination: str, discarded: Discarded) -> bool:
        arn, payload = destination, None
        if is_bucket(destination):
            # A bucket, and only a bucket, gets the records themselves.
            object_id = self.identity.request_id()
            arn = stream_object_arn(destination, self.mapping_id, self.shard_id, self.clock.now(), object_id)
            payload = dynamodb_stream.event(item.text for item in discarded.items)
        body = self._record(discarded, payload)
        tries = 0
        while True:
            try:
                self.destinations.send(arn, body, {})
                return True
            except BackendError as error:
                if tries == 0:
                    self.report(f"{self.trigger.logical_id}: OnFailure destination takes no record, trying on: {error}")
            if not self.pause.sleep(back_off_s(tries)):
                return False
            tries += 1

    def _record(self, discarded: Discarded, payload: bytes | None) -> str:
        first, last = discarded.items[0], discarded.items[-1]
        batch = StreamBatch(
            stream_arn=self.trigger.source_arn,
            shard_id=self.shard_id,
            first_sequence=first.sequence,
            last_sequence=last.sequence,
            first_arrival_s=first.created_s,
            last_arrival_s=last.created_s,
            size=len(discarded.items),
        )
        return stream_failure_record(
            discarded.condition,
            function_arn=self.function.arn,
            request_id=discarded.outcome.request_id if discarded.outcome else self.identity.request_id(),
            invoke_count=discarded.failures,
            outcome=discarded.outcome,
            batch=batch,
            now_s=self.clock.now(),
            payload=payload,
        )
