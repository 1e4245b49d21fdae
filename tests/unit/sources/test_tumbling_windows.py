"""Tumbling windows of a whole mapping on fakes: boundaries, state, final invocations, restarts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.sources import Ports, Sources
from tests.fakes.destinations import FakeDestinations
from tests.fakes.queues import FakeQueues
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.shifted_clock import ShiftedClock
from tests.fakes.stacks import stack, trigger
from tests.fakes.streams import ARN, FakeStreams
from tests.fakes.waiting import wait_for

LONG_AGO = 1_700_000_100.0
"""2023-11-14T22:15:00Z, where a window of any tested size starts."""


def counting(event: Any) -> dict[str, Any]:
    """Counts the records of a window by their key."""
    state = dict(event["state"])
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["pk"]["S"]
        state[key] = state.get(key, 0) + 1
    return {"state": state}


class System:
    """A mapping with windows that can be stopped and started again on the same state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ShiftedClock()
        self.streams = FakeStreams()
        self.invoker = ScriptedInvoker(counting)
        self.reports: list[str] = []
        self.running: list[Sources] = []

    def start(self, tumbling_window_s: int = 60, **values: Any) -> Sources:
        ports = Ports(self.streams, FakeQueues(self.clock), FakeDestinations(), self.reports.append)
        mapping = trigger(tumbling_window_s=tumbling_window_s, **values)
        sources = Sources(stack(mapping), self.invoker, ports, self.clock, self.folder)
        sources.start()
        self.running.append(sources)
        return sources

    @property
    def events(self) -> list[Any]:
        return list(self.invoker.events)

    @property
    def finals(self) -> list[tuple[str, Any]]:
        """Start of the window and state of each final invocation."""
        return [(event["window"]["start"], event["state"]) for event in self.events if event["isFinalInvokeForWindow"]]

    def wait_for_finals(self, *finals: tuple[str, Any]) -> None:
        assert wait_for(lambda: self.finals == list(finals), within_s=5), (self.finals, self.reports)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    system = System(tmp_path)
    yield system
    for sources in system.running:
        sources.stop(1)


def test_window_follows_the_arrival_time_of_records_and_ends_with_a_final_invocation(system: System) -> None:
    for key, second in (("a", 0), ("a", 59), ("b", 59), ("a", 60), ("a", 185)):
        system.streams.write(key, created_s=LONG_AGO + second)
    system.start(batch_size=2)
    system.wait_for_finals(
        ("2023-11-14T22:15:00Z", {"a": 2, "b": 1}),
        ("2023-11-14T22:16:00Z", {"a": 1}),
        ("2023-11-14T22:18:00Z", {"a": 1}),
    )
    shapes = [(len(event["Records"]), event["state"], event["isFinalInvokeForWindow"]) for event in system.events]
    assert shapes[:3] == [(2, {}, False), (1, {"a": 2}, False), (0, {"a": 2, "b": 1}, True)]


def test_event_of_a_window_names_window_shard_and_stream(system: System) -> None:
    system.streams.write("a", created_s=LONG_AGO + 301)
    system.start(tumbling_window_s=300)
    assert wait_for(lambda: len(system.events) == 2)
    beside = {key: value for key, value in system.events[0].items() if key != "Records"}
    assert beside == {
        "window": {"start": "2023-11-14T22:20:00Z", "end": "2023-11-14T22:25:00Z"},
        "state": {},
        "shardId": "shard-1",
        "eventSourceARN": ARN,
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }


def test_open_window_is_closed_when_its_time_has_passed_though_nothing_more_comes(system: System) -> None:
    system.streams.write("a", created_s=system.clock.now())
    system.start(tumbling_window_s=900)
    assert wait_for(lambda: len(system.events) == 1)
    assert wait_for(lambda: system.streams.pages_read > 4)
    assert system.finals == []
    system.clock.move(902)
    assert wait_for(lambda: len(system.finals) == 1)


def test_window_without_a_record_invokes_nothing(system: System) -> None:
    system.start(tumbling_window_s=1)
    assert wait_for(lambda: system.streams.pages_read > 3)
    system.clock.move(10)
    pages = system.streams.pages_read
    assert wait_for(lambda: system.streams.pages_read > pages + 2)
    assert system.events == []


def test_end_of_the_window_ends_the_wait_for_a_full_batch(system: System) -> None:
    system.streams.write("a", created_s=LONG_AGO)
    system.start(window_s=300)
    system.wait_for_finals(("2023-11-14T22:15:00Z", {"a": 1}))


