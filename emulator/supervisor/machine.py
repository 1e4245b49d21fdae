"""What must be true of this machine before anything is started. Each check raises one clear error."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

from emulator.errors import DiskFullError, PortInUseError, TerrariumError

MINIMUM_FREE_MB = 100
STORAGE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)
"""What a write says when the disk is full or not ours."""


def check_state_folder(state: Path) -> None:
    """Create the folder, prove that a file can be written and that there is room; raises DiskFullError when not."""
    check_writable(state)
    free_mb = shutil.disk_usage(state).free // 1_048_576
    if free_mb < MINIMUM_FREE_MB:
        raise DiskFullError(
            "The disk is nearly full",
            where=str(state),
            found=f"{free_mb} MB free",
            fix=f"Make {MINIMUM_FREE_MB} MB free, or point TERRARIUM_STATE at another disk.",
        )


def check_writable(state: Path) -> None:
    """Create the folder and prove that a file can be written; raises DiskFullError when not."""
    probe = state / ".probe"
    try:
        (state / "logs").mkdir(parents=True, exist_ok=True)
        (state / "run").mkdir(exist_ok=True)
        probe.write_bytes(b"\0" * 65_536)
        probe.unlink()
    except OSError as error:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
        raise unwritable(state, error) from None


def is_full(error: Exception) -> TypeGuard[OSError]:
    """Whether a write failed for want of room."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def unwritable(state: Path, error: OSError) -> TerrariumError:
    """The error for a state folder that refuses a write."""
    if is_full(error):
        return DiskFullError(
            "The disk is full",
            where=str(state),
            found=error.strerror or str(error),
            fix="Free some space (`make reset` removes Terrarium's own data), or point TERRARIUM_STATE elsewhere.",
        )
    return DiskFullError(
        "The state folder cannot be written",
        where=str(state),
        found=error.strerror or str(error),
        fix="Make it yours (chown), or point TERRARIUM_STATE at a folder that is.",
    )


def check_ports(wanted: Iterable[tuple[int, str]]) -> None:
    """Each port must be free, given with what it is for; raises PortInUseError naming who listens."""
    taken: dict[int, str] = {}
    for port, purpose in wanted:
        if port in taken:
            raise PortInUseError(
                f"Port {port} is wanted twice",
                found=f"{taken[port]} and {purpose}",
                fix="Choose others: --port-base for systems, TERRARIUM_BACKEND_PORT for the backend.",
            )
        taken[port] = purpose
        if not port_is_free(port):
            raise PortInUseError(
                f"Port {port} is taken and {purpose} needs it",
                where="127.0.0.1",
                found=listener_on(port),
                fix="Stop that program, or choose others: --port-base for systems, TERRARIUM_BACKEND_PORT for the "
                "backend.",
            )


def port_is_free(port: int) -> bool:
    """True when we could listen there now; connections that are only closing do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def listener_on(port: int) -> str:
    """Who listens on a port, as well as the operating system lets us know."""
    import psutil  # only on the way to an error: it costs 50 ms

    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
                process = psutil.Process(connection.pid) if connection.pid else None
                return f"{process.name()} (pid {process.pid})" if process else "another user's program"
    except psutil.Error:
        return "another program"
    return "another program"


def memory_available_mb() -> int:
    """Memory that new programs can have without swapping."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_048_576
    except (ValueError, OSError):
        return 0
