"""Forks the environments of one function from the warm process of its interpreter and packages.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.model import Function
from emulator.runtime.warm_process import INSIDE, EnvironmentProcess, WarmProcess


@dataclass(frozen=True, slots=True)
class Program:
    """What environments of one kind share: the interpreter and the folders of packages it imports from."""

    interpreter: Path
    image: Path
    dependencies: Path | None
    scratch: Path
    debug_port: int | None = None


class Launcher:
    """Starts the warm process at the first need, and again when it was killed."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._warm: WarmProcess | None = None

    @property
    def isolated(self) -> bool:
        """Whether environments have a /tmp and /var/task of their own."""
        return self._process().isolated

    def start(self) -> None:
        """Start the warm process ahead of the first launch."""
        self._process()

    def launch(
        self, function: Function, shared: Mapping[str, str], runtime_api: str, log_fd: int, calls_fd: int
    ) -> EnvironmentProcess:
        """A new environment of `function`, its runtime client told to ask `runtime_api` for events.

        shared: variables of every function of the stack (region, credentials, endpoints).
        """
        warm = self._process()
        isolated = warm.isolated and self._program.debug_port is None
        packages = [path for path in (self._program.dependencies, self._program.image) if path is not None]
        spec = {
            "handler": function.handler,
            "environment": _variables(function, shared, runtime_api),
            "task_root": str(function.code),
            "dependencies": [str(self._program.dependencies)] if self._program.dependencies else [],
            "image": [str(self._program.image)],
            "layers": [str(layer) for layer in function.layers],
            "tmp_mb": function.ephemeral_storage_mb,
            "scratch": str(self._program.scratch) if isolated else None,
            "keep": [str(path) for path in (*packages, INSIDE, self._program.interpreter.parents[1])],
            "debug_port": self._program.debug_port,
        }
        return warm.fork(spec, log_fd, calls_fd)

    def stop(self) -> None:
        with self._lock:
            if self._warm is not None:
                self._warm.stop()
                self._warm = None

    def _process(self) -> WarmProcess:
        with self._lock:
            if self._warm is not None and not self._warm.alive:
                self._warm.stop()
                self._warm = None
            if self._warm is None:
                self._program.scratch.mkdir(parents=True, exist_ok=True)
                paths = tuple(path for path in (self._program.dependencies, self._program.image) if path is not None)
                warm = WarmProcess(self._program.interpreter, paths, scratch=self._program.scratch)
                warm.start()
                self._warm = warm
            return self._warm


def _variables(function: Function, shared: Mapping[str, str], runtime_api: str) -> dict[str, str]:
    """The reserved variables of Lambda win over the function's own, as on AWS."""
    today = datetime.datetime.now(datetime.UTC)
    variables = {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
        **shared,
        **function.environment,
        "_HANDLER": function.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{today:%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
    }
    return variables if function.log_level is None else {**variables, "AWS_LAMBDA_LOG_LEVEL": function.log_level}
