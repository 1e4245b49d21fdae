"""A whole mapping on fakes: shards, positions, restarts, filters, windows, parallel lanes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.clock import SystemClock
from emulator.errors import InvalidPatternError, TemplateError
from emulator.sources import Ports, Sources
from tests.fakes.destinations import FakeDestinations
from tests.fakes.queues import FakeQueues
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import stack, trigger
from tests.fakes.streams import FakeStreams
from tests.fakes.waiting import wait_for

NOW = 1_700_000_000.0


class System:
    """Sources of one stack that can be stopped, killed and started again on the same state."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.streams = FakeStreams()
        self.invoker = ScriptedInvoker()
        self.reports: list[str] = []
        self.running: list[Sources] = []

    def start(self, **values: Any) -> Sources:
        clock = SystemClock()
        ports = Ports(self.streams, FakeQueues(clock), FakeDestinations(), self.reports.append)
        sources = Sources(stack(trigger(**values)), self.invoker, ports, clock, self.state)
        sources.start()
        self.running.append(sources)
        return sources

    @property
    def keys(self) -> list[str]:
        """Keys the function saw, in the order it saw them."""
        events = list(self.invoker.events)
        return [record["dynamodb"]["Keys"]["pk"]["S"] for event in events for record in event["Records"]]

    def wait_for_keys(self, *keys: str) -> None:
        assert wait_for(lambda: self.keys == list(keys), within_s=5), self.keys


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    system = System(tmp_path)
    yield system
    for sources in system.running:
        sources.stop(1)


def handler_failing_while(broken: threading.Event) -> Callable[[Any], None]:
    def handler(event: Any) -> None:
        if broken.is_set():
            raise ValueError("broken")

    return handler


def test_trim_horizon_delivers_what_was_written_before(system: System) -> None:
    system.streams.write("a")
    system.streams.write("b")
    system.start()
    system.wait_for_keys("a", "b")


def test_latest_delivers_only_what_is_written_after(system: System) -> None:
    system.streams.write("old")
    system.start(starting_position="LATEST")
    assert wait_for(lambda: system.streams.pages_read > 1)
    system.streams.write("new", created_s=4_000_000_000)
    system.wait_for_keys("new")


def test_latest_misses_nothing_written_while_the_system_was_down(system: System) -> None:
    system.start(starting_position="LATEST").stop()
    system.streams.write("while down", created_s=4_000_000_000)
    system.start(starting_position="LATEST")
    system.wait_for_keys("while down")


def test_restart_continues_after_the_last_acknowledged_record(system: System) -> None:
    system.streams.write("a")
    first = system.start()
    system.wait_for_keys("a")
    assert first.stop()
    system.streams.write("b")
    system.start()
    system.wait_for_keys("a", "b")


def test_record_whose_handler_fails_is_delivered_again_after_a_restart(system: System) -> None:
    broken = threading.Event()
    broken.set()
    system.invoker.handler = handler_failing_while(broken)
    system.streams.write("a")
    first = system.start()
    assert wait_for(lambda: system.keys)
    assert first.stop(5)
    broken.clear()
    seen = len(system.keys)
    system.start()
    assert wait_for(lambda: len(system.keys) > seen)


def test_stop_delivers_what_the_stream_already_holds(system: System) -> None:
    sources = system.start(window_s=300)
    assert wait_for(lambda: system.streams.pages_read > 1)
    system.streams.write("a")
    assert sources.stop(5)
    assert system.keys == ["a"]


def test_stop_does_not_wait_longer_than_told_for_a_hanging_handler(system: System) -> None:
    release = threading.Event()
    system.invoker.handler = lambda event: release.wait(20)
    system.streams.write("a")
    sources = system.start()
    assert wait_for(lambda: system.keys)
    assert not sources.stop(0.2)
    release.set()


def test_position_the_backend_forgot_falls_back_to_the_oldest_record_and_says_so_once(system: System) -> None:
    system.streams.write("a")
    system.start()
    system.wait_for_keys("a")
    system.streams.wipe()
    system.streams.write("b")
    system.wait_for_keys("a", "b")
    assert len([report for report in system.reports if "no longer knows position" in report]) == 1


def test_backend_that_comes_back_is_read_on(system: System) -> None:
    system.streams.write("a")
    system.start()
    system.wait_for_keys("a")
    system.streams.away = True
    assert wait_for(lambda: system.reports)
    system.streams.write("b")
    system.streams.away = False
    system.wait_for_keys("a", "b")


