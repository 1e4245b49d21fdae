"""Asynchronous invocation on fakes: nothing is lost, attempts and ages are AWS's."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import BackendUnavailableError
from emulator.model import AsyncConfig, Function
from emulator.sources import AsyncQueue, Ports
from emulator.sources.async_lines import queue_name
from tests.fakes.destinations import FakeDestinations
from tests.fakes.moved_clock import MovedClock
from tests.fakes.queues import FakeQueues
from tests.fakes.scripted_invoker import ScriptedInvoker, Throttled
from tests.fakes.stacks import function, stack
from tests.fakes.streams import FakeStreams
from tests.fakes.waiting import wait_for

URL = "http://queues/terrarium-demo-Worker-async"
FAILURES = "arn:aws:sqs:us-east-1:000000000000:failures"
DEAD = "arn:aws:sqs:us-east-1:000000000000:dead"


class Bench:
    """One function's queue on fakes. Time moves only by `after`."""

    def __init__(self, state: Path, handler: Callable[[Any], Any] = lambda event: "ok", **config: Any) -> None:
        self.state = state
        self.clock = MovedClock()
        self.queues = FakeQueues(self.clock)
        self.destinations = FakeDestinations()
        self.invoker = ScriptedInvoker(handler)
        self.reports: list[str] = []
        self.function: Function = function(async_config=AsyncConfig(**config))
        self.queue = self.restarted()

    def restarted(self, **values: Any) -> AsyncQueue:
        """A new process on the same state and backend; the old one just is no more."""
        ports = Ports(FakeStreams(), self.queues, self.destinations, self.reports.append)
        here = stack(functions=[self.function, function("Other")])
        self.queue = AsyncQueue(here, self.invoker, ports, self.clock, self.state, **values)
        return self.queue

    def submit(self, payload: bytes = b'{"n": 1}') -> None:
        self.queue.submit(self.function, payload, "request-1", "Root=1-0-0")

    def after(self, seconds: float) -> None:
        """Move the clock, look into the queues, and let what is found be handled."""
        self.clock.move(seconds)
        self.queue.consumer.look()
        assert wait_for(lambda: not any(thread.is_alive() for thread in self.queue.consumer._handlers), within_s=5)

    @property
    def attempts(self) -> int:
        return len(self.invoker.invocations)

    @property
    def kept(self) -> int:
        return len(self.queues.bodies(URL))


def fail(event: Any) -> None:
    raise ValueError("no")


def throttle(event: Any) -> None:
    raise Throttled


