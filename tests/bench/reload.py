"""Save a file, ask at once: how long until an answer comes from the new code, and how many came from the old."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from tests.bench import bars
from tests.bench.contender import UnavailableError
from tests.bench.findings import Figure, Findings, Verdict
from tests.bench.http_wire import Target, target
from tests.bench.processes import ask
from tests.bench.race import Progress
from tests.bench.terrarium import COPY, Terrarium, running

SECTION = "reload"
GIVE_UP_S = 30.0
BETWEEN_EDITS_S = 1.0


def measure(progress: Progress, *, tries: int) -> Findings:
    """Edit the handler `tries` times while its API serves."""
    try:
        with running(Terrarium()) as terrarium:
            door = target(f"{terrarium.url()}/hello")
            ask(door)
            taken, stale = [], []
            for number in range(tries):
                progress(f"{SECTION}: edit {number + 1} of {tries}")
                time.sleep(BETWEEN_EDITS_S)
                start = time.perf_counter()
                _save(COPY / "src" / "hello.py", f"edit {number}")
                stale.append(_until(f"edit {number}", door))
                taken.append((time.perf_counter() - start) * 1000)
    except UnavailableError as error:
        figure = Figure("save → new code answers", "terrarium", "ms", reason=str(error))
        return Findings(SECTION, (figure,), (Verdict(bars.RELOAD, None, str(error)),))
    figure = Figure(
        "save → new code answers",
        "terrarium",
        "ms",
        statistics.median(taken),
        min(taken),
        max(taken),
        detail={"edits": tries, "answers from old code, worst": max(stale)},
    )
    return Findings(SECTION, (figure,), (Verdict(bars.RELOAD, max(taken)),))


def _save(file: Path, version: str) -> None:
    text = file.read_text()
    before, _, rest = text.partition("VERSION = ")
    file.write_text(f'{before}VERSION = "{version}"\n{rest.partition(chr(10))[2]}')


def _until(version: str, door: Target) -> int:
    """Ask until the new version answers; how often the old one did."""
    deadline, stale = time.monotonic() + GIVE_UP_S, 0
    while time.monotonic() < deadline:
        if version.encode() in ask(door):
            return stale
        stale += 1
    raise UnavailableError(f"after {GIVE_UP_S:.0f} s the old code still answers")
