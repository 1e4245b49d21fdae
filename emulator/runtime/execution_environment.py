"""One execution environment: a process that runs one invocation at a time, from init to its end.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from emulator.model import Clock, Function, Invocation, LogLine, Outcome, OutcomeKind
from emulator.runtime import reports
from emulator.runtime.aws_call_reader import AwsCallReader
from emulator.runtime.channel import Channel
from emulator.runtime.http_messages import Request
from emulator.runtime.log_collector import LogCollector
from emulator.runtime.memory import MemoryGauge
from emulator.runtime.warm_process import EnvironmentProcess

INIT_TIMEOUT_S = 10.0
_CHECK_EVERY_MS = 20  # how often memory is looked at while a handler runs
_FLUSH_EVERY_S = 0.5  # how soon the lines of a long invocation are seen

Launch = Callable[[str, int, int], EnvironmentProcess]
"""(Runtime API address, log fd, calls fd) -> the process."""


@dataclass(frozen=True, slots=True)
class _Event:
    """Why waiting ended."""

    kind: Literal["asked", "request", "ended", "timeout", "memory"]
    request: Request | None = None
    status: int = 0


class ExecutionEnvironment:
    """Owned by one thread at a time. `start()`, then `invoke()` any number of times while `usable`, then `stop()`."""

    def __init__(
        self,
        function: Function,
        launch: Launch,
        clock: Clock,
        deliver: Callable[[Sequence[LogLine]], None],
        generation: int = 0,
    ) -> None:
        self.function, self.generation = function, generation
        self._launch, self._clock = launch, clock
        self._log = LogCollector(function.logical_id, clock, deliver)
        self._calls = AwsCallReader()
        self._channel = Channel(reports.MAX_RESPONSE_BYTES)
        self._process: EnvironmentProcess | None = None
        self._init_error: bytes | None = None
        self._init_timed_out = False
        self._init_ms: float | None = None
        self.idle_since = clock.monotonic()

    @property
    def usable(self) -> bool:
        """Alive and able to take an invocation."""
        return self._process is not None and self._process.status is None

    @property
    def init_error(self) -> bytes | None:
        """AWS's error JSON when init failed, else None."""
        return self._init_error

    def start(self, debugging: bool = False) -> None:
        """Fork and wait until the runtime asks for its first event, fails, or 10 s are over."""
        self._begin_init()
        event = self._wait(None if debugging else time.monotonic() + INIT_TIMEOUT_S)
        if event.kind == "timeout":
            self._init_timed_out = True
            self._log.platform(
                f"INIT_REPORT Init Duration: {INIT_TIMEOUT_S * 1000:.2f} ms\tPhase: init\tStatus: timeout"
            )
            self._kill()
        else:
            self._end_init(event)
        self._log.flush()

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run once. The environment may be gone afterwards (`usable`)."""
        started, started_ms = time.perf_counter(), int(self._clock.now() * 1000)
        deadline = time.monotonic() + self.function.timeout_s
        self._log.begin(invocation.request_id)
        self._log.platform(reports.start(invocation.request_id))
        kind, payload = self._run(invocation, deadline, started_ms + int(self.function.timeout_s * 1000))
        return self._conclude(invocation, kind, payload, started_ms, (time.perf_counter() - started) * 1000)

    def stop(self) -> None:
        """Kill what runs and close everything; safe to call once, at any time."""
        self._kill()
        self._log.drain()
        self._log.flush()
        self._channel.close()
        self._log.close()
        self._calls.close()

    # ------------------------------------------------------------ init

    def _begin_init(self) -> None:
        self._started = time.perf_counter()
        self._log.platform("INIT_START Runtime Version: " + self.function.runtime)
        process = self._launch(self._channel.address, self._log.write_fd, self._calls.write_fd)
        self._process = process
        self._memory = MemoryGauge(process.pid)
        for fd in (process.ended_fd, self._log.fd, self._calls.fd):
            self._channel.poller.register(fd, select.POLLIN)

    def _end_init(self, event: _Event) -> None:
        self._init_ms = (time.perf_counter() - self._started) * 1000
        if event.kind == "asked":
            return
        if event.kind == "request" and event.request is not None:
            self._init_error = event.request.body
        else:
            self._init_error, line = reports.exited("", event.status)
            self._log.platform(line)
        error_type = (event.request.error_type if event.request else None) or "Runtime.ExitError"
        self._log.platform(
            f"INIT_REPORT Init Duration: {self._init_ms:.2f} ms\tPhase: init\tStatus: error\tError Type: {error_type}"
        )
        self._kill()

    # ------------------------------------------------------------ invoke

    def _run(self, invocation: Invocation, deadline: float, deadline_ms: int) -> tuple[OutcomeKind, bytes]:
        if self._init_error is not None:
            return "raised", self._init_error
        if self._init_timed_out and not self._init_again(deadline):
            return ("raised", self._init_error) if self._init_error else self._timed_out(invocation)
        event = self._ask(deadline)
        if event.kind == "asked":
            if self._channel.send_event(_headers(invocation, deadline_ms), invocation.payload):
                request = self._channel.answer_soon()
                event = self._wait(deadline) if request is None else _Event("request", request)
            else:
                event = self._await_end()
        return self._result(invocation, event)

    def _ask(self, deadline: float) -> _Event:
        """Until the runtime client asks for an event; mostly it already has."""
        if not self._channel.asked:
            self._channel.answer_soon()
        return _Event("asked") if self._channel.asked else self._wait(deadline)

    def _init_again(self, deadline: float) -> bool:
        """Init that took over 10 s runs once more, now on the function's own time, as on AWS."""
        self._init_timed_out = False
        self._begin_init()
        event = self._wait(deadline)
        if event.kind != "timeout":
            self._end_init(event)
        return event.kind == "asked"

    def _result(self, invocation: Invocation, event: _Event) -> tuple[OutcomeKind, bytes]:
        if event.kind == "request" and event.request is not None:
            return self._answer(event.request)
        if event.kind == "timeout":
            return self._timed_out(invocation)
        self._kill()
        status = signal.SIGKILL if event.kind == "memory" else event.status
        payload, line = reports.exited(invocation.request_id, status)
        self._log.drain()
        self._log.finish_lines()
        self._log.platform(line)
        return "crashed", payload

    def _answer(self, request: Request) -> tuple[OutcomeKind, bytes]:
        if request.path.endswith("/error"):
            return "raised", request.body
        if request.size > reports.MAX_RESPONSE_BYTES:
            # The runtime client gives up when its answer is refused, here as on AWS.
            self._kill()
            return "too_large", reports.too_large()
        return "returned", request.body

    def _timed_out(self, invocation: Invocation) -> tuple[OutcomeKind, bytes]:
        self._kill()
        payload, line = reports.timed_out(invocation.request_id, self.function.timeout_s)
        self._log.drain()
        self._log.finish_lines()
        self._log.platform(line)
        return "timed_out", payload

    def _conclude(
        self, invocation: Invocation, kind: OutcomeKind, payload: bytes, started_ms: int, took_ms: float
    ) -> Outcome:
        # What the handler printed and noted was written before it answered: it is there now.
        self._look(self._channel.poller.poll(0))
        init_ms, self._init_ms = self._init_ms, None
        used = self._memory.peak_mb()
        statuses: dict[str, str] = {"timed_out": "timeout", "crashed": "error\tError Type: Runtime.ExitError"}
        usage = reports.Usage(
            took_ms, init_ms, self.function.memory_mb, used,
            trace_id=invocation.trace_id if self.function.tracing else None, status=statuses.get(kind),
        )  # fmt: skip
        self._log.platform(reports.end(invocation.request_id))
        self._log.platform(reports.report(invocation.request_id, usage))
        self._log.flush()
        self.idle_since = self._clock.monotonic()
        return Outcome(
            kind,
            payload,
            invocation.request_id,
            invocation.trace_id,
            started_ms,
            took_ms,
            init_ms,
            used,
            self._log.tail(),
            self._calls.take(),
        )

    # ------------------------------------------------------------ waiting

    def _wait(self, deadline: float | None) -> _Event:
        """Until the runtime asks or answers, ends, uses too much memory, or the monotonic deadline passes."""
        flushed = time.monotonic()
        while True:
            event = self._look(self._channel.poller.poll(_CHECK_EVERY_MS))
            if event is not None:
                return event
            now = time.monotonic()
            if deadline is not None and now >= deadline:
                return _Event("timeout")
            if self._memory.over_mb(self.function.memory_mb):
                return _Event("memory")
            if now - flushed > _FLUSH_EVERY_S:
                self._log.flush()
                flushed = now

    def _look(self, ready: list[tuple[int, int]]) -> _Event | None:
        ended = None
        for fd, _ in ready:
            if self._channel.owns(fd):
                request = self._channel.read(fd)
                if request is not None:
                    return _Event("request", request)
                if self._channel.asked:
                    return _Event("asked")
            elif fd == self._log.fd:
                self._log.drain()
            elif fd == self._calls.fd:
                self._calls.drain()
            else:
                ended = self._process
        # Only when nothing else is left to read: an answer given before the end counts.
        if ended is not None and len(ready) == 1:
            return _Event("ended", status=ended.status or 0)
        return None

    def _await_end(self) -> _Event:
        event = self._wait(time.monotonic() + 1.0)
        return event if event.kind == "ended" else _Event("ended", status=signal.SIGKILL)

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        self._memory.sample()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        self._process = None
        self._memory.close()
        self._channel.poller.unregister(process.ended_fd)
        os.close(process.ended_fd)


def _headers(invocation: Invocation, deadline_ms: int) -> tuple[tuple[str, str], ...]:
    """https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next"""
    headers = (
        ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
        ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
        ("Lambda-Runtime-Invoked-Function-Arn", invocation.function.arn),
        ("Lambda-Runtime-Trace-Id", invocation.trace_id),
    )
    if invocation.client_context is not None:
        return (*headers, ("Lambda-Runtime-Client-Context", invocation.client_context))
    return headers
