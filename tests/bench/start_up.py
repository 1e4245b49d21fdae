"""How long `make up` takes, as a person sees it: from pressing return to the prompt."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Sequence

from tests.bench import bars
from tests.bench.contender import ROOT, UnavailableError
from tests.bench.findings import Bar, Figure, Findings, Verdict
from tests.bench.processes import run
from tests.bench.race import Progress
from tests.bench.terrarium import UP_TIMEOUT_S, command, environment

SECTION = "make up"


def measure(progress: Progress) -> Findings:
    """One system, then all: with everything installed but no data, and once more with data."""
    systems = _systems()
    figures: list[Figure] = []
    verdicts: list[Verdict] = []
    for what, chosen, bar in (
        ("one system", systems[:1], bars.UP_ONE),
        (f"all systems ({len(systems)})", systems, bars.UP_ALL),
    ):
        found, verdict = _measure(what, chosen, bar, progress)
        figures += found
        verdicts.append(verdict)
    return Findings(SECTION, tuple(figures), tuple(verdicts), (f"measured with `{' '.join(_command(systems[:1]))}`",))


def _measure(what: str, systems: Sequence[str], bar: Bar, progress: Progress) -> tuple[list[Figure], Verdict]:
    """The first start only installs the functions' dependencies; `reset` keeps those and wipes the data."""
    try:
        progress(f"{SECTION}: {what}, first start")
        command("reset")
        first = _timed(systems)
        command("reset")
        progress(f"{SECTION}: {what}, installed, empty")
        empty = _timed(systems)
        command("down")
        progress(f"{SECTION}: {what}, installed, with data")
        again = _timed(systems)
    except UnavailableError as error:
        return [Figure(what, "terrarium", "s", reason=str(error))], Verdict(bar, None, str(error))
    finally:
        command("reset")
    figures = [
        Figure(f"{what}: no data, seeded", "terrarium", "s", empty, detail={"the start before it": f"{first:.2f} s"}),
        Figure(f"{what}: data kept", "terrarium", "s", again),
    ]
    return figures, Verdict(bar, empty)


def _timed(systems: Sequence[str]) -> float:
    start = time.perf_counter()
    run(_command(systems), cwd=ROOT, timeout_s=UP_TIMEOUT_S, env=environment())
    return time.perf_counter() - start


def _command(systems: Sequence[str]) -> list[str]:
    """`make up`; without an installation by make (which it would otherwise begin with) the command behind it."""
    if (ROOT / ".venv" / ".terrarium-pins").exists():
        return ["make", "up", f"STACKS={' '.join(systems)}"]
    stacks = [part for system in systems for part in ("--stack", system)]
    return [str(ROOT / ".venv" / "bin" / "terrarium"), "up", "--detach", *stacks]


def _systems() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(settings["tool"]["terrarium"]["stacks"])
