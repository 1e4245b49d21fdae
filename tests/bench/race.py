"""The races: every contender up at once, loaded one after another, round after round, compared within each round.

Interleaving (A B C A B C …) lets a machine that is busy for a while slow all contenders alike; the ratio of two
contenders is the median of the rounds' ratios.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench import bars
from tests.bench.contender import Contender, Door, UnavailableError
from tests.bench.findings import Bar, Figure, Findings, Verdict
from tests.bench.http_wire import Target
from tests.bench.load import Load, closed_loop

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Heat:
    """One discipline: which door, over how many connections."""

    what: str
    door: Door
    connections: int


HTTP_HEATS = (
    Heat("warm GET, 1 connection", "http", 1),
    Heat("warm GET, 8 connections", "http", 8),
)
INVOKE_HEATS = (Heat("Invoke API, 1 connection", "invoke", 1),)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure: rounds of so many seconds for each contender, after a warm-up of each."""

    rounds: int = 5
    seconds: float = 3.0
    warm_up_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Ours over theirs in one heat must reach the bar."""

    bar: Bar
    heat: str
    rival: str


RIVALRIES = (
    Rivalry(bars.HTTP_ONE_AGAINST_SERVERLESS_OFFLINE, HTTP_HEATS[0].what, "serverless-offline"),
    Rivalry(bars.HTTP_EIGHT_AGAINST_SERVERLESS_OFFLINE, HTTP_HEATS[1].what, "serverless-offline"),
    Rivalry(bars.HTTP_ONE_AGAINST_MINISTACK, HTTP_HEATS[0].what, "MiniStack"),
    Rivalry(bars.INVOKE_AGAINST_RIE, INVOKE_HEATS[0].what, "AWS RIE"),
)

OURS = "terrarium"


def race(
    section: str, contenders: Sequence[Contender], heats: Sequence[Heat], pace: Pace, progress: Progress
) -> Findings:
    """Start all contenders, run the heats, stop them all."""
    doors: dict[str, Mapping[Door, Target]] = {}
    absent: dict[str, str] = {}
    try:
        for contender in contenders:
            progress(f"{section}: starting {contender.name}")
            try:
                doors[contender.name] = contender.start()
            except UnavailableError as error:
                absent[contender.name] = str(error)
        loads = {heat: _heat(heat, doors, pace, progress) for heat in heats}
    finally:
        for contender in contenders:
            contender.stop()
    figures = [figure for heat in heats for figure in _figures(heat, loads[heat], absent)]
    verdicts = [
        _verdict(rivalry, loads[heat], absent) for rivalry in RIVALRIES for heat in heats if rivalry.heat == heat.what
    ]
    return Findings(section, tuple(figures), tuple(verdicts))


def _heat(
    heat: Heat, doors: Mapping[str, Mapping[Door, Target]], pace: Pace, progress: Progress
) -> dict[str, list[Load]]:
    targets = {name: by_door[heat.door] for name, by_door in doors.items() if heat.door in by_door}
    for name, goal in targets.items():
        progress(f"{heat.what}: warming up {name}")
        closed_loop(goal, connections=heat.connections, seconds=pace.warm_up_s)
    loads: dict[str, list[Load]] = {name: [] for name in targets}
    for number in range(pace.rounds):
        for name, goal in targets.items():
            progress(f"{heat.what}: round {number + 1} of {pace.rounds}, {name}")
            loads[name].append(closed_loop(goal, connections=heat.connections, seconds=pace.seconds))
    return loads


def _figures(heat: Heat, loads: Mapping[str, Sequence[Load]], absent: Mapping[str, str]) -> list[Figure]:
    present = [
        Figure(
            heat.what,
            name,
            "req/s",
            value=statistics.median(run.rate for run in runs),
            low=min(run.rate for run in runs),
            high=max(run.rate for run in runs),
            detail={
                "p50_ms": statistics.median(run.p50_ms for run in runs),
                "p99_ms": statistics.median(run.p99_ms for run in runs),
                "success_percent": min(run.success_percent for run in runs),
                "generator_us": statistics.median(run.generator_us for run in runs),
            },
        )
        for name, runs in loads.items()
    ]
    return present + [Figure(heat.what, name, "req/s", reason=reason) for name, reason in absent.items()]


def _verdict(rivalry: Rivalry, loads: Mapping[str, Sequence[Load]], absent: Mapping[str, str]) -> Verdict:
    for name in (OURS, rivalry.rival):
        if name not in loads:
            return Verdict(rivalry.bar, None, f"{name}: {absent.get(name, 'did not take part')}")
    pairs = zip(loads[OURS], loads[rivalry.rival], strict=True)
    ratios = [ours.rate / theirs.rate for ours, theirs in pairs if theirs.rate]
    if not ratios:
        return Verdict(rivalry.bar, None, f"{rivalry.rival} answered nothing")
    return Verdict(rivalry.bar, statistics.median(ratios))
