"""Asynchronous invocation: each function has one queue on the backend, filled by `submit`.

As in Lambda itself the event is safe before the caller hears 202, and stays until the function succeeded or a
destination or dead-letter queue accepted it. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from emulator.errors import BackendRefusedError
from emulator.model import Clock, Function, Invoker, Stack
from emulator.sources.async_consumer import AsyncConsumer, ConsumerParts
from emulator.sources.async_delivery import AsyncDelivery
from emulator.sources.async_envelope import Envelope, Envelopes
from emulator.sources.async_in_hand import InHand
from emulator.sources.async_ledger import AsyncLedger
from emulator.sources.async_lines import Line, Lines, queue_name
from emulator.sources.destinations import Destinations
from emulator.sources.identity import Identity
from emulator.sources.pause import Pause
from emulator.sources.ports import Ports
from emulator.sources.store import Store

RETENTION_S = 14 * 24 * 3600
"""As long as SQS can: an event older than its maximum age is given up when it is read, not forgotten before."""


class AsyncQueue:
    """Implements model.AsyncInvoker. `submit` works before `start` and after `stop`, too: the event just waits."""

    def __init__(
        self, stack: Stack, invoker: Invoker, ports: Ports, clock: Clock, state: Path, identity: Identity | None = None
    ) -> None:
        self._stack, self._queues, self._clock = stack, ports.queues, clock
        self._store = Store(state / "sources" / f"{stack.name}-async.sqlite")
        self._ledger = AsyncLedger(self._store)
        self._envelopes = Envelopes(state / "sources" / f"{stack.name}-async")
        self.lines = Lines(clock)
        self._pause = Pause(clock)
        by_arn = {function.arn: function for function in stack.functions.values()}
        destinations = Destinations(ports.destinations, by_arn, self, identity or Identity(clock))
        self.consumer = AsyncConsumer(
            ConsumerParts(
                name=stack.name,
                queues=ports.queues,
                lines=self.lines,
                ledger=self._ledger,
                in_hand=InHand(self._ledger, clock),
                delivery=AsyncDelivery(invoker, destinations, clock, ports.report),
                pause=self._pause,
                report=ports.report,
            )
        )

    def start(self) -> None:
        """Take up what an earlier run left behind, then serve."""
        for logical_id in self._ledger.functions():
            if logical_id in self._stack.functions:
                self._line(self._stack.functions[logical_id])
        self.consumer.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Wait for events in hand, at most so many real seconds. What is left stays in its queue."""
        return self.consumer.stop(timeout_s)

    def submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> None:
        """Store the event; raises BackendUnavailableError or DiskFullError when it cannot be stored."""
        body = self._envelopes.write(Envelope(payload, request_id, trace_id, self._clock.now()))
        line = self._line(function)
        try:
            line.url = line.url or line.open()
            self._queues.send(line.url, body)
        except BackendRefusedError:
            # The backend was wiped: the queue we knew is gone.
            line.url = line.open()
            self._queues.send(line.url, body)
        self.lines.announce(line)
        self._pause.wake()

    def _line(self, function: Function) -> Line:
        return self.lines.add(Line(function, self._envelopes, partial(self._open, function.logical_id)))

    def _open(self, logical_id: str) -> str:
        self._ledger.add_function(logical_id)
        return self._queues.ensure(
            queue_name(self._stack.name, logical_id), {"MessageRetentionPeriod": str(RETENTION_S)}
        )
