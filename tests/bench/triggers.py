"""Send → handler starts, and events a second, of every asynchronous source; beside MiniStack's own triggers.

Both run the same handler and are sent to in turn, source by source. The long poll that a consumer of Terrarium's own
backend would see is measured beside them: below it no event source that polls can come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import bars, idle_triggers, trigger_latency
from tests.bench.contender import PORT_MINISTACK, PORT_TERRARIUM, UnavailableError
from tests.bench.findings import Figure, Findings, Verdict
from tests.bench.peers import ministack_triggers
from tests.bench.peers.ministack import ENDPOINT, MiniStack
from tests.bench.processor_time import listener
from tests.bench.race import Progress
from tests.bench.terrarium import PORT_BACKEND, Terrarium
from tests.bench.trigger_latency import Latencies
from tests.bench.trigger_marks import Marks
from tests.bench.trigger_sources import Source, sources

SECTION = "triggers"
TEMPLATE = Path(__file__).parent / "app_triggers" / "template.yaml"
BATCH = 10
LONG_POLL = "SQS: send → receive returns (long poll)"


@dataclass(frozen=True, slots=True)
class Effort:
    """How many events one at a time, and how many at once; neither for longer than so many seconds a source."""

    samples: int = 30
    burst: int = 300
    limit_s: float = 4.0


QUICK = Effort(samples=15, burst=100, limit_s=3.0)


@dataclass(frozen=True, slots=True)
class Contender:
    """What is sent to: its sources by name, or why it does not take part."""

    name: str
    sources: Mapping[str, Source]
    reason: str = ""


def measure(progress: Progress, effort: Effort) -> Findings:
    """Latency and throughput of five sources, then what idle triggers cost."""
    terrarium, ministack = Terrarium(), MiniStack()
    with Marks() as marks:
        try:
            progress(f"{SECTION}: starting")
            terrarium = Terrarium([str(TEMPLATE), f"--parameter=ListenerPort={marks.port}"])
            endpoint, names = _started(terrarium)
            contenders = (
                _contender("terrarium", lambda: sources(endpoint, names)),
                _contender(MiniStack.name, lambda: sources(ENDPOINT, ministack_triggers.deploy(ministack, marks.port))),
            )
            poll = trigger_latency.of_long_poll(
                LONG_POLL, "its backend", endpoint, names["Bare"], effort.samples, effort.limit_s
            )
            latencies, rates = _race(contenders, marks, effort, progress)
            progress(f"{SECTION}: waiting")
            idle = _idle(contenders)
        except UnavailableError as error:
            figure = Figure("send → handler starts", "terrarium", "ms", reason=str(error))
            return Findings(SECTION, (figure,), (Verdict(bars.SQS_LATENCY, None, str(error)),))
        finally:
            terrarium.stop()
            ministack.stop()
    figures = [one.figure() for one in (poll, *latencies)]
    verdict = Verdict(bars.SQS_LATENCY, latencies[0].above(poll), "no message arrived")
    return Findings(SECTION, (*figures, *rates, *idle, *idle_triggers.measure(progress)), (verdict,))


def _started(terrarium: Terrarium) -> tuple[str, Mapping[str, str]]:
    terrarium.up()
    return str(terrarium.status()["backend"]["endpoint"]), terrarium.stack()["outputs"]


def _contender(name: str, start: Callable[[], Sequence[Source]]) -> Contender:
    try:
        return Contender(name, {source.name: source for source in start()})
    except UnavailableError as error:
        if name == Terrarium.name:
            raise
        return Contender(name, {}, str(error))


def _idle(contenders: Sequence[Contender]) -> tuple[Figure, ...]:
    theirs = [listener(PORT_MINISTACK)] if contenders[1].sources else []
    return idle_triggers.beside([listener(PORT_TERRARIUM), listener(PORT_BACKEND)], theirs)


def _race(
    contenders: Sequence[Contender], marks: Marks, effort: Effort, progress: Progress
) -> tuple[list[Latencies], list[Figure]]:
    """The first of the latencies is Terrarium's of SQS."""
    latencies, rates = [], []
    # An item that is put again unchanged makes no stream record: every run has marks of its own.
    run = f"{int(time.time()):x}"
    for name in contenders[0].sources:
        for contender in contenders:
            progress(f"{SECTION}: {name}, {contender.name}")
            what, who = f"{name}: send → handler starts", contender.name
            if name not in contender.sources:
                latencies.append(Latencies(what, who, reason=contender.reason))
                continue
            source, key = contender.sources[name], f"{run}{who}{name}".lower().replace(" ", "")
            latencies.append(trigger_latency.of_source(what, who, source, key, marks, effort.samples, effort.limit_s))
            rates.append(_rate(f"{name}: handled", who, source, key, marks, effort))
    return latencies, rates


def _rate(what: str, who: str, source: Source, key: str, marks: Marks, effort: Effort) -> Figure:
    """As fast as one sender can, ten in a call; the time until the last handler started."""
    wanted = [f"mark-{key}x-{number}" for number in range(effort.burst)]
    began, end = time.time(), time.monotonic() + effort.limit_s
    for start in range(0, len(wanted), BATCH):
        source.send(wanted[start : start + BATCH])
    sent_s = time.time() - began
    marks.wait(wanted, timeout_s=max(0.1, end - time.monotonic()))
    starts = [started for mark in wanted if (started := marks.started(mark)) is not None]
    if not starts:
        return Figure(what, who, "events/s", reason=f"none within {effort.limit_s:.0f} s")
    detail = {"sent": len(wanted), "handled": len(starts), "sending_s": round(sent_s, 2)}
    return Figure(what, who, "events/s", len(starts) / max(0.001, max(starts) - began), detail=detail)
