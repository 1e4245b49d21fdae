"""All event sources of one stack, with one start and one stop."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from emulator.model import Clock, Invoker, Stack, Trigger
from emulator.sources.async_queue import AsyncQueue
from emulator.sources.checkpoints import Checkpoints
from emulator.sources.destinations import Destinations
from emulator.sources.identity import Identity
from emulator.sources.ports import Ports
from emulator.sources.queue_mapping import QueueMapping, QueueParts
from emulator.sources.refusals import refuse_unsupported
from emulator.sources.relay import relays
from emulator.sources.relay_ledger import RelayLedger
from emulator.sources.relay_source import RelayParts, RelaySources
from emulator.sources.schedule_delivery import ScheduleDelivery
from emulator.sources.schedule_ledger import ScheduleLedger
from emulator.sources.schedules import Schedules
from emulator.sources.store import Store
from emulator.sources.stream_mapping import MappingParts, StreamMapping
from emulator.sources.window_memory import WindowMemory


class Source(Protocol):
    """One event source of a stack."""

    def start(self) -> None:
        """Begin to deliver, from where the last run ended; returns at once."""

    def stop(self, timeout_s: float) -> bool:
        """Finish what is in flight, at most so many real seconds; False when something was left."""


class Sources:
    """The mappings of a stack and its asynchronous queue (`async_queue`, which the gateway fills).

    Raises UnsupportedError, TemplateError or InvalidPatternError at once for a mapping that cannot run.
    """

    def __init__(
        self, stack: Stack, invoker: Invoker, ports: Ports, clock: Clock, state: Path, identity: Identity | None = None
    ) -> None:
        refuse_unsupported(stack)
        self._stack, self._invoker, self._ports, self._clock = stack, invoker, ports, clock
        self._identity = identity or Identity(clock)
        self.async_queue = AsyncQueue(stack, invoker, ports, clock, state, self._identity)
        self._store = Store(state / "sources" / f"{stack.name}.sqlite")
        self._sources: list[Source] = [self._mapping(trigger) for trigger in stack.triggers if trigger.enabled]
        self._sources.append(self._relays_of(stack))
        self.schedules = self._schedules_of(stack)
        self._sources.append(self.schedules)

    def start(self) -> None:
        """Begin to deliver, from where the last run ended."""
        self.async_queue.start()
        for source in self._sources:
            source.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Finish what is in flight, at most so many real seconds; False when something was left for the next start."""
        deadline = time.monotonic() + timeout_s
        # All at once: each may wait for what it has in flight.
        with ThreadPoolExecutor(max(1, len(self._sources))) as stopping:
            results = list(stopping.map(lambda source: source.stop(timeout_s), self._sources))
        results.append(self.async_queue.stop(max(0.1, deadline - time.monotonic())))
        return all(results)

    def _relays_of(self, stack: Stack) -> RelaySources:
        parts = RelayParts(self._ports, self.async_queue.consumer, self.async_queue.lines, self._clock)
        return RelaySources(relays(stack), RelayLedger(self._store), parts)

    def _schedules_of(self, stack: Stack) -> Schedules:
        delivery = ScheduleDelivery(
            account_id=stack.account_id,
            region=stack.region,
            functions=stack.functions,
            queue=self.async_queue,
            targets=self._ports.schedule_targets,
            dead_letters=self._ports.destinations,
            identity=self._identity,
        )
        ledger = ScheduleLedger(self._store)
        return Schedules(stack.name, stack.schedules, delivery, ledger, self._clock, self._ports.report)

    def _mapping(self, trigger: Trigger) -> Source:
        return self._queue_mapping(trigger) if trigger.kind == "sqs" else self._stream_mapping(trigger)

    def _queue_mapping(self, trigger: Trigger) -> QueueMapping:
        return QueueMapping(
            QueueParts(
                trigger=trigger,
                function=self._stack.functions[trigger.function],
                queues=self._ports.queues,
                invoker=self._invoker,
                identity=self._identity,
                clock=self._clock,
                report=self._ports.report,
            )
        )

    def _stream_mapping(self, trigger: Trigger) -> StreamMapping:
        by_arn = {function.arn: function for function in self._stack.functions.values()}
        return StreamMapping(
            MappingParts(
                trigger=trigger,
                mapping_id=self._stack.resources.get(trigger.logical_id, trigger.logical_id),
                function=self._stack.functions[trigger.function],
                streams=self._ports.streams,
                destinations=Destinations(self._ports.destinations, by_arn, self.async_queue, self._identity),
                invoker=self._invoker,
                identity=self._identity,
                clock=self._clock,
                checkpoints=Checkpoints(self._store, trigger.logical_id, trigger.source_arn),
                windows=WindowMemory(self._store, trigger.logical_id, trigger.source_arn),
                report=self._ports.report,
            )
        )
