"""Runs one shard: poller -> filter -> batcher -> invoke -> acknowledge, until it ends or is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from emulator.errors import BackendUnavailableError
from emulator.model import Clock
from emulator.payloads.dynamodb_stream import event_record
from emulator.sources.acknowledgement import Acknowledgement
from emulator.sources.delivery import Delivery
from emulator.sources.lane import NOTHING_READ, Lane
from emulator.sources.pause import Pause
from emulator.sources.ports import RawRecord
from emulator.sources.shard_poller import ShardPoller
from emulator.sources.stream_item import StreamItem, from_record

ShardEnd = Literal["finished", "stopped"]

AWAY_WAIT_S = 0.5
"""How often a backend that does not answer is asked again."""


@dataclass(frozen=True, slots=True)
class ShardParts:
    """What a worker is made of; `accepts` is the filter on the record as the function would see it.

    `width` is how many of the lanes take new records; further ones only close the windows of an earlier run.
    """

    poller: ShardPoller
    accepts: Callable[[dict[str, Any]], bool]
    lanes: Sequence[Lane]
    width: int
    delivery: Delivery
    acknowledgement: Acknowledgement
    stream_arn: str
    clock: Clock
    wake: Pause
    report: Callable[[str], None]


class ShardWorker:
    """One thread polls and hands out batches; each batch in flight has a thread of its own."""

    def __init__(self, parts: ShardParts) -> None:
        self._parts = parts
        self._ended = False
        self._abandoned = False
        self._away = False
        self._poll_at = 0.0
        self._read_until_s = NOTHING_READ
        self._failure: BaseException | None = None
        self._in_flight: list[threading.Thread] = []

    def run(self) -> ShardEnd:
        """Work until everything of a closed shard is acknowledged, or stopped; raises what a delivery raised.

        After `stop` what the stream already holds is still delivered: a backend may forget its streams when it
        is stopped in turn. A batch that fails then is left for the next start.
        """
        try:
            return self._work()
        except BaseException:
            # Whoever starts this shard anew must find no delivery of ours still going on.
            self.stop()
            for thread in self._in_flight:
                thread.join()
            raise

    def stop(self) -> None:
        """Finish; a delivery that waits to be retried gives up."""
        self._parts.delivery.pause.stop()
        self._parts.wake.wake()

    def abort(self) -> None:
        """Return at once, whatever is in flight."""
        self._parts.wake.stop()

    def _work(self) -> ShardEnd:
        while True:
            # Asked first: a stop that comes later is answered in the next round, after one more poll.
            stopping = self._stopping
            found = self._fill() if self._may_poll() else False
            self._hand_out()
            if self._failure is not None:
                raise self._failure
            if self._ended and self._idle() and not self._windows_open():
                return "finished"
            if stopping and not self._delivering() and (self._abandoned or (not found and self._idle())):
                return "stopped"
            if not self._parts.wake.wait(self._wait_s()):
                return "stopped"

    @property
    def _stopping(self) -> bool:
        return self._parts.delivery.pause.stopped

    def _delivering(self) -> bool:
        self._in_flight = [thread for thread in self._in_flight if thread.is_alive()]
        return bool(self._in_flight)

    def _may_poll(self) -> bool:
        """A finished delivery wakes this thread, but does not make it poll sooner: polls cost both sides."""
        due = self._stopping or self._parts.clock.monotonic() >= self._poll_at
        return due and self._has_room()

    def _has_room(self) -> bool:
        """Read ahead by one batch for each lane, no further."""
        lanes = self._parts.lanes
        return not self._ended and sum(len(lane) for lane in lanes) < sum(lane.batch_size for lane in lanes)

    def _idle(self) -> bool:
        return not any(lane.busy or len(lane) for lane in self._parts.lanes)

    def _windows_open(self) -> bool:
        return any(lane.window is not None and lane.window.open is not None for lane in self._parts.lanes)

    def _fill(self) -> bool:
        asked_s = self._parts.clock.now()
        try:
            page, self._ended = self._parts.poller.next_page()
        except BackendUnavailableError as error:
            self._tell_away(f"The stream {self._parts.stream_arn} cannot be read, trying on: {error}")
            self._poll_at = self._parts.clock.monotonic() + AWAY_WAIT_S
            return False
        self._away = False
        self._poll_at = self._parts.clock.monotonic() + self._parts.poller.wait_s
        if self._parts.poller.caught_up:
            self._read_until_s = asked_s
        if page:
            self._sort_into_lanes(page)
        return bool(page)

    def _tell_away(self, message: str) -> None:
        if not self._away:
            self._away = True
            self._parts.report(message)

    def _sort_into_lanes(self, page: Sequence[RawRecord]) -> None:
        parts = self._parts
        parts.acknowledgement.expect(raw["dynamodb"]["SequenceNumber"] for raw in page)
        settled: list[str] = []
        for raw in page:
            record = event_record(raw, parts.stream_arn)
            item = from_record(raw, record, parts.clock.now()) if parts.accepts(record) else None
            lane = parts.lanes[item.key_hash % parts.width] if item is not None else None
            if item is None or lane is None or self._is_in_window(lane, item):
                settled.append(record["dynamodb"]["SequenceNumber"])
            else:
                lane.add(item, parts.clock.monotonic())
        if settled:
            parts.acknowledgement.done(settled)

    def _is_in_window(self, lane: Lane, item: StreamItem) -> bool:
        """An earlier run counted this record already, and ended before that was acknowledged."""
        return lane.window is not None and not self._parts.poller.lost and lane.window.has_settled(item.sequence)

    def _hand_out(self) -> None:
        now = self._parts.clock.monotonic()
        self._delivering()
        for lane in self._parts.lanes:
            due = lane.due_in(now, self._read_until_s)
            if self._abandoned:
                return
            if lane.closes(self._read_until_s, self._ended):
                self._begin(lane, [])
            # A stopping source does not wait for the batching window: what it has read it delivers.
            elif due is not None and (due == 0 or self._stopping):
                self._begin(lane, lane.take())

    def _begin(self, lane: Lane, batch: Sequence[StreamItem]) -> None:
        lane.busy = True
        thread = threading.Thread(target=self._deliver, args=(lane, batch), daemon=True)
        self._in_flight.append(thread)
        thread.start()

    def _deliver(self, lane: Lane, batch: Sequence[StreamItem]) -> None:
        """A lane whose batch was not delivered stays busy: nothing later may overtake. No batch: close its window."""
        delivery = replace(self._parts.delivery, window=lane.window)
        try:
            if delivery.deliver(batch, self._acknowledge) if batch else delivery.close_window():
                lane.busy = False
            else:
                self._abandoned = True
        except BaseException as error:  # noqa: BLE001  (handed to the polling thread, which raises it)
            self._failure = error
        finally:
            self._parts.wake.wake()

    def _acknowledge(self, items: Sequence[StreamItem]) -> None:
        self._parts.acknowledgement.done(item.sequence for item in items)

    def _wait_s(self) -> float:
        if self._stopping:
            return 0.01
        now = self._parts.clock.monotonic()
        dues = [due for lane in self._parts.lanes if (due := lane.due_in(now, self._read_until_s)) is not None]
        # Without room there is nothing to poll for: a finished delivery wakes us.
        poll = max(0.0, self._poll_at - now) if self._has_room() else 1.0
        return min([poll, *dues])
