"""One event at a time: from before the send until a handler starts, or until a bare long poll returns.

All are sent to after the same pauses, long and short, so that none can be in step with a poller by chance and two can
be compared event by event: how long a message waits for a poller's next look depends on the pause before it.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.bench.findings import Figure
from tests.bench.trigger_marks import Marks
from tests.bench.trigger_sources import Source, client

SHORTEST_S, LONGEST_S = 0.02, 0.12
FIRST_TIMEOUT_S, TIMEOUT_S = 20.0, 5.0


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds, None for an event that did not arrive in time; `reason` says why there are none at all."""

    what: str
    who: str
    samples: tuple[float | None, ...] = ()
    reason: str = ""

    def figure(self) -> Figure:
        ordered = sorted(sample for sample in self.samples if sample is not None)
        if not ordered:
            return Figure(self.what, self.who, "ms", reason=self.reason or "nothing arrived")
        detail = {"p95_ms": ordered[int(len(ordered) * 0.95)], "events": len(ordered)}
        return Figure(self.what, self.who, "ms", statistics.median(ordered), ordered[0], ordered[-1], detail=detail)

    def above(self, other: Latencies) -> float | None:
        """The median of the differences, event by event."""
        pairs = zip(self.samples, other.samples, strict=False)
        differences = [ours - theirs for ours, theirs in pairs if ours is not None and theirs is not None]
        return statistics.median(differences) if differences else None


def of_source(what: str, who: str, source: Source, key: str, marks: Marks, samples: int, limit_s: float) -> Latencies:
    """Until a handler starts; no longer than `limit_s` in all."""

    def send(number: int, timeout_s: float) -> float | None:
        mark, sent = f"mark-{key}-{number}", time.time()
        source.send([mark])
        marks.wait([mark], timeout_s)
        started = marks.started(mark)
        return None if started is None else (started - sent) * 1000

    if send(0, FIRST_TIMEOUT_S) is None:
        return Latencies(what, who, reason="the function was never called")
    return Latencies(what, who, _after_pauses(send, samples, limit_s))


def of_long_poll(what: str, who: str, endpoint: str, queue: str, samples: int, limit_s: float) -> Latencies:
    """Until ReceiveMessage returns to a consumer that does nothing but wait."""
    sqs, heard, arrived, over = client("sqs", endpoint), [0.0], threading.Semaphore(0), threading.Event()

    def consume() -> None:
        consumer = client("sqs", endpoint)
        while not over.is_set():
            for message in consumer.receive_message(QueueUrl=queue, WaitTimeSeconds=2).get("Messages", ()):
                heard[0] = time.time()
                arrived.release()
                consumer.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    def send(_number: int, timeout_s: float) -> float | None:
        sent = time.time()
        sqs.send_message(QueueUrl=queue, MessageBody="poll")
        return (heard[0] - sent) * 1000 if arrived.acquire(timeout=timeout_s) else None

    thread = threading.Thread(target=consume, daemon=True)
    thread.start()
    send(0, TIMEOUT_S)
    found = Latencies(what, who, _after_pauses(send, samples, limit_s))
    over.set()
    thread.join(TIMEOUT_S)
    return found


def _after_pauses(send: Callable[[int, float], float | None], samples: int, limit_s: float) -> tuple[float | None, ...]:
    pause, found, end = Random(1), [], time.monotonic() + limit_s
    for number in range(1, samples + 1):
        time.sleep(pause.uniform(SHORTEST_S, LONGEST_S))
        found.append(send(number, TIMEOUT_S))
        if time.monotonic() > end:
            break
    return tuple(found)