def test_expired_iterator_is_replaced_without_loss_or_repetition(system: System) -> None:
    system.streams.write("a")
    system.start()
    system.wait_for_keys("a")
    system.streams.expire_iterators()
    system.streams.write("b")
    system.wait_for_keys("a", "b")
    assert system.reports == []


def test_child_shard_waits_until_its_parent_is_finished(system: System) -> None:
    broken = threading.Event()
    broken.set()
    system.invoker.handler = handler_failing_while(broken)
    system.streams.add_shard("child", parent="shard-1")
    system.streams.write("parent")
    system.streams.write("child", shard_id="child")
    system.start(batch_size=1)
    assert wait_for(lambda: system.keys.count("parent") >= 2)
    assert "child" not in system.keys
    broken.clear()
    system.streams.close_shard("shard-1")
    assert wait_for(lambda: system.keys[-1:] == ["child"])


def test_filter_decides_what_the_function_sees_and_acknowledges_the_rest(system: System) -> None:
    pattern = '{"dynamodb":{"NewImage":{"value":{"S":["yes"]}}}}'
    system.streams.write("a", "no")
    system.streams.write("b", "yes")
    last = system.streams.write("c", "no")
    sources = system.start(filters=(pattern,))
    system.wait_for_keys("b")
    sources.stop()
    system.streams.trim("shard-1", 3)
    assert last
    system.streams.write("d", "yes")
    system.start(filters=(pattern,))
    system.wait_for_keys("b", "d")
    assert system.reports == []


def test_batch_size_limits_a_batch(system: System) -> None:
    for number in range(5):
        system.streams.write(str(number))
    system.start(batch_size=2)
    system.wait_for_keys("0", "1", "2", "3", "4")
    assert [len(event["Records"]) for event in system.invoker.events] == [2, 2, 1]


def test_window_collects_records_of_several_pages(system: System) -> None:
    system.streams.write("a")
    system.start(window_s=1, batch_size=3)
    assert wait_for(lambda: system.streams.pages_read > 1)
    system.streams.write("b")
    assert wait_for(lambda: system.streams.pages_read > 5)
    assert system.keys == []
    system.streams.write("c")
    system.wait_for_keys("a", "b", "c")
    assert len(system.invoker.events) == 1


def test_parallel_lanes_work_at_once_and_keep_the_order_of_each_item(system: System) -> None:
    lock, running, most = threading.Lock(), [0], [0]
    gate = threading.Event()

    def handler(event: Any) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        gate.wait(5)
        with lock:
            running[0] -= 1

    system.invoker.handler = handler
    for number in range(40):
        system.streams.write(f"item-{number % 8}", str(number))
    system.start(parallelization_factor=4, batch_size=3)
    assert wait_for(lambda: most[0] == 4)
    gate.set()
    assert wait_for(lambda: len(system.keys) == 40)
    by_item: dict[str, list[int]] = {}
    for event in system.invoker.events:
        for record in event["Records"]:
            image = record["dynamodb"]["NewImage"]
            by_item.setdefault(image["pk"]["S"], []).append(int(image["value"]["S"]))
    assert all(values == sorted(values) for values in by_item.values())


def test_one_failing_lane_holds_the_checkpoint_but_not_the_other_lanes(system: System) -> None:
    def handler(event: Any) -> None:
        if any(record["dynamodb"]["Keys"]["pk"]["S"] == "bad" for record in event["Records"]):
            raise ValueError("bad")

    system.invoker.handler = handler
    system.streams.write("bad")
    for number in range(20):
        system.streams.write(f"good-{number}")
    first = system.start(parallelization_factor=10, batch_size=1)
    assert wait_for(lambda: len(set(system.keys)) >= 15)
    first.stop(1)
    seen = len(system.invoker.events)
    system.start(parallelization_factor=10, batch_size=1)
    assert wait_for(lambda: "bad" in system.keys[seen:])


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"tumbling_window_s": 901}, TemplateError),
        ({"starting_position": None}, TemplateError),
        ({"parallelization_factor": 11}, TemplateError),
        ({"batch_size": 10_001}, TemplateError),
        ({"function": "Missing"}, TemplateError),
        ({"filters": ('{"a": "not a list"}',)}, InvalidPatternError),
    ],
)
def test_mapping_that_cannot_be_honoured_is_refused(
    system: System, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        system.start(**values)


def test_disabled_mapping_is_not_read(system: System) -> None:
    system.streams.write("a")
    system.start(enabled=False).stop(1)
    assert system.streams.pages_read == 0
