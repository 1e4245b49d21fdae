"""A shard's reader keeps its place, and its pace."""

from __future__ import annotations

from typing import Any

from emulator.sources.shard_poller import LONGEST_WAIT_S, SHORTEST_WAIT_S, VERIFY_S, ShardPoller, Start
from tests.fakes.moved_clock import MovedClock
from tests.fakes.streams import ARN, FakeStreams


class Bench:
    """A poller on a fake stream."""

    def __init__(self, **start: Any) -> None:
        self.streams, self.clock, self.reports = FakeStreams(), MovedClock(), list[str]()
        self.start = Start(**{"kind": "TRIM_HORIZON", **start})
        self.poller = self.fresh()

    def fresh(self) -> ShardPoller:
        return ShardPoller(self.streams, ARN, "shard-1", self.start, self.clock, self.reports.append)

    def keys(self) -> list[str]:
        records, _ = self.poller.next_page()
        return [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]


def test_pace_is_quick_while_records_flow_and_slows_down_when_there_are_none() -> None:
    bench = Bench()
    paces = []
    for writes in (1, 0, 0, 0, 0, 1):
        for number in range(writes):
            bench.streams.write(str(number))
        bench.poller.next_page()
        paces.append(bench.poller.wait_s)
    assert paces == [SHORTEST_WAIT_S, 0.08, 0.16, LONGEST_WAIT_S, LONGEST_WAIT_S, SHORTEST_WAIT_S]


def test_full_page_is_followed_by_the_next_at_once() -> None:
    bench = Bench()
    for number in range(1500):
        bench.streams.write(str(number))
    assert len(bench.keys()) == 1000
    assert bench.poller.wait_s == 0
    assert len(bench.keys()) == 500
    assert bench.poller.wait_s == SHORTEST_WAIT_S


def test_idle_reader_notices_that_the_stream_was_replaced_behind_a_valid_iterator() -> None:
    bench = Bench()
    for number in range(5):
        bench.streams.write(str(number))
    bench.keys()
    while bench.poller.wait_s < LONGEST_WAIT_S:
        bench.keys()
    generation = bench.streams._generation
    bench.streams.wipe()
    bench.streams._generation = generation
    bench.streams.write("first of the new stream")
    assert bench.keys() == []
    bench.clock.move(VERIFY_S)
    assert bench.keys() == ["first of the new stream"]
    assert len(bench.reports) == 1


def test_latest_is_not_asked_for_twice() -> None:
    bench = Bench(kind="LATEST", since_s=1_700_000_000)
    bench.streams.write("old", created_s=1_600_000_000)
    assert bench.keys() == []
    bench.streams.expire_iterators()
    bench.streams.write("new")
    assert bench.keys() == []
    assert bench.keys() == ["new"]


def test_record_that_is_dated_to_the_minute_is_not_taken_for_an_old_one() -> None:
    bench = Bench(kind="LATEST", since_s=1_700_000_059.5)
    bench.keys()
    for created_s, name in ((1_699_999_980, "earlier"), (1_700_000_040, "to the minute"), (1_700_000_058, "old")):
        bench.streams.write(name, created_s=created_s)
    assert bench.keys() == ["to the minute"]


def test_reading_goes_on_after_the_checkpoint() -> None:
    bench = Bench()
    first = bench.streams.write("a")
    bench.streams.write("b")
    bench.start = Start("TRIM_HORIZON", first)
    bench.poller = bench.fresh()
    assert bench.keys() == ["b"]