def test_event_is_stored_before_submit_returns_and_deleted_after_success(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    assert bench.kept == 1
    bench.after(0)
    assert bench.invoker.events == [{"n": 1}]
    assert bench.kept == 0
    (invocation,) = bench.invoker.invocations
    assert (invocation.trigger, invocation.request_id, invocation.trace_id) == ("async", "request-1", "Root=1-0-0")


def test_caller_hears_when_the_event_cannot_be_stored(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.queues.away = True
    with pytest.raises(BackendUnavailableError):
        bench.submit()


def test_failed_event_is_tried_again_after_one_and_after_two_more_minutes(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail)
    bench.submit()
    bench.after(0)
    bench.after(59)
    assert bench.attempts == 1
    bench.after(1)
    assert bench.attempts == 2
    bench.after(119)
    assert bench.attempts == 2
    bench.after(1)
    assert bench.attempts == 3
    assert bench.kept == 0
    assert "RetriesExhausted" in bench.reports[-1]
    assert {invocation.request_id for invocation in bench.invoker.invocations} == {"request-1"}


def test_attempts_are_counted_across_restarts(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail)
    bench.submit()
    bench.after(0)
    for _ in range(4):
        bench.restarted()
        bench.queue._line(bench.function)
        bench.after(120)
    assert bench.attempts == 3
    assert bench.kept == 0


def test_given_up_event_goes_to_the_destination_and_the_dead_letter_queue(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail, max_retries=0, on_failure=FAILURES, dead_letter_arn=DEAD)
    bench.submit()
    bench.after(0)
    (failure_arn, record_text, _), (dead_arn, body, attributes) = bench.destinations.accepted
    record = json.loads(record_text)
    assert failure_arn == FAILURES
    assert dead_arn == DEAD
    assert record["version"] == "1.0"
    assert record["requestContext"] == {
        "requestId": "request-1",
        "functionArn": f"{bench.function.arn}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 1,
    }
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responsePayload"] == {"errorMessage": "no", "errorType": "ValueError"}
    assert body == '{"n": 1}'
    assert attributes == {"RequestID": "request-1", "ErrorCode": "200", "ErrorMessage": "no"}


def test_success_destination_gets_the_answer(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda event: {"done": True}, on_success=FAILURES)
    bench.submit()
    bench.after(0)
    record = json.loads(bench.destinations.accepted[0][1])
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responsePayload"] == {"done": True}
    assert "functionError" not in record["responseContext"]


def test_destination_that_is_a_function_of_this_stack_is_invoked_through_its_queue(tmp_path: Path) -> None:
    bench = Bench(tmp_path, on_success=function("Other").arn)
    bench.submit()
    bench.after(0)
    bench.after(0)
    assert [invocation.function.logical_id for invocation in bench.invoker.invocations] == ["Worker", "Other"]
    assert bench.destinations.accepted == []


def test_event_is_kept_until_the_destination_accepts_it_and_not_invoked_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail, max_retries=0, on_failure=FAILURES, dead_letter_arn=DEAD)
    bench.destinations.refusing.add(DEAD)
    bench.submit()
    bench.after(0)
    assert bench.kept == 1
    bench.destinations.refusing.clear()
    bench.restarted()
    bench.queue._line(bench.function)
    bench.after(60)
    assert bench.kept == 0
    assert bench.attempts == 1
    assert [arn for arn, _, _ in bench.destinations.accepted] == [FAILURES, DEAD]


def test_destination_that_refuses_does_not_hold_up_the_dead_letter_queue(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail, max_retries=0, on_failure=FAILURES, dead_letter_arn=DEAD)
    bench.destinations.refusing.add(FAILURES)
    bench.submit()
    bench.after(0)
    assert [arn for arn, _, _ in bench.destinations.accepted] == [DEAD]
    bench.destinations.refusing.clear()
    bench.after(60)
    assert [arn for arn, _, _ in bench.destinations.accepted] == [DEAD, FAILURES]
    assert bench.kept == 0


def test_bucket_as_failure_destination_gets_one_object_however_often_it_is_sent(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail, max_retries=0, on_failure="arn:aws:s3:::failures")
    bench.submit()
    bench.after(0)
    ((arn, _, _),) = bench.destinations.accepted
    assert arn == "arn:aws:s3:::failures/aws/lambda/async/demo-Worker/2023/11/14/2023-11-14T22.13.20-request-1"


def test_throttled_event_waits_longer_each_time_and_counts_no_attempt(tmp_path: Path) -> None:
    bench = Bench(tmp_path, throttle)
    bench.submit()
    bench.after(0)
    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        bench.after(seconds)
    assert bench.attempts == 12
    bench.invoker.handler = lambda event: "ok"
    bench.after(300)
    assert bench.kept == 0


def test_event_that_would_be_too_old_at_its_next_attempt_is_given_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path, fail, max_age_s=60, on_failure=FAILURES)
    bench.submit()
    bench.after(1)
    assert json.loads(bench.destinations.accepted[0][1])["requestContext"]["condition"] == "EventAgeExceeded"
    assert bench.attempts == 1
    assert bench.kept == 0


def test_two_retries_and_six_hours_are_the_limits_unless_told_otherwise() -> None:
    assert (AsyncConfig().max_retries, AsyncConfig().max_age_s) == (2, 6 * 3600)


def test_event_older_than_its_maximum_age_is_not_invoked(tmp_path: Path) -> None:
    bench = Bench(tmp_path, max_age_s=60, dead_letter_arn=DEAD)
    bench.submit()
    bench.after(61)
    assert bench.attempts == 0
    assert [arn for arn, _, _ in bench.destinations.accepted] == [DEAD]


