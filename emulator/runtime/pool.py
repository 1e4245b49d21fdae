"""The environments of one function: hands out an idle one, starts more when all are busy, throttles at the limit.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from emulator.model import Clock, Function
from emulator.runtime.execution_environment import ExecutionEnvironment

PATIENCE_S = 0.01
"""A request waits so long for a busy environment before one more is started, once there are a few: handlers that take
milliseconds then share warm environments, and slow ones start theirs a moment later."""
FEW = 4 * (os.cpu_count() or 1)


class Pool:
    """Thread-safe. `start` makes a started environment (its init may have failed) and may raise our own errors."""

    def __init__(
        self, function: Function, start: Callable[[int], ExecutionEnvironment], clock: Clock, *, at_once: int
    ) -> None:
        self.function = function
        self._start, self._clock, self._at_once = start, clock, at_once
        self._changed = threading.Condition()
        self._idle: list[ExecutionEnvironment] = []
        self._failed: list[ExecutionEnvironment | Exception] = []
        self._in_use = self._waiting = self._starting = self._generation = 0
        self._closed = False

    def acquire(self) -> ExecutionEnvironment | None:
        """An environment of the newest code, or None when the reserved concurrency is used up."""
        limit = self.function.reserved_concurrency
        with self._changed:
            if limit is not None and self._in_use >= limit:
                return None
            self._in_use += 1
            self._waiting += 1
            try:
                return self._take()
            except BaseException:
                self._in_use -= 1
                raise
            finally:
                self._waiting -= 1

    def release(self, environment: ExecutionEnvironment) -> None:
        """Give it back; one that ended, or runs older code, is stopped."""
        with self._changed:
            self._in_use -= 1
            keep = environment.usable and environment.generation == self._generation and not self._closed
            if keep:
                self._idle.append(environment)
            self._changed.notify()
        if not keep:
            environment.stop()

    def warm(self) -> None:
        """Start one ahead of the first request; one whose init failed is started again when a request comes."""
        environment = self._start(self._generation)
        if not environment.usable:
            environment.stop()
            return
        with self._changed:
            self._idle.append(environment)
            self._changed.notify()

    def renew(self) -> None:
        """The code changed: what runs finishes, everything after it runs the new code."""
        with self._changed:
            self._generation += 1
            idle, self._idle = self._idle, []
        _stop_all(idle)

    def stop_idle(self, longer_than_s: float) -> None:
        """The pool shrinks when it is not used."""
        oldest = self._clock.monotonic() - longer_than_s
        with self._changed:
            idle = [environment for environment in self._idle if environment.idle_since < oldest]
            self._idle = [environment for environment in self._idle if environment.idle_since >= oldest]
        _stop_all(idle)

    def close(self) -> None:
        """Stop everything idle now and everything busy as it is released."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        _stop_all(idle)

    def _take(self) -> ExecutionEnvironment:
        patient_until = time.monotonic() + PATIENCE_S
        while True:
            while self._idle:
                environment = self._idle.pop()
                if environment.usable:
                    return environment
                environment.stop()
            if self._failed:
                failed = self._failed.pop()
                if isinstance(failed, Exception):
                    raise failed
                return failed
            patience_s = patient_until - time.monotonic()
            if patience_s > 0 and self._in_use - self._waiting >= FEW:
                self._changed.wait(patience_s)
                continue
            if self._starting < min(self._waiting, self._at_once):
                self._starting += 1
                threading.Thread(target=self._start_one, args=(self._generation,), name="init", daemon=True).start()
            self._changed.wait()

    def _start_one(self, generation: int) -> None:
        """In a thread of its own: whoever waits is served by the first environment that is free, old or new."""
        try:
            started: ExecutionEnvironment | Exception = self._start(generation)
        except Exception as error:  # noqa: BLE001  (ours, not the handler's: raised where somebody waits for it)
            started = error
        with self._changed:
            self._starting -= 1
            stale = self._closed or generation != self._generation
            usable = isinstance(started, ExecutionEnvironment) and started.usable
            if not stale:
                (self._idle if usable else self._failed).append(started)  # type: ignore[arg-type]
            self._changed.notify_all()
        if stale and isinstance(started, ExecutionEnvironment):
            started.stop()


def _stop_all(environments: list[ExecutionEnvironment]) -> None:
    for environment in environments:
        environment.stop()
