"""Which process exactly: a pid together with the moment it started, so that a reused pid is never mistaken."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process of this machine since its start; `started` is opaque (kernel ticks, or seconds where there is no
    /proc) and only ever compared for equality."""

    pid: int
    started: str

    def alive(self) -> bool:
        """True while this very process runs; a zombie is gone."""
        return start_of(self.pid) == self.started

    def signal(self, number: signal.Signals) -> None:
        """Send a signal if the process is still the same one."""
        if self.alive():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return


def identify(pid: int) -> ProcessId | None:
    """The identity of a running process, None when there is none."""
    started = start_of(pid)
    return None if started is None else ProcessId(pid, started)


def identify_all(pids: Iterable[int]) -> tuple[ProcessId, ...]:
    """Identities of those that run."""
    found = (identify(pid) for pid in pids)
    return tuple(one for one in found if one is not None)


def start_of(pid: int) -> str | None:
    """When the process started, None when there is none (or only a zombie).

    Linux: field 22 of /proc/<pid>/stat, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    if not Path("/proc/self/stat").exists():
        return _start_without_proc(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The command's name may hold spaces and brackets: what follows its last bracket is regular.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _start_without_proc(pid: int) -> str | None:
    import psutil  # only where there is no /proc: it costs 50 ms

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    except psutil.Error:
        return None
