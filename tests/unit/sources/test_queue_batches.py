"""How messages are collected: batch size, batching window, 6 MB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.model import QueueMessage
from emulator.sources.queue_batch import MAX_BATCH_BYTES, QueueBatch, Received, payloads
from tests.fakes.queue_system import QueueSystem

LARGE = "x" * 1_000_000


@pytest.fixture
def system(tmp_path: Path) -> Iterator[QueueSystem]:
    system = QueueSystem(tmp_path)
    yield system
    system.stop()


def received(id: str, size: int = 10, handle: str = "handle") -> Received:
    return Received(QueueMessage(id, handle, "body"), b"x" * size, visible_at=30.0)


def test_batch_has_at_most_its_size(system: QueueSystem) -> None:
    system.send(*(f"m{number}" for number in range(7)))
    system.start(batch_size=3)
    system.eventually(lambda: system.left() == [])
    assert max(len(batch) for batch in system.batches) == 3
    assert len(system.bodies) == 7


def test_without_a_window_one_message_does_not_wait_for_others(system: QueueSystem) -> None:
    system.start()
    system.send("a")
    system.eventually(lambda: system.batches == [["a"]])


def test_full_batch_does_not_wait_for_its_window(system: QueueSystem) -> None:
    system.send(*(f"m{number}" for number in range(45)))
    system.start(batch_size=40, window_s=300)
    system.eventually(lambda: [len(batch) for batch in system.batches] == [40])


def test_batch_that_is_not_full_goes_when_its_window_is_over(system: QueueSystem) -> None:
    system.send("a")
    system.start(batch_size=100, window_s=20)
    system.eventually(lambda: system.queues.hidden(system.url) == ["a"])
    system.clock.move(19)
    system.send("b")
    system.eventually(lambda: system.queues.hidden(system.url) == ["a", "b"])
    assert system.batches == []
    system.clock.move(1)
    system.eventually(lambda: system.batches == [["a", "b"]])


def test_window_begins_with_the_first_message_that_passes_the_filter(system: QueueSystem) -> None:
    system.start(batch_size=100, window_s=20, filters=('{"body": ["a"]}',))
    system.send("filtered out")
    system.eventually(lambda: system.left() == [])
    system.clock.move(20)
    system.send("a")
    system.eventually(lambda: system.queues.hidden(system.url) == ["a"])
    system.clock.move(19)
    assert system.batches == []
    system.clock.move(1)
    system.eventually(lambda: system.batches == [["a"]])


def test_batch_of_large_messages_goes_before_it_exceeds_six_megabytes(system: QueueSystem) -> None:
    system.send(*(f"{number}{LARGE}" for number in range(8)))
    system.start(batch_size=100, window_s=20)
    system.eventually(lambda: len(system.batches) == 2)
    assert [len(batch) for batch in system.batches] == [6, 2]
    assert all(len(invocation.payload) <= 6 * 1024 * 1024 for invocation in system.invoker.invocations)


def test_message_that_waits_past_its_visibility_timeout_is_delivered_once(system: QueueSystem) -> None:
    system.send("a")
    system.start(window_s=40)
    system.eventually(lambda: system.queues.hidden(system.url) == ["a"])
    system.pass_visibility_timeout()
    system.eventually(lambda: system.queues.hidden(system.url) == ["a"])
    system.clock.move(10)
    system.eventually(lambda: system.left() == [])
    assert system.bodies == ["a"]


def test_nothing_is_due_while_nothing_was_received() -> None:
    assert QueueBatch(10, 5).due_in(100.0) is None


def test_newest_receipt_handle_of_a_message_counts() -> None:
    batch = QueueBatch(10, 5)
    batch.add([received("1", handle="old"), received("2")], now=0.0)
    batch.add([received("1", handle="new")], now=1.0)
    assert batch.due_in(1.0) == 4.0
    assert [(item.id, item.message.receipt_handle) for item in batch.take()] == [("1", "new"), ("2", "handle")]


def test_batch_above_six_megabytes_is_full() -> None:
    batch = QueueBatch(10_000, 300)
    batch.add([received("1", MAX_BATCH_BYTES)], now=0.0)
    assert (batch.room, batch.due_in(0.0)) == (0, 0.0)


def test_parts_of_a_batch_keep_its_order_and_have_at_least_one_message() -> None:
    items = [received("1", MAX_BATCH_BYTES + 1), received("2"), received("3", MAX_BATCH_BYTES - 12), received("4")]
    assert [[item.id for item in part] for part in payloads(items)] == [["1"], ["2", "3"], ["4"]]
