"""An Invoker whose functions are Python functions of the parsed event."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from emulator.model import Invocation, Outcome, OutcomeKind


class Throttled(Exception):
    """A scripted function raises it to be throttled."""


class ScriptedInvoker:
    """Remembers every invocation and its parsed event."""

    def __init__(self, handler: Callable[[Any], Any] = lambda event: None) -> None:
        self.handler = handler
        self._lock = threading.Lock()
        self.invocations: list[Invocation] = []
        self.events: list[Any] = []

    def invoke(self, invocation: Invocation) -> Outcome:
        event = json.loads(invocation.payload)
        with self._lock:
            self.invocations.append(invocation)
            self.events.append(event)
        try:
            answer = self.handler(event)
        except Throttled:
            return self._outcome("throttled", invocation, b"{}")
        except Exception as error:
            body = {"errorMessage": str(error), "errorType": type(error).__name__}
            return self._outcome("raised", invocation, json.dumps(body).encode())
        payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return self._outcome("returned", invocation, payload)

    def _outcome(self, kind: OutcomeKind, invocation: Invocation, payload: bytes) -> Outcome:
        return Outcome(kind, payload, invocation.request_id, invocation.trace_id)
