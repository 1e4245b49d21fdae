from __future__ import annotations

import json
from collections import Counter
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shortener.domain.counting import ARCHIVE, CountClicks, Received, StoppedAtError, UnreadableEventError
from shortener.domain.errors import ChangedMeanwhileError, CountersFullError, UnavailableError
from shortener.domain.model import Event

from tests.fakes.shortener_ports import FakeArchive, FakeLedger


def click(writer: str, number: int, link: str = "L1", at: str = "2026-02-25T06:13:20.250Z", **more: Any) -> Received:
    body = {
        "id": f"{writer}-{number}",
        "type": "link_clicked",
        "at": at,
        "linkId": link,
        "referrer": "direct",
        "country": "DE",
        "device": "bot",
        **more,
    }
    return Received.of(f"{writer}/{number}", Event(writer, number, json.dumps(body)))


def created(writer: str, number: int) -> Received:
    body = {"id": f"{writer}-{number}", "type": "link_created", "at": "2026-02-25T07:00:00.000Z"}
    return Received.of(f"{writer}/{number}", Event(writer, number, json.dumps(body)))


class Counting:
    """The use case on fakes."""

    def __init__(self) -> None:
        self.ledger, self.archive = FakeLedger(), FakeArchive()
        self.count = CountClicks(self.ledger, self.archive)

    @property
    def total(self) -> int:
        return sum(self.ledger.clicks.values())

    def archived(self) -> list[str]:
        return sorted(json.loads(line)["id"] for lines in self.archive.files.values() for line in lines)


def test_clicks_are_counted_by_link_and_month() -> None:
    counting = Counting()
    counting.count([click("w", 1), click("w", 2, "L2"), click("w", 3), click("w", 4, at="2026-03-01T00:00:00.000Z")])
    assert counting.ledger.clicks == {("L1", "2026-02"): 2, ("L2", "2026-02"): 1, ("L1", "2026-03"): 1}


def test_events_are_archived_by_type_day_and_hour() -> None:
    counting = Counting()
    counting.count([click("w", 1), created("w", 2)])
    folders = {name.rpartition("/")[0] for name in counting.archive.files}
    assert folders == {"link_clicked/dt=2026-02-25/hour=06", "link_created/dt=2026-02-25/hour=07"}


def test_batch_delivered_twice_counts_once_and_is_archived_once() -> None:
    counting = Counting()
    batch = [click("w", number) for number in range(1, 30)]
    assert counting.count(batch) == 29
    assert counting.count(batch) == 0
    assert counting.total == 29
    assert len(counting.archived()) == 29


