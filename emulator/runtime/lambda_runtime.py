"""Runs the functions of one stack: implements `Invoker` on pools of execution environments."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from emulator.model import Clock, Function, Invocation, Observer, Outcome
from emulator.runtime.execution_environment import ExecutionEnvironment
from emulator.runtime.launchers import Launchers
from emulator.runtime.pool import Pool
from emulator.runtime.reload import CodeWatcher

DEBUG_TIMEOUT_S = 86_400
_SWEEP_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """`variables`: environment of every function. `debug`: logical id -> debugpy port."""

    variables: Mapping[str, str]
    idle_environment_s: int = 600
    starts_at_once: int = 2
    debug: Mapping[str, int] | None = None


class LambdaRuntime:
    """`start()`, then `invoke()` from any thread, then `stop()`."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        launchers: Launchers,
        config: RuntimeConfig,
        observer: Observer,
        clock: Clock,
    ) -> None:
        self._functions, self._launchers, self._config = functions, launchers, config
        self._observer, self._clock = observer, clock
        self._pools: dict[str, Pool] = {}
        self._failures: dict[str, str] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        """Install what is missing, start one environment of each function; raises RuntimeSetupError."""
        for function in self._functions.values():
            self._pools[function.logical_id] = self._pool(function)
        self._watcher = CodeWatcher(frozenset(function.code for function in self._functions.values()), self._renew)
        self._watcher.start()
        threading.Thread(target=self._sweep, name="idle-environments", daemon=True).start()
        self._warm(self._functions)

    def stop(self) -> None:
        """Every environment that is not busy ends now. The launchers belong to whoever made them."""
        self._stopping.set()
        self._watcher.stop()
        for pool in self._pools.values():
            pool.close()

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run once and wait. Our own faults raise TerrariumError; the handler's are in the Outcome."""
        pool = self._pools[invocation.function.logical_id]
        environment = pool.acquire()
        if environment is None:
            return Outcome("throttled", b"", invocation.request_id, invocation.trace_id, int(self._clock.now() * 1000))
        try:
            outcome = environment.invoke(replace(invocation, function=environment.function))
        finally:
            pool.release(environment)
        self._observer.finished(invocation, outcome)
        return outcome

    def failure(self, logical_id: str) -> str | None:
        """Why the function's last start failed (AWS's error JSON), or None."""
        return self._failures.get(logical_id)

    def _remember(self, environment: ExecutionEnvironment) -> None:
        logical_id = environment.function.logical_id
        if environment.usable:
            self._failures.pop(logical_id, None)
        else:
            why = environment.init_error or b'{"errorMessage": "init took over 10 s"}'
            self._failures[logical_id] = why.decode("utf-8", "replace")

    def _pool(self, function: Function) -> Pool:
        port = (self._config.debug or {}).get(function.logical_id)
        runs = replace(function, timeout_s=DEBUG_TIMEOUT_S) if port else function

        def start(generation: int) -> ExecutionEnvironment:
            launcher = self._launchers.get(function.runtime, function.code, port)
            environment = ExecutionEnvironment(
                runs,
                partial(launcher.launch, runs, self._config.variables),
                self._clock,
                partial(self._observer.logged, function),
                generation,
            )
            environment.start(debugging=port is not None)
            self._remember(environment)
            return environment

        return Pool(function, start, self._clock, at_once=1 if port else self._config.starts_at_once)

    def _renew(self, folder: Path) -> None:
        """The code changed: old environments go at once, new ones are started so that `failure` tells the truth."""
        changed = [logical_id for logical_id, function in self._functions.items() if function.code == folder]
        for logical_id in changed:
            self._pools[logical_id].renew()
        self._warm(changed)

    def _warm(self, logical_ids: Iterable[str]) -> None:
        """One environment of each, a few at once; a function that is debugged starts when it is first invoked."""
        pools = [self._pools[logical_id] for logical_id in logical_ids if logical_id not in (self._config.debug or {})]
        with ThreadPoolExecutor(self._config.starts_at_once) as starting:
            list(starting.map(Pool.warm, pools))

    def _sweep(self) -> None:
        while not self._stopping.wait(_SWEEP_EVERY_S):
            for pool in self._pools.values():
                pool.stop_idle(self._config.idle_environment_s)
