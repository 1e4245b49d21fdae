"""FIFO queues: one batch of a message group in flight, order kept, nothing overtakes what failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.queue_system import QueueSystem


@pytest.fixture
def system(tmp_path: Path) -> Iterator[QueueSystem]:
    system = QueueSystem(tmp_path, "work.fifo")
    yield system
    system.stop()


def group_of(event: Any) -> set[str]:
    return {record["attributes"]["MessageGroupId"] for record in event["Records"]}


def test_messages_of_a_group_come_in_the_order_sent(system: QueueSystem) -> None:
    sent = [f"a{number}" for number in range(35)]
    system.queues.send_to_group(system.url, "a", *sent)
    system.start()
    system.eventually(lambda: system.left() == [])
    assert system.bodies == sent


def test_groups_are_handled_side_by_side_but_one_batch_of_each(system: QueueSystem) -> None:
    first, go = threading.Event(), threading.Event()
    at_once: list[set[str]] = []

    def handler(event: Any) -> None:
        at_once.append(group_of(event))
        if group_of(event) == {"a"} and not first.is_set():
            first.set()
            go.wait(5)

    system.invoker.handler = handler
    system.queues.send_to_group(system.url, "a", "a1", "a2")
    system.start(batch_size=1)
    system.eventually(first.is_set)
    system.queues.send_to_group(system.url, "b", "b1", "b2")
    system.eventually(lambda: system.bodies == ["a1", "b1", "b2"])
    go.set()
    system.eventually(lambda: system.bodies == ["a1", "b1", "b2", "a2"])


def test_nothing_later_of_a_group_overtakes_what_failed(system: QueueSystem) -> None:
    broken = threading.Event()
    broken.set()

    def handler(event: Any) -> None:
        if broken.is_set() and group_of(event) == {"a"}:
            raise ValueError("broken")

    system.invoker.handler = handler
    system.queues.send_to_group(system.url, "a", "a1", "a2", "a3")
    system.start(batch_size=1)
    system.eventually(lambda: system.bodies == ["a1"])
    system.queues.send_to_group(system.url, "b", "b1")
    system.eventually(lambda: system.bodies == ["a1", "b1"])
    broken.clear()
    system.pass_visibility_timeout()
    system.eventually(lambda: system.bodies == ["a1", "b1", "a1", "a2", "a3"])


def test_after_a_partial_failure_the_group_goes_on_with_what_was_reported(system: QueueSystem) -> None:
    def handler(event: Any) -> Any:
        if len(system.batches) > 1:
            return None
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in event["Records"][1:]]}

    system.invoker.handler = handler
    system.queues.send_to_group(system.url, "a", "a1", "a2", "a3")
    system.start(report_batch_item_failures=True)
    system.eventually(lambda: system.left() == ["a2", "a3"])
    system.pass_visibility_timeout()
    system.eventually(lambda: system.left() == [])
    assert system.batches == [["a1", "a2", "a3"], ["a2", "a3"]]


def test_group_of_a_slow_batch_waits_although_its_messages_are_visible_again(system: QueueSystem) -> None:
    begun, go = threading.Event(), threading.Event()

    def handler(event: Any) -> None:
        if not begun.is_set():
            begun.set()
            go.wait(5)

    system.invoker.handler = handler
    system.queues.send_to_group(system.url, "a", "a1", "a2")
    system.start(batch_size=1)
    system.eventually(begun.is_set)
    system.pass_visibility_timeout()
    system.eventually(lambda: system.queues.hidden(system.url) == ["a1"])
    go.set()
    system.eventually(lambda: system.left() == [])
    assert system.bodies == ["a1", "a2"]


def test_later_message_that_came_along_with_a_slow_one_is_delivered_right_after_it(system: QueueSystem) -> None:
    begun, go = threading.Event(), threading.Event()

    def handler(event: Any) -> None:
        if not begun.is_set():
            begun.set()
            go.wait(5)

    system.invoker.handler = handler
    system.queues.send_to_group(system.url, "a", "a1")
    system.start()
    system.eventually(begun.is_set)
    system.queues.send_to_group(system.url, "a", "a2")
    system.pass_visibility_timeout()
    system.eventually(lambda: system.queues.hidden(system.url) == ["a1", "a2"])
    go.set()
    system.eventually(lambda: system.left() == [])
    assert system.bodies == ["a1", "a2"]


def test_part_of_a_large_batch_that_failed_holds_the_following_part(system: QueueSystem) -> None:
    broken = threading.Event()
    broken.set()

    def handler(event: Any) -> None:
        if broken.is_set():
            raise ValueError("broken")

    system.invoker.handler = handler
    sent = [f"{number}{'x' * 1_000_000}" for number in range(8)]
    system.queues.send_to_group(system.url, "a", *sent)
    system.start()
    system.eventually(lambda: len(system.queues.hidden(system.url)) == 8 and system.batches)
    broken.clear()
    system.pass_visibility_timeout()
    system.eventually(lambda: system.left() == [])
    assert [len(batch) for batch in system.batches] == [6, 6, 2]
    assert system.bodies[6:] == sent