@given(
    cuts=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), max_size=12),
    writers=st.integers(1, 5),
)
def test_however_batches_are_cut_and_repeated_each_click_counts_once(cuts: list[tuple[int, int]], writers: int) -> None:
    stream = [click(f"w{index % writers}", index // writers + 1, f"L{index % 7}") for index in range(60)]
    counting = Counting()
    reached = 0
    for start, length in cuts:
        # A stream never skips: what is delivered begins at or before the place reached so far.
        begin = min(start, reached)
        counting.count(stream[begin : begin + length])
        reached = max(reached, begin + length)
    counting.count(stream)
    assert counting.total == 60


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    failures=st.lists(st.integers(1, 12), max_size=8),
    writers=st.integers(1, 5),
)
def test_batches_that_fail_half_done_and_come_again_count_each_click_once(
    sizes: list[int], failures: list[int], writers: int
) -> None:
    stream = [click(f"w{index % writers}", index // writers + 1, f"L{index % 23}") for index in range(sum(sizes))]
    place = {one.position: index for index, one in enumerate(stream)}
    counting = Counting()
    begin = 0
    for size, nth in zip_longest(sizes, failures, fillvalue=0):
        try:
            CountClicks(FailsAt(nth, counting.ledger), counting.archive)(stream[begin : begin + size])
            begin += size
        except StoppedAtError as stopped:
            # Lambda goes on from the record that was named, and with whatever came meanwhile.
            begin = place[stopped.position]
    counting.count(stream[begin:])
    expected = Counter((json.loads(one.event.line)["linkId"], "2026-02") for one in stream)
    assert counting.ledger.clicks == expected
    assert set(counting.archived()) == {one.body["id"] for one in stream}


def test_crash_between_archive_and_counters_counts_once_after_all() -> None:
    counting = Counting()
    counting.ledger.failures = [UnavailableError("crash")]
    batch = [click("w", 1), click("w", 2)]
    with pytest.raises(StoppedAtError):
        counting.count(batch)
    counting.count(batch)
    assert counting.total == 2
    assert len(counting.archived()) == 2


@pytest.mark.parametrize("nth", range(1, 10))
def test_it_stops_at_the_first_event_not_done_and_says_which(nth: int) -> None:
    counting = Counting()
    batch = [click("w", number, f"L{number}") for number in range(1, 301)]
    counting.count(batch[:50])  # an earlier delivery
    failing = FailsAt(nth, counting.ledger)
    with pytest.raises(StoppedAtError) as stopped:
        CountClicks(failing, counting.archive)(batch)
    archived, clicks = counting.ledger.positions[ARCHIVE, "w"], counting.ledger.clicks
    first_left = next(n for n in range(1, 301) if n > archived or (f"L{n}", "2026-02") not in clicks)
    assert stopped.value.position == f"w/{first_left}"
    counting.count(batch[first_left - 1 :])
    assert counting.total == 300
    assert set(counting.archived()) == {f"w-{number}" for number in range(1, 301)}


def test_faster_processor_is_noticed_and_nothing_is_counted_twice() -> None:
    counting = Counting()
    counting.ledger.failures = [ChangedMeanwhileError("moved"), ChangedMeanwhileError("moved")]
    counting.count([click("w", 1)])
    assert counting.total == 1


def test_link_flooded_with_referrers_is_still_counted() -> None:
    class Full(FakeLedger):
        def count(self, lane: str, seen: Any, now_counted: Any, counts: Any) -> None:
            if ("L1", "2026-02") in counts:
                raise CountersFullError("400 KB")
            super().count(lane, seen, now_counted, counts)

    ledger = Full()
    CountClicks(ledger, FakeArchive())([click("w", 1, referrer="https://flood.example"), click("w", 2)])
    assert ledger.clicks == {("L1", "2026-02#more"): 2}


def test_it_gives_up_when_others_never_let_it_through() -> None:
    counting = Counting()
    counting.ledger.failures = [ChangedMeanwhileError("moved")] * 50
    with pytest.raises(StoppedAtError):
        counting.count([click("w", 1)])


def test_no_transaction_is_larger_than_dynamodb_takes() -> None:
    class Measures(FakeLedger):
        def __init__(self) -> None:
            super().__init__()
            self.writes: list[int] = []
            self.names: list[int] = []

        def count(self, lane: str, seen: Any, now_counted: Any, counts: Any) -> None:
            self.writes.append(len(now_counted) + len(counts))
            self.names += [
                len(one.days) + len(one.referrers) + len(one.countries) + len(one.devices) for one in counts.values()
            ]
            super().count(lane, seen, now_counted, counts)

    ledger = Measures()
    stream = [
        click(f"w{index % 40}", index // 40 + 1, f"L{index % 90}", referrer=f"https://{index}.example")
        for index in range(1000)
    ]
    stream += [click("one", index, "hot", referrer=f"https://{index}.example") for index in range(1, 1001)]
    CountClicks(ledger, FakeArchive())(stream)
    assert sum(ledger.clicks.values()) == 2000
    assert max(ledger.writes) <= 100
    assert max(ledger.names) <= 160


def test_hundreds_of_links_in_turn_take_no_more_transactions_than_there_are_lanes() -> None:
    counting = Counting()
    counting.count([click(f"2026022506-{index % 70}", index // 70 + 1, f"L{index % 500}") for index in range(3000)])
    assert counting.total == 3000
    assert counting.ledger.transactions == 9


def test_table_that_takes_few_writes_at_once_gets_them_in_halves() -> None:
    counting = Counting()
    counting.ledger.most_links = 3
    events = [click("w", number, f"L{number % 40}") for number in range(1, 201)]
    assert counting.count(events) == 200
    assert set(counting.ledger.clicks.values()) == {5}
    assert counting.count(events) == 0


def test_crowd_of_new_writers_takes_several_transactions() -> None:
    counting = Counting()
    counting.count([click(f"2026022506-{index}", 1) for index in range(200)])
    assert counting.total == 200
    assert counting.ledger.transactions == 6


def test_event_that_is_no_click_is_archived_once_and_not_counted() -> None:
    counting = Counting()
    assert counting.count([created("w", 1), created("w", 2)]) == 0
    counting.count([created("w", 2), click("w", 3)])
    assert counting.archived() == ["w-1", "w-2", "w-3"]
    assert counting.total == 1


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"type": "link_clicked", "id": "a", "at": "b"}', '{"type":"link_clicked","at":7}']
)
def test_event_that_is_none_of_ours_is_unreadable(line: str) -> None:
    with pytest.raises(UnreadableEventError):
        Received.of("1", Event("w", 1, line))


class FailsAt(FakeLedger):
    """The ledger behind it, except that the nth transaction finds no answer."""

    def __init__(self, nth: int, behind: FakeLedger) -> None:
        self._left, self._behind = nth, behind

    def counted(self, lane: str, writers: Any) -> Any:
        return self._behind.counted(lane, writers)

    def count(self, lane: str, seen: Any, now_counted: Any, counts: Any) -> None:
        self._left -= 1
        if self._left == 0:
            raise UnavailableError("no answer")
        self._behind.count(lane, seen, now_counted, counts)
