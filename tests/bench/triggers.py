"""Send → handler starts, and events a second, of every asynchronous source; beside MiniStack's own triggers.

Both run the same handler and are sent to in turn, source by source. The long poll that a consumer of Terrarium's own
backend would see is measured beside them: below it no event source can come.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench import bars, idle_triggers
from tests.bench.contender import PORT_MINISTACK, PORT_TERRARIUM, UnavailableError
from tests.bench.findings import Figure, Findings, Verdict
from tests.bench.peers import ministack_triggers
from tests.bench.peers.ministack import ENDPOINT, MiniStack
from tests.bench.processor_time import listener
from tests.bench.race import Progress
from tests.bench.terrarium import PORT_BACKEND, Terrarium
from tests.bench.trigger_marks import Marks
from tests.bench.trigger_sources import Source, client, sources

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
            poll = _long_poll(endpoint, names["Bare"], effort)
            figures = [poll, *_race(contenders, marks, effort, progress)]
            progress(f"{SECTION}: waiting")
            figures += _idle(contenders)
        except UnavailableError as error:
            figure = Figure("send → handler starts", "terrarium", "ms", reason=str(error))
            return Findings(SECTION, (figure,), (Verdict(bars.SQS_LATENCY, None, str(error)),))
        finally:
            terrarium.stop()
            ministack.stop()
    return Findings(SECTION, (*figures, *idle_triggers.measure(progress)), (_verdict(figures),))


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


def _race(contenders: Sequence[Contender], marks: Marks, effort: Effort, progress: Progress) -> list[Figure]:
    latencies, rates = [], []
    # An item that is put again unchanged makes no stream record: every run has marks of its own.
    run = f"{int(time.time()):x}"
    for name in contenders[0].sources:
        for contender in contenders:
            progress(f"{SECTION}: {name}, {contender.name}")
            latency, rate = f"{name}: send → handler starts", f"{name}: handled"
            if name not in contender.sources:
                latencies.append(Figure(latency, contender.name, "ms", reason=contender.reason))
                continue
            source, key = contender.sources[name], f"{run}{contender.name}{name}".lower().replace(" ", "")
            latencies.append(_latency(latency, contender.name, source, key, marks, effort))
            rates.append(_rate(rate, contender.name, source, key, marks, effort))
    return latencies + rates


def _latency(what: str, who: str, source: Source, key: str, marks: Marks, effort: Effort) -> Figure:
    """One event at a time, at moments that no poller can be in step with."""
    source.send([f"mark-{key}-0"])
    if not marks.wait([f"mark-{key}-0"], timeout_s=20):
        return Figure(what, who, "ms", reason="the function was never called")
    pause, samples, end = Random(1), [], time.monotonic() + effort.limit_s
    for number in range(1, effort.samples + 1):
        time.sleep(pause.uniform(0.02, 0.12))
        mark, sent = f"mark-{key}-{number}", time.time()
        source.send([mark])
        if marks.wait([mark], timeout_s=5):
            samples.append(((marks.started(mark) or sent) - sent) * 1000)
        if time.monotonic() > end:
            break
    return _figure(what, who, samples)


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


def _long_poll(endpoint: str, queue: str, effort: Effort) -> Figure:
    """A consumer that does nothing but wait, on the backend that Terrarium's triggers use."""
    sqs, arrived, heard = client("sqs", endpoint), threading.Semaphore(0), []
    over = threading.Event()

    def consume() -> None:
        consumer = client("sqs", endpoint)
        while not over.is_set():
            for message in consumer.receive_message(QueueUrl=queue, WaitTimeSeconds=2).get("Messages", ()):
                heard.append(time.time())
                arrived.release()
                consumer.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    thread, pause, samples = threading.Thread(target=consume, daemon=True), Random(1), []
    thread.start()
    for _ in range(effort.samples):
        time.sleep(pause.uniform(0.02, 0.12))
        sent = time.time()
        sqs.send_message(QueueUrl=queue, MessageBody="poll")
        if arrived.acquire(timeout=5):
            samples.append((heard[-1] - sent) * 1000)
    over.set()
    thread.join(5)
    return _figure(LONG_POLL, "its backend", samples)


def _figure(what: str, who: str, samples: Sequence[float]) -> Figure:
    if not samples:
        return Figure(what, who, "ms", reason="nothing arrived")
    ordered = sorted(samples)
    detail = {"p95_ms": ordered[int(len(ordered) * 0.95)], "events": len(ordered)}
    return Figure(what, who, "ms", statistics.median(ordered), ordered[0], ordered[-1], detail=detail)


def _verdict(figures: Sequence[Figure]) -> Verdict:
    by_name = {(figure.what, figure.who): figure.value for figure in figures}
    ours, poll = by_name.get(("SQS: send → handler starts", "terrarium")), by_name.get((LONG_POLL, "its backend"))
    if ours is None or poll is None:
        return Verdict(bars.SQS_LATENCY, None, "no message arrived")
    return Verdict(bars.SQS_LATENCY, ours - poll)
