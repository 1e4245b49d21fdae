"""The warm template process: imports once what every Lambda image carries, then forks environments on request.

Started as `python -I -S warm_process.py SCRATCH PATH…`, talks JSON messages on the socket of descriptor CONTROL_FD:
it reads `{"spec"}` with the environment's log and AWS-call pipes attached, answers `{"pid"}`,
and tells `{"exited": pid, "status": raw wait status}` when an environment ends. End of file means: stop everything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

MAX_MESSAGE = 256 * 1024

# Imported before the fork, so that a cold start pays only for the function's own modules.
PRELOAD = (
    "json", "logging", "decimal", "traceback", "importlib", "http.client", "ssl", "socket", "hashlib", "hmac", "uuid",
    "datetime", "concurrent.futures", "simplejson", "snapshot_restore_py", "boto3", "boto3.session",
    "boto3.dynamodb.table", "boto3.dynamodb.types", "boto3.s3.transfer", "botocore.httpsession", "botocore.endpoint",
    "botocore.signers", "botocore.auth", "botocore.regions", "botocore.retryhandler", "botocore.retries.standard",
    "botocore.waiter", "botocore.paginate",
)  # fmt: skip


def main() -> None:
    """Preload, then serve fork requests until the control socket closes."""
    scratch, *paths = sys.argv[1:]
    base_path = list(sys.path)
    sys.path[:0] = [*paths, str(Path(__file__).parent)]
    _preload()
    control = socket.socket(fileno=int(os.environ["CONTROL_FD"]))
    wake_r, wake_w = os.pipe()
    for fd in (wake_r, wake_w):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(wake_w)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control.send(json.dumps({"isolated": bool(scratch) and _can_isolate(scratch)}).encode())
    children: set[int] = set()
    watched: list[Any] = [control, wake_r]
    while True:
        readable = select.select(watched, [], [])[0]
        if wake_r in readable:
            _drain(wake_r)
        for pid, status in _reaped(children):
            # The other side may stop while its environments end: nobody needs to know then.
            with contextlib.suppress(BrokenPipeError):
                control.send(json.dumps({"exited": pid, "status": status}).encode())
        if control in readable and not _serve(control, children, base_path, (wake_r, wake_w)):
            break
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _preload() -> None:
    import aws_calls
    import management_endpoint

    for name in PRELOAD:
        # A system may ship without boto3's optional parts, or with an SDK of its own.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    aws_calls.install()
    management_endpoint.install()
    gc.collect()
    gc.freeze()


def _can_isolate(scratch: str) -> bool:
    """Tried once in a throwaway child: containers and hardened kernels may forbid it."""
    import isolation

    pid = os.fork()
    if pid == 0:
        try:
            isolation.enter(scratch, scratch, [], 1, [])
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _serve(control: socket.socket, children: set[int], base_path: list[str], wake_fds: tuple[int, int]) -> bool:
    """Fork one environment; False when the other side is gone."""
    message, fds, _, _ = socket.recv_fds(control, MAX_MESSAGE, 2)
    if not message:
        return False
    request = json.loads(message)
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _in_child(request["spec"], base_path, fds, (control.detach(), *wake_fds))
    for fd in fds:
        os.close(fd)
    # Also set here: a kill of the group must not depend on how far the child got.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    children.add(pid)
    control.send(json.dumps({"pid": pid}).encode())
    return True


def _in_child(spec: dict[str, object], base_path: list[str], fds: list[int], close: tuple[int, ...]) -> None:
    import environment

    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        for fd in close:
            os.close(fd)
        code = environment.run(spec, base_path=base_path, log_fd=fds[0], calls_fd=fds[1])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:  # noqa: BLE001  (the interpreter would print it and exit 1: so do we, without its atexit)
        import traceback

        traceback.print_exc()
        code = 1
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code & 0xFF)


def _reaped(children: set[int]) -> list[tuple[int, int]]:
    ended = []
    for pid in list(children):
        with contextlib.suppress(ChildProcessError):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                children.discard(pid)
                ended.append((pid, status))
    return ended


def _drain(fd: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(fd, 4096):
            pass


if __name__ == "__main__":
    main()
