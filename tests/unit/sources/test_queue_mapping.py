"""A whole SQS mapping on fakes: what is delivered, deleted, left and given back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import InvalidPatternError, TemplateError
from emulator.model import Function
from tests.fakes.queue_system import QueueSystem
from tests.fakes.scripted_invoker import Throttled
from tests.fakes.stacks import function
from tests.fakes.waiting import wait_for


@pytest.fixture
def system(tmp_path: Path) -> Iterator[QueueSystem]:
    system = QueueSystem(tmp_path)
    yield system
    system.stop()


def test_message_is_delivered_and_deleted_when_the_function_succeeds(system: QueueSystem) -> None:
    system.start()
    system.send("a")
    system.eventually(lambda: system.bodies == ["a"] and system.left() == [])


def test_function_is_told_which_source_calls_it(system: QueueSystem) -> None:
    system.start()
    system.send("a")
    system.eventually(lambda: system.invoker.invocations)
    assert system.invoker.invocations[0].trigger == "sqs"


def test_message_sent_before_the_start_is_delivered(system: QueueSystem) -> None:
    system.send("a")
    system.start()
    system.eventually(lambda: system.bodies == ["a"])


def test_visibility_timeout_is_left_to_the_queue(system: QueueSystem) -> None:
    system.start()
    system.send("a")
    system.eventually(lambda: system.bodies)
    assert {visibility_s for _, _, visibility_s in system.queues.receives} == {None}


def test_idle_mapping_waits_in_one_receive_at_a_time(system: QueueSystem) -> None:
    system.start()
    system.eventually(lambda: len(system.queues.receives) == 2)
    assert {(most, wait_s) for most, wait_s, _ in system.queues.receives} == {(10, 1)}
    assert system.queues.most_waiting == 1


def test_function_error_leaves_the_whole_batch_until_it_is_visible_again(system: QueueSystem) -> None:
    broken = threading.Event()
    broken.set()

    def handler(event: Any) -> None:
        if broken.is_set():
            raise ValueError("broken")

    system.invoker.handler = handler
    system.send("a", "b")
    system.start()
    system.eventually(lambda: system.batches == [["a", "b"]])
    assert system.queues.hidden(system.url) == ["a", "b"]
    broken.clear()
    system.pass_visibility_timeout()
    system.eventually(lambda: system.batches == [["a", "b"]] * 2 and system.left() == [])


def test_approximate_receive_count_counts_on(system: QueueSystem) -> None:
    system.invoker.handler = lambda event: 1 / 0
    system.send("a")
    system.start()
    for count in (1, 2, 3):
        system.eventually(lambda count=count: len(system.batches) == count)  # type: ignore[misc]
        system.pass_visibility_timeout()
    system.eventually(lambda: system.receive_counts[:3] == ["1", "2", "3"])


def test_batch_item_failures_leave_those_and_delete_the_rest(system: QueueSystem) -> None:
    system.invoker.handler = lambda event: {"batchItemFailures": [{"itemIdentifier": event["Records"][1]["messageId"]}]}
    system.send("a", "b", "c")
    system.start(report_batch_item_failures=True)
    system.eventually(lambda: system.left() == ["b"])
    assert system.queues.hidden(system.url) == ["b"]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_answer_without_failures_deletes_the_batch(system: QueueSystem, answer: Any) -> None:
    system.invoker.handler = lambda event: answer
    system.send("a", "b")
    system.start(report_batch_item_failures=True)
    system.eventually(lambda: system.left() == [])


@pytest.mark.parametrize(
    "answer",
    [
        b"not JSON",
        "text",
        {"batchItemFailures": "a"},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"messageId": "message-1"}]},
        {"batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "of another batch"}]},
    ],
)
def test_answer_that_cannot_be_understood_fails_the_whole_batch(system: QueueSystem, answer: Any) -> None:
    system.invoker.handler = lambda event: answer
    system.send("a", "b")
    system.start(report_batch_item_failures=True)
    system.eventually(lambda: system.batches == [["a", "b"]])
    assert system.stop()
    assert system.queues.hidden(system.url) == ["a", "b"]


def test_without_reporting_the_answer_means_nothing(system: QueueSystem) -> None:
    system.invoker.handler = lambda event: {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    system.send("a")
    system.start()
    system.eventually(lambda: system.left() == [])


def test_filtered_out_message_is_deleted_without_the_function(system: QueueSystem) -> None:
    system.send('{"kind": "other"}', '{"kind": "order"}', "plain")
    system.start(filters=('{"body": {"kind": ["order"]}}',))
    system.eventually(lambda: system.left() == [])
    assert system.bodies == ['{"kind": "order"}']


def test_message_throttled_for_too_long_goes_back_and_is_counted(system: QueueSystem) -> None:
    throttled = threading.Event()
    throttled.set()

    def handler(event: Any) -> None:
        if throttled.is_set():
            throttled.clear()
            system.pass_visibility_timeout()
            raise Throttled

    system.invoker.handler = handler
    system.send("a")
    system.start()
    system.eventually(lambda: system.left() == [])
    assert system.receive_counts == ["1", "2"]


@pytest.mark.parametrize(
    ("worker", "values", "most"),
    [
        (function(), {}, 5),
        (function(), {"maximum_concurrency": 2}, 2),
        (function(reserved_concurrency=3), {}, 3),
    ],
    ids=["five at first", "maximum concurrency", "reserved concurrency"],
)
def test_no_more_batches_at_once_than(system: QueueSystem, worker: Function, values: dict[str, Any], most: int) -> None:
    go = threading.Event()
    system.invoker.handler = lambda event: go.wait(10) and None
    system.send(*(f"m{number}" for number in range(12)))
    system.start(worker, batch_size=1, **values)
    system.eventually(lambda: len(system.batches) == most)
    assert not wait_for(lambda: len(system.batches) > most, within_s=0.3)
    go.set()
    system.eventually(lambda: system.left() == [])


def test_more_batches_at_once_while_there_is_a_backlog(system: QueueSystem) -> None:
    go = threading.Event()
    system.invoker.handler = lambda event: go.wait(5) and None
    system.send(*(f"m{number}" for number in range(20)))
    system.start(batch_size=1)
    system.eventually(lambda: len(system.batches) == 5)
    system.clock.move(1)
    system.eventually(lambda: len(system.batches) == 10)
    go.set()
    system.eventually(lambda: system.left() == [])


def test_stop_finishes_what_is_in_flight_and_leaves_the_rest(system: QueueSystem) -> None:
    def handler(event: Any) -> None:
        # Who reads the queue ends first: from then on nothing is begun.
        assert wait_for(lambda: "WorkerQueue" not in {thread.name for thread in threading.enumerate()}, within_s=5.0)

    system.invoker.handler = handler
    system.send("a", "b", "c")
    system.start(batch_size=1, maximum_concurrency=2)
    system.eventually(lambda: len(system.batches) == 2)
    assert system.stop(10.0)
    assert system.left() == ["c"]
    assert system.queues.hidden(system.url) == []


def test_stop_gives_back_at_once_what_waits_for_its_window(system: QueueSystem) -> None:
    system.start(window_s=300)
    system.send("a")
    system.eventually(lambda: system.queues.hidden(system.url) == ["a"])
    assert system.stop()
    assert system.left() == ["a"]
    assert system.queues.hidden(system.url) == []
    assert system.bodies == []


def test_stop_gives_back_at_once_what_was_throttled(system: QueueSystem) -> None:
    def handler(event: Any) -> None:
        raise Throttled

    system.invoker.handler = handler
    system.send("a")
    system.start()
    system.eventually(lambda: system.batches)
    assert system.stop()
    assert system.queues.hidden(system.url) == []


def test_stop_says_that_a_function_still_runs(system: QueueSystem) -> None:
    go = threading.Event()
    system.invoker.handler = lambda event: go.wait(10) and None
    system.send("a")
    system.start()
    system.eventually(lambda: system.batches)
    assert not system.stop(0.1)
    go.set()


def test_message_handled_while_the_backend_went_away_is_deleted_when_it_is_back(system: QueueSystem) -> None:
    def handler(event: Any) -> None:
        system.queues.away = True

    system.invoker.handler = handler
    system.send("a")
    system.start()
    system.eventually(lambda: any("cannot be read" in report for report in system.reports))
    system.queues.away = False
    # Pauses are on the clock, too.
    system.clock.move(1)
    system.eventually(lambda: system.left() == [])
    assert system.bodies == ["a"]


def test_backend_that_is_away_at_the_start_is_waited_for(system: QueueSystem) -> None:
    system.send("a")
    system.queues.away = True
    system.start()
    system.eventually(lambda: system.reports)
    system.queues.away = False
    system.clock.move(1)
    system.eventually(lambda: system.bodies == ["a"])


def test_absence_is_said_once(system: QueueSystem) -> None:
    system.queues.away = True
    system.start()
    for _ in range(3):
        system.clock.move(1)
    system.eventually(lambda: len(system.reports) == 1)


def test_queue_that_was_wiped_is_found_again(system: QueueSystem) -> None:
    system.start()
    system.eventually(lambda: system.queues.receives)
    system.queues.wipe()
    system.eventually(lambda: system.reports)
    system.queues.ensure("work", {})
    system.send("a")
    system.clock.move(1)
    system.eventually(lambda: system.bodies == ["a"])


def test_batch_that_took_longer_than_it_was_hidden_is_told(system: QueueSystem) -> None:
    slow = threading.Event()

    def handler(event: Any) -> None:
        if not slow.is_set():
            slow.set()
            system.pass_visibility_timeout()
            system.eventually(lambda: len(system.bodies) == 2 and not system.left())

    system.invoker.handler = handler
    system.send("a")
    system.start()
    system.eventually(lambda: any("longer VisibilityTimeout" in report for report in system.reports))


def test_queue_hidden_for_less_than_the_functions_timeout_is_refused(system: QueueSystem) -> None:
    expected = "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"
    with pytest.raises(TemplateError, match=expected):
        system.start(function(timeout_s=31))


def test_queue_hidden_for_as_long_as_the_functions_timeout_is_enough(system: QueueSystem) -> None:
    system.start(function(timeout_s=30))
    system.send("a")
    system.eventually(lambda: system.bodies == ["a"])


def test_queue_that_does_not_exist_is_refused(system: QueueSystem) -> None:
    with pytest.raises(TemplateError, match="arn:aws:sqs:us-east-1:000000000000:absent"):
        system.start(source_arn="arn:aws:sqs:us-east-1:000000000000:absent")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"batch_size": 0}, TemplateError),
        ({"batch_size": 10_001, "window_s": 1}, TemplateError),
        ({"batch_size": 11}, TemplateError),
        ({"window_s": 301}, TemplateError),
        ({"maximum_concurrency": 1}, TemplateError),
        ({"maximum_concurrency": 1_001}, TemplateError),
        (
            {"source_arn": "arn:aws:sqs:us-east-1:000000000000:work.fifo", "batch_size": 11, "window_s": 0},
            TemplateError,
        ),
        ({"source_arn": "arn:aws:sqs:us-east-1:000000000000:work.fifo", "window_s": 1}, TemplateError),
        ({"function": "Missing"}, TemplateError),
        ({"filters": ('{"body": "not a list"}',)}, InvalidPatternError),
    ],
)
def test_mapping_that_aws_would_refuse_is_refused(
    system: QueueSystem, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        system.start(**values)


@pytest.mark.parametrize(
    "values",
    [{"batch_size": 10_000, "window_s": 300}, {"maximum_concurrency": 2}, {"maximum_concurrency": 1_000}],
)
def test_mapping_at_the_edge_of_what_aws_takes_runs(system: QueueSystem, values: dict[str, Any]) -> None:
    system.start(**values)
    system.eventually(lambda: system.queues.receives)


def test_disabled_mapping_is_not_read(system: QueueSystem) -> None:
    system.send("a")
    system.start(enabled=False).stop(1)
    assert system.queues.receives == []
