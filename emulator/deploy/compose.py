"""The project's docker-compose.yml: LocalStack, and one container per system (`make up BACKEND=localstack`)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from emulator.backends import COMPANION_PORT_AFTER
from emulator.backends.compose import Compose, end_in

FILE = "docker-compose.yml"
BACKEND = "localstack"
COMPANION = "companion"
_FIRST_PORT = 3001

Report = Callable[[str], None]


def compose_up(
    stacks: Sequence[str], report: Report, *, root: Path, backend_port: int = 4566, companion: bool = False
) -> None:
    """Build the systems' image, start LocalStack and one container per system; return when all are healthy.

    stacks: names of systems, which are the names of their services. root: the folder of docker-compose.yml.
    companion: also start the embedded backend that serves what LocalStack lacks, on the port after LocalStack's.
    Idempotent. Raises BackendMissingError, PortInUseError or BackendUnavailableError.
    """
    compose = _compose(root, stacks, backend_port)
    services = [*([COMPANION] if companion else []), *stacks]
    for folder in (_kept(root, BACKEND), *(_kept(root, "containers") / service for service in services)):
        # Docker would make them, and they would belong to root.
        folder.mkdir(parents=True, exist_ok=True)
    report("starting LocalStack")
    compose.up([BACKEND])
    compose.wait_healthy(BACKEND, report)
    report("building the image of the systems")
    if companion:
        compose.up([COMPANION], build=True)
        compose.wait_healthy(COMPANION, report)
    compose.up(stacks, build=True)
    for stack in stacks:
        compose.wait_healthy(stack, report)


def compose_down(*, root: Path, wipe: bool = False) -> None:
    """Remove every container; with `wipe`, what LocalStack and the systems' containers kept as well."""
    _compose(root, (), 4566).down()
    if wipe:
        for name in (BACKEND, "containers"):
            shutil.rmtree(_kept(root, name), ignore_errors=True)


def compose_logs(stacks: Sequence[str], arguments: Sequence[str], *, root: Path) -> None:
    """Run `terrarium logs` with these arguments in every system's container, all at once, until all have ended or
    Ctrl-C ends them.

    The containers read, not we: SQLite's write-ahead log cannot be shared with the virtual machine that Docker needs
    on some hosts (https://www.sqlite.org/wal.html).
    """
    compose = _compose(root, (), 4566)
    readers = [compose.start_in(stack, ["terrarium", "logs", *arguments]) for stack in stacks]
    try:
        for reader in readers:
            reader.wait()
    except KeyboardInterrupt:
        return
    finally:
        for reader in readers:
            end_in(reader)


def _compose(root: Path, stacks: Sequence[str], backend_port: int) -> Compose:
    environment = {
        "TERRARIUM_BACKEND_PORT": str(backend_port),
        "TERRARIUM_COMPANION_PORT": str(backend_port + COMPANION_PORT_AFTER),
        "TERRARIUM_USER": f"{os.getuid()}:{os.getgid()}",
    }
    if stacks:
        environment["TERRARIUM_LAMBDA_URL"] = f"http://{stacks[0]}:{_FIRST_PORT}"
    return Compose(root / FILE, environment)


def _kept(root: Path, name: str) -> Path:
    """A folder that docker-compose.yml gives to containers."""
    return root / ".terrarium" / name