def test_state_of_an_open_window_survives_a_restart(system: System) -> None:
    now = system.clock.now()
    system.streams.write("a", created_s=now)
    first = system.start(tumbling_window_s=900)
    assert wait_for(lambda: len(system.events) == 1)
    assert first.stop()
    assert system.finals == []
    system.streams.write("a", created_s=now)
    system.start(tumbling_window_s=900)
    assert wait_for(lambda: len(system.events) == 2)
    assert system.events[1]["state"] == {"a": 1}
    system.clock.move(1000)
    assert wait_for(lambda: [state for _, state in system.finals] == [{"a": 2}])


def test_window_that_ended_while_the_system_was_down_is_closed_at_the_next_start(system: System) -> None:
    system.streams.write("a", created_s=system.clock.now())
    first = system.start(tumbling_window_s=900)
    assert wait_for(lambda: len(system.events) == 1)
    first.stop()
    system.clock.move(1000)
    system.start(tumbling_window_s=900)
    assert wait_for(lambda: [state for _, state in system.finals] == [{"a": 1}])


def test_end_of_the_shard_closes_its_window_and_the_child_starts_with_a_fresh_state(system: System) -> None:
    now = system.clock.now()
    system.streams.write("a", created_s=now)
    system.streams.close_shard("shard-1")
    system.streams.add_shard("child", parent="shard-1")
    system.streams.write("b", shard_id="child", created_s=now)
    system.start(tumbling_window_s=900)
    assert wait_for(lambda: len(system.events) == 3)
    seen = [(event["shardId"], event["state"], event["isFinalInvokeForWindow"]) for event in system.events]
    assert seen == [("shard-1", {}, False), ("shard-1", {"a": 1}, True), ("child", {}, False)]


def test_failing_final_invocation_suspends_the_shard_until_it_succeeds(system: System) -> None:
    broken = threading.Event()
    broken.set()

    def handler(event: Any) -> Any:
        if event["isFinalInvokeForWindow"] and broken.is_set():
            raise ValueError("not yet")
        return counting(event)

    system.invoker.handler = handler
    system.streams.write("a", created_s=LONG_AGO)
    system.streams.write("b", created_s=LONG_AGO + 60)
    system.start(max_retries=0)
    assert wait_for(lambda: len(system.finals) == 2)
    assert [event["Records"] for event in system.events[1:]] == [[]] * (len(system.events) - 1)
    assert "final invocation" in system.reports[0]
    broken.clear()
    assert wait_for(lambda: system.finals[-1] == ("2023-11-14T22:16:00Z", {"b": 1}))


def test_each_parallel_lane_has_windows_and_a_state_of_its_own(system: System) -> None:
    for number in range(40):
        system.streams.write(f"item-{number % 8}", created_s=LONG_AGO)
    system.start(parallelization_factor=4, batch_size=3)
    assert wait_for(lambda: sum(sum(state.values()) for _, state in system.finals) == 40)
    keys = [key for _, state in system.finals for key in state]
    assert sorted(keys) == [f"item-{number}" for number in range(8)]
    assert 1 < len(system.finals) <= 4


def test_lane_that_ran_ahead_counts_no_record_twice_after_a_restart(system: System) -> None:
    broken = threading.Event()
    broken.set()

    def handler(event: Any) -> Any:
        keys = {record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]}
        if "bad" in keys and broken.is_set():
            raise ValueError("bad")
        return counting(event)

    system.invoker.handler = handler
    now = system.clock.now()
    system.streams.write("bad", created_s=now)
    for number in range(30):
        system.streams.write(f"good-{number % 10}", created_s=now)
    first = system.start(tumbling_window_s=900, parallelization_factor=10, batch_size=1)
    assert wait_for(lambda: sum(1 for event in system.events if "good" in str(event["Records"])) >= 15)
    first.stop(1)
    broken.clear()
    system.start(tumbling_window_s=900, parallelization_factor=10, batch_size=1)
    system.clock.move(1000)
    assert wait_for(lambda: sum(sum(state.values()) for _, state in system.finals) == 31)
    counts = {key: count for _, state in system.finals for key, count in state.items()}
    assert counts == {"bad": 1, **{f"good-{number}": 3 for number in range(10)}}


def test_windows_of_lanes_that_are_no_more_are_closed(system: System) -> None:
    now = system.clock.now()
    for number in range(20):
        system.streams.write(f"item-{number}", created_s=now)
    first = system.start(tumbling_window_s=900, parallelization_factor=10)
    assert wait_for(lambda: sum(len(event["Records"]) for event in system.events) == 20)
    first.stop()
    system.start(tumbling_window_s=900, parallelization_factor=1)
    system.clock.move(1000)
    assert wait_for(lambda: sum(sum(state.values()) for _, state in system.finals) == 20)


def test_late_record_is_counted_in_the_window_that_is_open(system: System) -> None:
    system.streams.write("a", created_s=LONG_AGO + 61)
    system.streams.write("late", created_s=LONG_AGO + 59)
    system.start()
    system.wait_for_finals(("2023-11-14T22:16:00Z", {"a": 1, "late": 1}))
