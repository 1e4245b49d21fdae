"""Memory of one system process when nothing happens: the process that listens on the system's port.

RSS counts every page the process maps, PSS divides shared pages among those that share them; environments forked from
it share a lot, so both are shown, and the RSS is held against the bar.
"""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.bench import bars
from tests.bench.contender import UnavailableError
from tests.bench.findings import Figure, Findings, Verdict
from tests.bench.http_wire import target
from tests.bench.load import closed_loop
from tests.bench.processor_time import listener
from tests.bench.race import Progress
from tests.bench.terrarium import Terrarium, running

SECTION = "idle memory"
MEGABYTE = 1_000_000.0
SETTLE_S = 3.0


def measure(progress: Progress) -> Findings:
    """After a start nobody called, and after ten thousand requests or so."""
    try:
        with running(Terrarium()) as terrarium:
            url = terrarium.url()
            process = listener(urlsplit(url).port or 80)
            progress(f"{SECTION}: settling")
            time.sleep(SETTLE_S)
            fresh = _figures("after the start", process)
            progress(f"{SECTION}: after some load")
            closed_loop(target(f"{url}/hello"), connections=8, seconds=3.0)
            time.sleep(SETTLE_S)
            used = _figures("after 3 s of load on 8 connections", process)
    except UnavailableError as error:
        figure = Figure("system process", "terrarium", "MB", reason=str(error))
        return Findings(SECTION, (figure,), (Verdict(bars.IDLE_MEMORY, None, str(error)),))
    return Findings(SECTION, (*fresh, *used), (Verdict(bars.IDLE_MEMORY, fresh[0].value),))


def _figures(what: str, process: psutil.Process) -> tuple[Figure, Figure]:
    children = process.children(recursive=True)
    rss = process.memory_info().rss / MEGABYTE
    environments = sum(_pss_mb(child.pid) for child in children)
    return (
        Figure(f"{what}, RSS", "system process", "MB", rss),
        Figure(
            f"{what}, PSS",
            "system process",
            "MB",
            _pss_mb(process.pid),
            detail={"its child processes": len(children), "their PSS together_mb": environments},
        ),
    )


def _pss_mb(pid: int) -> float:
    """Proportional set size; not a number where the kernel does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) * 1024 / MEGABYTE for line in lines if line.startswith("Pss:"))
