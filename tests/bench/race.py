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
from tests.bench.processor_time import listener, used_s

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
REST_HEATS = (Heat("warm GET through a REST API, 1 connection", "rest", 1),)
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
    Rivalry(bars.REST_ONE_AGAINST_SERVERLESS_OFFLINE, REST_HEATS[0].what, "serverless-offline"),
    Rivalry(bars.HTTP_ONE_AGAINST_MINISTACK, HTTP_HEATS[0].what, "MiniStack"),
    Rivalry(bars.INVOKE_AGAINST_RIE, INVOKE_HEATS[0].what, "AWS RIE"),
)


@dataclass(frozen=True, slots=True)
class Lap:
    """One contender in one round. `server_us`: processor time the server and its children took for a request."""

    load: Load
    server_us: float


OURS = "terrarium"
REMARK = "server: processor time of the server and its children for one request, which a busy machine hardly changes"


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
        results = {heat: _heat(heat, doors, pace, progress) for heat in heats}
    finally:
        for contender in contenders:
            contender.stop()
    figures: list[Figure] = []
    verdicts: list[Verdict] = []
    for heat, (laps, broken) in results.items():
        figures += _figures(heat, laps, absent | broken)
        verdicts += [_verdict(one, laps, absent | broken) for one in RIVALRIES if one.heat == heat.what]
    return Findings(section, tuple(figures), tuple(verdicts), (REMARK,))


def _heat(
    heat: Heat, doors: Mapping[str, Mapping[Door, Target]], pace: Pace, progress: Progress
) -> tuple[dict[str, list[Lap]], dict[str, str]]:
    """Laps by contender, and why those that broke down on the way are not among them."""
    targets = {name: by_door[heat.door] for name, by_door in doors.items() if heat.door in by_door}
    laps: dict[str, list[Lap]] = {name: [] for name in targets}
    broken: dict[str, str] = {}
    for number in range(pace.rounds + 1):
        for name in list(laps):
            progress(f"{heat.what}: {f'round {number} of {pace.rounds}' if number else 'warming up'}, {name}")
            seconds = pace.seconds if number else pace.warm_up_s
            try:
                lap = _lap(targets[name], heat.connections, seconds)
            except (OSError, UnavailableError) as error:
                broken[name] = f"broke down: {error}"
                del laps[name]
                continue
            if number:
                laps[name].append(lap)
    return laps, broken


def _lap(goal: Target, connections: int, seconds: float) -> Lap:
    server = listener(goal.port)
    before = used_s(server)
    load = closed_loop(goal, connections=connections, seconds=seconds)
    return Lap(load, (used_s(server) - before) * 1e6 / max(1, load.requests))


def _figures(heat: Heat, laps: Mapping[str, Sequence[Lap]], absent: Mapping[str, str]) -> list[Figure]:
    present = [_figure(heat, name, runs) for name, runs in laps.items()]
    return present + [Figure(heat.what, name, "req/s", reason=reason) for name, reason in absent.items()]


def _figure(heat: Heat, name: str, laps: Sequence[Lap]) -> Figure:
    rates = [lap.load.rate for lap in laps]
    detail: dict[str, object] = {
        "p50_ms": statistics.median(lap.load.p50_ms for lap in laps),
        "p99_ms": statistics.median(lap.load.p99_ms for lap in laps),
        "server_us": statistics.median(lap.server_us for lap in laps),
        "generator_us": statistics.median(lap.load.generator_us for lap in laps),
    }
    worst = min(lap.load.success_percent for lap in laps)
    if worst < 100:
        detail["success_percent"] = worst
    return Figure(heat.what, name, "req/s", statistics.median(rates), min(rates), max(rates), detail=detail)


def _verdict(rivalry: Rivalry, laps: Mapping[str, Sequence[Lap]], absent: Mapping[str, str]) -> Verdict:
    for name in (OURS, rivalry.rival):
        if name not in laps:
            return Verdict(rivalry.bar, None, f"{name}: {absent.get(name, 'did not take part')}")
    pairs = zip(laps[OURS], laps[rivalry.rival], strict=True)
    ratios = [ours.load.rate / theirs.load.rate for ours, theirs in pairs if theirs.load.rate]
    if not ratios:
        return Verdict(rivalry.bar, None, f"{rivalry.rival} answered nothing")
    return Verdict(rivalry.bar, statistics.median(ratios))
