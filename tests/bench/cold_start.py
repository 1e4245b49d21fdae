"""The cold start of a function that imports boto3 and creates a client, as its REPORT line and as a caller sees it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.bench import bars
from tests.bench.contender import UnavailableError
from tests.bench.findings import Figure, Findings, Verdict
from tests.bench.peers.rie import RuntimeInterfaceEmulator
from tests.bench.processes import ask
from tests.bench.race import Progress
from tests.bench.terrarium import Invoked, Terrarium, invoke, running

SECTION = "cold start"
FUNCTION = "bench-uses-boto3"
APART_S = 0.6
PLAIN = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"


def measure(progress: Progress, *, tries: int) -> Findings:
    """Ours, AWS's emulator, and a plain interpreter doing the same import."""
    progress(f"{SECTION}: a plain interpreter")
    figures = [_figure("import boto3, create a client", "plain Python process", _plain(tries))]
    try:
        progress(f"{SECTION}: Terrarium")
        with running(Terrarium()) as terrarium:
            cold = _overlapping(terrarium.functions()[FUNCTION], tries)
    except UnavailableError as error:
        failure = Verdict(bars.COLD_START, None, str(error))
        return Findings(SECTION, (*figures, Figure("cold start", "terrarium", "ms", reason=str(error))), (failure,))
    inits = [call.init_ms for call, _ in cold if call.init_ms is not None]
    # An environment that was started ahead of time reports its init as AWS does, but nobody waited for it.
    waited = [overhead_ms for call, overhead_ms in cold if overhead_ms >= (call.init_ms or 0.0) / 2]
    figures.append(_figure("cold invocation, Init Duration", "terrarium", inits))
    figures.append(
        _figure("cold invocation, seen from outside", "terrarium", waited or [0.0], ahead=len(cold) - len(waited))
    )
    figures.append(_peer(progress, tries))
    median = max(statistics.median(inits), statistics.median(waited or [0.0]))
    return Findings(SECTION, tuple(figures), (Verdict(bars.COLD_START, median),))


def _overlapping(url: str, tries: int) -> list[tuple[Invoked, float]]:
    """Invocations that overlap, so that each needs an environment of its own; with what each took beyond the time
    the handler held it, in milliseconds. Only those whose REPORT line has an Init Duration are cold."""

    def call(hold_s: float) -> tuple[Invoked, float]:
        invoked = invoke(url, {"hold_s": hold_s})
        return invoked, (invoked.seconds - hold_s) * 1000

    with ThreadPoolExecutor(tries) as callers:
        pending = []
        for number in range(tries):
            pending.append(callers.submit(call, (tries - number) * APART_S))
            time.sleep(APART_S)
        calls = [future.result() for future in pending]
    cold = [(invoked, overhead_ms) for invoked, overhead_ms in calls if invoked.init_ms is not None]
    if not cold:
        raise UnavailableError("no REPORT line had an Init Duration")
    return cold


def _plain(tries: int) -> list[float]:
    """Milliseconds of a process that does nothing else."""
    taken = []
    for _ in range(tries):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", PLAIN], check=True)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _peer(progress: Progress, tries: int) -> Figure:
    """AWS's emulator starts the runtime on the first invocation: its first answer is its cold start."""
    what, taken = "cold invocation, seen from outside", []
    for number in range(tries):
        progress(f"{SECTION}: AWS RIE, {number + 1} of {tries}")
        rie = RuntimeInterfaceEmulator("uses_boto3.handler")
        try:
            door = rie.listen()
            start = time.perf_counter()
            answer = ask(door)
            taken.append((time.perf_counter() - start) * 1000)
        except UnavailableError as error:
            return Figure(what, rie.name, "ms", reason=str(error))
        finally:
            rie.stop()
        if b"dynamodb" not in answer:
            return Figure(what, rie.name, "ms", reason=f"answered {answer[:80]!r}")
    return _figure(what, RuntimeInterfaceEmulator.name, taken)


def _figure(what: str, who: str, values: list[float], *, ahead: int = 0) -> Figure:
    detail = {"tries": len(values)} | ({"started ahead of time": ahead} if ahead else {})
    return Figure(what, who, "ms", statistics.median(values), min(values), max(values), detail=detail)
