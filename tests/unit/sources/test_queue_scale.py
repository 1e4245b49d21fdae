"""How many batches of a queue are handled at the same time, and when it becomes more or fewer."""

from __future__ import annotations

import pytest

from emulator.sources.queue_scale import FIRST, LAPTOP_LIMIT, QueueScale, most_batches
from tests.fakes.moved_clock import MovedClock
from tests.fakes.stacks import function, queue_trigger


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def test_begins_with_five_batches(clock: MovedClock) -> None:
    assert QueueScale(1_000, clock).limit() == FIRST == 5


def test_grows_by_three_hundred_a_minute_while_there_is_a_backlog(clock: MovedClock) -> None:
    scale = QueueScale(1_000, clock)
    scale.polled(found=10, asked=10)
    clock.move(10)
    assert scale.limit() == 55
    clock.move(50)
    assert scale.limit() == 305


def test_does_not_grow_when_a_receive_leaves_nothing_behind(clock: MovedClock) -> None:
    scale = QueueScale(1_000, clock)
    scale.polled(found=9, asked=10)
    clock.move(60)
    assert scale.limit() == 5


def test_grows_no_further_than_its_maximum(clock: MovedClock) -> None:
    scale = QueueScale(7, clock)
    scale.polled(found=10, asked=10)
    clock.move(60)
    assert scale.limit() == 7


def test_begins_below_five_when_it_may_not_have_more(clock: MovedClock) -> None:
    assert QueueScale(2, clock).limit() == 2


def test_is_back_at_five_when_the_queue_is_empty(clock: MovedClock) -> None:
    scale = QueueScale(1_000, clock)
    scale.polled(found=10, asked=10)
    clock.move(60)
    scale.polled(found=0, asked=10)
    assert scale.limit() == 5


def test_failures_and_throttles_take_concurrency_back_but_leave_one(clock: MovedClock) -> None:
    scale = QueueScale(1_000, clock)
    scale.hindered()
    assert scale.limit() == 4
    for _ in range(10):
        scale.hindered()
    assert scale.limit() == 1


@pytest.mark.parametrize(
    ("maximum_concurrency", "reserved", "most"),
    [(None, None, LAPTOP_LIMIT), (1_000, None, 1_000), (None, 3, 3), (10, 3, 3), (2, 100, 2), (None, 0, 1)],
)
def test_maximum_is_what_mapping_and_function_allow(
    maximum_concurrency: int | None, reserved: int | None, most: int
) -> None:
    trigger = queue_trigger(maximum_concurrency=maximum_concurrency)
    assert most_batches(trigger, function(reserved_concurrency=reserved)) == most
