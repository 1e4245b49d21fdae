"""Calls the functions of one API: those of its routes, on threads that may wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.gateway.bounded_call import may_outlast
from emulator.gateway.event_json import event_json
from emulator.gateway.request_ids import Ids
from emulator.model import Function, Invocation, Invoker, Outcome
from emulator.model.websocket_apis import WebSocketIntegration


class RouteFunctions:
    """Knows the stack's functions by logical id."""

    def __init__(self, functions: Mapping[str, Function], invoker: Invoker, ids: Ids, now: Callable[[], float]) -> None:
        self._functions, self._invoker, self._ids, self._now = functions, invoker, ids, now

    def invoke(self, logical_id: str, event: Mapping[str, Any], trigger: str, trace_id: str | None = None) -> Outcome:
        """Run it once and wait. A message brings no trace of its own."""
        trace = trace_id or self._ids.new_trace(self._now())
        function = self._functions[logical_id]
        return self._invoker.invoke(Invocation(function, event_json(event), self._ids.invocation(), trace, trigger))

    def limit_s(self, integration: WebSocketIntegration) -> float | None:
        """So long the route waits; None where its function cannot last that long."""
        function = self._functions.get(integration.function or "")
        if function is None or not may_outlast(function, integration.timeout_ms):
            return None
        return integration.timeout_ms / 1000
