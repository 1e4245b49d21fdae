"""One run of a function: asked for, its outcome, its log, and the ports between who asks, runs and listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from emulator.model.functions import Function


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One AWS API call a function made. Sizes in bytes of the bodies; `error` is the AWS error code."""

    service: str
    operation: str
    resource: str
    duration_ms: float
    request_bytes: int
    response_bytes: int
    consumed_capacity: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A request to run a function once. `payload` is the event as JSON bytes; `trigger` says who asked
    ("http", "invoke", "async", "dynamodb", "sns", "s3", "eventbridge", "authorizer", …).
    `client_context` is the decoded JSON text."""

    function: Function
    payload: bytes
    request_id: str
    trace_id: str
    trigger: str
    client_context: str | None = None


OutcomeKind = Literal["returned", "raised", "timed_out", "crashed", "throttled", "too_large"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an invocation. A handler's failure is data: `payload` is the response, or AWS's error JSON.

    kind: returned; raised (handler or init error); timed_out; crashed (exit, kill, out of memory);
    too_large (response above 6,291,556 bytes); throttled (429, never started).
    """

    kind: OutcomeKind
    payload: bytes
    request_id: str
    trace_id: str = ""
    started_ms: int = 0
    duration_ms: float = 0.0
    init_ms: float | None = None
    memory_used_mb: int = 0
    log_tail: bytes = b""
    calls: tuple[AwsCall, ...] = ()

    @property
    def failed(self) -> bool:
        """True when Lambda would set X-Amz-Function-Error."""
        return self.kind not in ("returned", "throttled")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line (or one record) a function wrote, or a START / END / REPORT line of the platform."""

    function: str
    request_id: str
    timestamp_ms: int
    message: str


class Observer(Protocol):
    """Is told what happened. Both methods return at once: writing is off the hot path."""

    def logged(self, function: Function, lines: Sequence[LogLine]) -> None:
        """Lines of one function, in order; may come while the invocation still runs."""

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        """One invocation is over."""


class Invoker(Protocol):
    """Runs functions of one stack; the runtime implements it, gateway and sources call it."""

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run once and wait. Never raises for a handler's failure."""


class AsyncInvoker(Protocol):
    """Accepts asynchronous invocations durably: once `submit` returns, the event survives kill -9."""

    def submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> None:
        """Store the event in the function's queue on the backend; raises BackendUnavailableError when it cannot."""
