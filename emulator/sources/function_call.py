"""One synchronous invocation on behalf of an event source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.errors import TerrariumError
from emulator.model import Function, Invocation, Invoker, Outcome
from emulator.sources.identity import Identity


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """`source` is the logical id of the mapping, for messages; `kind` what the invocation's record says of it."""

    function: Function
    kind: str
    source: str
    invoker: Invoker
    identity: Identity
    report: Callable[[str], None]

    def run(self, payload: bytes) -> Outcome | None:
        """None when the fault is ours: the event did not reach the function."""
        request_id, trace_id = self.identity.request_id(), self.identity.trace_id()
        try:
            return self.invoker.invoke(Invocation(self.function, payload, request_id, trace_id, self.kind))
        except TerrariumError as error:
            self.report(f"{self.source}: {self.function.logical_id} could not be invoked, trying on: {error}")
            return None