def test_reserved_concurrency_of_zero_gives_events_up_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, throttle)
    bench.function = function(reserved_concurrency=0, async_config=AsyncConfig(on_failure=FAILURES))
    bench.restarted()
    bench.submit()
    bench.after(0)
    condition = json.loads(bench.destinations.accepted[0][1])["requestContext"]["condition"]
    assert condition == "ZeroReservedConcurrency"


def test_event_in_hand_of_a_killed_process_is_handled_by_the_next_one_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    (message,) = bench.queues.receive(URL, 10, 0, 900)
    bench.queue._ledger.taken(URL, [message])
    bench.restarted()
    bench.queue.start()
    assert wait_for(lambda: bench.attempts == 1)
    assert wait_for(lambda: bench.kept == 0)
    assert bench.queue.stop(5)


def test_event_that_could_not_be_deleted_is_not_handled_twice(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.queues.refuse_deletes = True
    bench.submit()
    bench.after(0)
    assert bench.kept == 1
    bench.queues.refuse_deletes = False
    bench.after(100)
    assert bench.attempts == 1
    assert bench.kept == 0


@pytest.mark.parametrize("size", [300_000, 1_048_576, 3_000_000])
def test_event_larger_than_a_message_survives_a_restart_and_leaves_nothing_behind(tmp_path: Path, size: int) -> None:
    bench = Bench(tmp_path)
    bench.submit(json.dumps({"text": "é" * (size // 2)}, ensure_ascii=False).encode())
    bench.restarted()
    bench.queue._line(bench.function)
    bench.after(0)
    assert bench.invoker.events == [{"text": "é" * (size // 2)}]
    assert list((tmp_path / "sources" / "demo-async").iterdir()) == []


@pytest.mark.parametrize("payload", [b'"\\u0000"', '"\ufffe\U0001f600"'.encode(), b'"\x7f"'])
def test_payload_comes_out_byte_for_byte(tmp_path: Path, payload: bytes) -> None:
    bench = Bench(tmp_path)
    bench.submit(payload)
    assert bench.queues.bodies(URL)[0].isascii()
    bench.after(0)
    assert bench.invoker.invocations[0].payload == payload


def test_queue_that_vanished_with_the_backends_data_is_made_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    bench.after(0)
    bench.queues.wipe()
    bench.submit()
    bench.after(0)
    assert bench.attempts == 2


def test_message_of_somebody_else_is_left_alone_and_reported(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    bench.after(0)
    bench.queues.send(URL, "not ours")
    bench.after(10)
    assert bench.kept == 1
    assert "cannot be read" in bench.reports[-1]


def test_no_more_events_are_in_hand_than_the_reserved_concurrency(tmp_path: Path) -> None:
    release = threading.Event()
    bench = Bench(tmp_path, lambda event: release.wait(5))
    bench.function = function(reserved_concurrency=1)
    bench.restarted()
    for _ in range(3):
        bench.submit()
    bench.queue.consumer.look()
    assert len(bench.queues.receive(URL, 10, 0, 0)) == 2
    release.set()
    assert wait_for(lambda: bench.attempts == 1)


def test_event_whose_function_runs_long_stays_invisible_and_is_handled_once(tmp_path: Path) -> None:
    release = threading.Event()
    bench = Bench(tmp_path, lambda event: release.wait(5))
    bench.submit()
    bench.queue.consumer.look()
    for _ in range(20):
        bench.clock.move(15)
        bench.queue.consumer.look()
    # The machine was suspended: the message became visible, and is received again while still in hand.
    bench.clock.move(3600)
    bench.queue.consumer.look()
    release.set()
    bench.after(1)
    assert bench.attempts == 1
    assert bench.kept == 0


def test_queue_names_fit_sqs_and_differ() -> None:
    long = queue_name("s" * 100, "A")
    assert len(long) == 80
    assert long != queue_name("s" * 100, "B")
    assert queue_name("my.stack", "Fn") == "terrarium-my-stack-Fn-async"
