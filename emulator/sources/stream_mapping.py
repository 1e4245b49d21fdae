"""One event source mapping on a DynamoDB stream: starts a worker for each shard, parents before children."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from emulator.errors import BackendError
from emulator.model import Clock, Function, Invoker, Trigger
from emulator.sources.acknowledgement import Acknowledgement
from emulator.sources.checkpoints import Checkpoints
from emulator.sources.delivery import Delivery
from emulator.sources.discards import Discards
from emulator.sources.function_call import FunctionCall
from emulator.sources.identity import Identity
from emulator.sources.lane import Lane
from emulator.sources.pause import Pause
from emulator.sources.ports import DestinationClient, StreamReader
from emulator.sources.shard_order import readable
from emulator.sources.shard_poller import ShardPoller, Start
from emulator.sources.shard_worker import ShardParts, ShardWorker
from emulator.sources.stream_item import record_filter
from emulator.sources.tumbling_window import TumblingWindow
from emulator.sources.window_memory import WindowMemory

LIST_SHARDS_S = 30.0
"""New shards come when an old one ends, which is noticed at once; this is for the case that it is not."""
RESTART_S = 2.0


@dataclass(frozen=True, slots=True)
class MappingParts:
    """What a mapping is wired to. `mapping_id` is its UUID."""

    trigger: Trigger
    mapping_id: str
    function: Function
    streams: StreamReader
    destinations: DestinationClient
    invoker: Invoker
    identity: Identity
    clock: Clock
    checkpoints: Checkpoints
    windows: WindowMemory
    report: Callable[[str], None]


class StreamMapping:
    """Owns one coordinating thread and one thread for each shard being read."""

    def __init__(self, parts: MappingParts) -> None:
        self._parts = parts
        self._accepts = record_filter(parts.trigger.filters)
        self._pause = Pause(parts.clock)
        self._workers: dict[str, ShardWorker] = {}
        self._threads: list[threading.Thread] = []
        self._said: set[str] = set()

    def start(self) -> None:
        self._spawn(self._coordinate, "coordinator")

    def stop(self, timeout_s: float) -> bool:
        """Finish what is in flight, at most `timeout_s` real seconds; False when something had to be left."""
        deadline = time.monotonic() + timeout_s
        self._pause.stop()
        for worker in list(self._workers.values()):
            worker.stop()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for worker in list(self._workers.values()):
            worker.abort()
        return not any(thread.is_alive() for thread in self._threads)

    def _spawn(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=f"{self._parts.trigger.logical_id}-{name}", daemon=True)
        self._threads = [*[alive for alive in self._threads if alive.is_alive()], thread]
        thread.start()

    def _coordinate(self) -> None:
        while not self._pause.stopped:
            wait_s = LIST_SHARDS_S
            try:
                since_s, new = self._parts.checkpoints.since(self._parts.clock.now())
                self._start_readable_shards(since_s, new)
            except Exception as error:  # noqa: BLE001  (said, and tried again: a mapping never just ends)
                self._say_once(f"{self._parts.trigger.logical_id}: the stream cannot be read, trying on: {error}")
                wait_s = RESTART_S
            self._pause.wait(wait_s)

    def _start_readable_shards(self, since_s: float, new: bool) -> None:
        shards = self._parts.streams.shards(self._parts.trigger.source_arn)
        self._said.clear()
        for shard in readable(shards, self._parts.checkpoints.finished()):
            if shard.id not in self._workers and not self._pause.stopped:
                self._workers[shard.id] = ShardWorker(self._shard_parts(shard.id, since_s, new))
                self._spawn(lambda shard_id=shard.id: self._run_shard(shard_id), shard.id)  # type: ignore[misc]

    def _run_shard(self, shard_id: str) -> None:
        parts = self._parts
        try:
            if self._workers[shard_id].run() == "finished":
                parts.checkpoints.finish(shard_id)
        except BackendError as error:
            self._say_once(f"{parts.trigger.logical_id}: shard {shard_id} cannot be read, trying on: {error}")
            self._pause.sleep(RESTART_S)
        except Exception as error:  # noqa: BLE001  (said, and begun anew from the checkpoint: nothing is acknowledged)
            self._say_once(f"{parts.trigger.logical_id}: shard {shard_id} starts again from its checkpoint: {error!r}")
            self._pause.sleep(RESTART_S)
        finally:
            self._workers.pop(shard_id, None)
            self._pause.wake()

    def _shard_parts(self, shard_id: str, since_s: float, new: bool) -> ShardParts:
        parts, trigger = self._parts, self._parts.trigger
        return ShardParts(
            poller=ShardPoller(
                parts.streams,
                trigger.source_arn,
                shard_id,
                self._start_of(shard_id, since_s, new),
                parts.clock,
                self._say_once,
            ),
            accepts=self._accepts,
            lanes=self._lanes(shard_id),
            width=trigger.parallelization_factor,
            delivery=self._delivery(shard_id),
            acknowledgement=Acknowledgement(lambda sequence: parts.checkpoints.save(shard_id, sequence)),
            stream_arn=trigger.source_arn,
            clock=parts.clock,
            wake=Pause(parts.clock),
            report=self._say_once,
        )

    def _lanes(self, shard_id: str) -> list[Lane]:
        """One for each unit of the parallelization factor, and more where an earlier run left windows in more."""
        parts, trigger = self._parts, self._parts.trigger
        if not trigger.tumbling_window_s:
            return [Lane(trigger.batch_size, trigger.window_s) for _ in range(trigger.parallelization_factor)]
        windows = [
            TumblingWindow(trigger.tumbling_window_s, parts.windows, trigger.source_arn, shard_id, number)
            for number in range(max(trigger.parallelization_factor, parts.windows.lanes(shard_id)))
        ]
        return [Lane(trigger.batch_size, trigger.window_s, window) for window in windows]

    def _delivery(self, shard_id: str) -> Delivery:
        parts, trigger = self._parts, self._parts.trigger
        pause = Pause(parts.clock)
        call = FunctionCall(parts.function, "dynamodb", trigger.logical_id, parts.invoker, parts.identity, parts.report)
        discards = Discards(
            trigger=trigger,
            function=parts.function,
            mapping_id=parts.mapping_id,
            shard_id=shard_id,
            destinations=parts.destinations,
            identity=parts.identity,
            clock=parts.clock,
            pause=pause,
            report=parts.report,
        )
        return Delivery(trigger, call, discards, parts.clock, pause)

    def _start_of(self, shard_id: str, since_s: float, new: bool) -> Start:
        """LATEST is when the mapping first saw the stream, also after a restart: what came since is delivered."""
        position = self._parts.checkpoints.position(shard_id)
        if self._parts.trigger.starting_position != "LATEST":
            return Start("TRIM_HORIZON", position)
        return Start("LATEST" if new else "TRIM_HORIZON", position, since_s)

    def _say_once(self, message: str) -> None:
        if message not in self._said and len(self._said) < 1000:
            self._said.add(message)
            self._parts.report(message)
