"""Turns a freshly forked process into an execution environment and runs AWS's own runtime client in it.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

TRANSPORT = os.path.join(os.path.dirname(__file__), "transport")


def run(spec: dict[str, Any], *, base_path: list[str], log_fd: int, calls_fd: int) -> int:
    """Become the environment that `spec` describes; returns the exit code when the runtime client ends.

    spec: handler, environment, task_root, dependencies and image (folders of packages), layers, tmp_mb, scratch
    (a folder to mount on, or null for no isolation), keep (paths that stay visible under /tmp), debug_port (or null).
    base_path: the interpreter's own module path.
    """
    import aws_calls
    import isolation

    isolation.die_with_parent()
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    _redirect(log_fd)
    task_root = spec["task_root"]
    if spec["scratch"]:
        isolation.enter(spec["scratch"], task_root, spec["layers"], spec["tmp_mb"], spec["keep"])
        task_root = "/var/task"
    _become_lambda(spec, task_root, base_path)
    aws_calls.report_to(calls_fd)
    if spec.get("debug_port"):
        _wait_for_debugger(int(spec["debug_port"]))
    from awslambdaric.__main__ import main

    main(["bootstrap", spec["handler"]])
    return 0


def _redirect(log_fd: int) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log_fd, 1)
    os.dup2(log_fd, 2)
    for fd in (null, log_fd):
        if fd > 2:
            os.close(fd)
    # Opened anew: the old objects still think of the terminal or file they were made for.
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115


def _become_lambda(spec: dict[str, Any], task_root: str, base_path: list[str]) -> None:
    """Environment variables, module path and working directory as on AWS; nothing of the host's is left."""
    os.environ.clear()
    os.environ.update(spec["environment"])
    os.environ["LAMBDA_TASK_ROOT"] = task_root
    time.tzset()
    layers = [f"/opt/{name}" for name in _layer_paths()] if spec["scratch"] else _unmounted_layers(spec["layers"])
    sys.path[:] = [task_root, *spec["dependencies"], *layers, TRANSPORT, *spec["image"], *base_path]
    sys.argv = ["bootstrap", spec["handler"]]
    os.chdir(task_root)


def _layer_paths() -> tuple[str, ...]:
    # https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return ("python", f"python/lib/{version}/site-packages")


def _unmounted_layers(layers: list[str]) -> list[str]:
    return [os.path.join(layer, name) for layer in reversed(layers) for name in _layer_paths()]


def _wait_for_debugger(port: int) -> None:
    import debugpy  # noqa: T100  (the person asked for it with --debug)

    debugpy.listen(("127.0.0.1", port))  # noqa: T100
    print(f"waiting for a debugger on 127.0.0.1:{port}", flush=True)
    debugpy.wait_for_client()  # noqa: T100
