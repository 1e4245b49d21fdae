"""Calls a function for at most as long as an integration may take."""

from __future__ import annotations

import queue
import threading

from emulator.model import Function, Invocation, Invoker, Outcome

_LONGEST_INIT_MS = 10_000
"""A cold start may last this long before the function's own timeout begins to count."""


def may_outlast(function: Function, timeout_ms: int) -> bool:
    """Whether a call may go on after the integration has given up."""
    return function.timeout_s * 1000 + _LONGEST_INIT_MS > timeout_ms


class BoundedCall:
    """One function behind one integration."""

    def __init__(self, function: Function, invoker: Invoker, timeout_ms: int) -> None:
        self._invoker = invoker
        self._timeout_ms = timeout_ms
        # Only a function that may outlast the integration needs a second thread to be abandoned in.
        self._may_outlast = may_outlast(function, timeout_ms)

    def invoke(self, invocation: Invocation) -> Outcome | None:
        """The outcome; None when the time is up, in which case the invocation goes on by itself."""
        if not self._may_outlast:
            return self._invoker.invoke(invocation)
        outcomes: queue.SimpleQueue[Outcome | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._invoke_into, args=(outcomes, invocation), daemon=True).start()
        try:
            outcome = outcomes.get(timeout=self._timeout_ms / 1000)
        except queue.Empty:
            return None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _invoke_into(self, outcomes: queue.SimpleQueue[Outcome | Exception], invocation: Invocation) -> None:
        try:
            outcomes.put(self._invoker.invoke(invocation))
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            outcomes.put(error)
