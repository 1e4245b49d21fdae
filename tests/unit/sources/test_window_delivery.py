"""Batches of a tumbling window: state, answers without one, too large a state, and all ways to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.sources.store import Store
from emulator.sources.tumbling_window import MAX_STATE_BYTES, TumblingWindow, state_in
from emulator.sources.window_memory import WindowMemory
from tests.fakes.delivery_bench import DeliveryBench, sequences_of
from tests.fakes.streams import ARN


def window(folder: Path) -> TumblingWindow:
    memory = WindowMemory(Store(folder / "windows.sqlite"), "WorkerStream", ARN)
    return TumblingWindow(900, memory, ARN, "shard-1", 0)


def bench(folder: Path, handler: Callable[[Any], Any], stop_after: int = 1000, **values: Any) -> DeliveryBench:
    return DeliveryBench(handler, stop_after, window(folder), **values)


def collecting(event: Any) -> dict[str, Any]:
    return {"state": {"seen": event["state"].get("seen", "") + "".join(sequences_of(event))}}


def collecting_but(*bad: str) -> Callable[[Any], Any]:
    def handler(event: Any) -> Any:
        if set(bad) & set(sequences_of(event)):
            raise ValueError("bad record")
        return collecting(event)

    return handler


def states(bench: DeliveryBench) -> list[str]:
    return [event["state"].get("seen", "") for event in bench.invoker.events]


def test_state_goes_from_each_batch_of_a_window_to_the_next(tmp_path: Path) -> None:
    given = bench(tmp_path, collecting)
    assert given.deliver(2)
    assert given.deliver(2)
    assert states(given) == ["", "12"]


def test_answer_without_a_state_is_a_failed_invocation(tmp_path: Path) -> None:
    answers = iter([None, {}, {"state": None}, {"state": [1]}, {"state": {"n": 1}}])
    given = bench(tmp_path, lambda event: next(answers))
    assert given.deliver(2)
    assert given.sequences == ["12"] * 5
    assert given.done == ["1", "2"]


def test_failed_batch_is_tried_again_with_the_state_it_had(tmp_path: Path) -> None:
    answers = iter([{"state": {"seen": "x"}, "batchItemFailures": [{"itemIdentifier": "1"}]}])
    given = bench(tmp_path, lambda event: next(answers, None) or collecting(event), report_batch_item_failures=True)
    assert given.deliver(2)
    assert states(given) == ["", ""]


def test_partial_failure_keeps_the_state_of_what_succeeded(tmp_path: Path) -> None:
    answers = iter([{"state": {"seen": "12"}, "batchItemFailures": [{"itemIdentifier": "3"}]}])
    given = bench(tmp_path, lambda event: next(answers, None) or collecting(event), report_batch_item_failures=True)
    assert given.deliver(4)
    assert given.sequences == ["1234", "34"]
    assert states(given) == ["", "12"]


def test_split_batches_hand_the_state_on_in_order(tmp_path: Path) -> None:
    given = bench(tmp_path, collecting_but("2"), bisect_on_error=True, max_retries=0)
    assert given.deliver(4)
    assert given.sequences == ["1234", "12", "1", "2", "34"]
    assert states(given) == ["", "", "", "1", "1"]
    assert given.done == ["1", "2", "3", "4"]


def test_records_given_up_after_their_retries_leave_the_state_as_it_was(tmp_path: Path) -> None:
    given = bench(tmp_path, collecting_but("1"), max_retries=1)
    assert given.deliver(1)
    assert given.deliver_sequences("2")
    assert given.sequences == ["1", "1", "2"]
    assert states(given) == ["", "", ""]


def test_record_that_grows_too_old_is_given_up_in_a_window_too(tmp_path: Path) -> None:
    given = bench(tmp_path, collecting_but("1"), max_record_age_s=60)
    assert given.deliver(1)
    assert given.done == ["1"]
    assert "RecordAgeExceeded" in given.reports[0]


def test_state_above_one_megabyte_ends_the_window_early_and_it_goes_on_with_a_fresh_state(tmp_path: Path) -> None:
    def handler(event: Any) -> Any:
        grown = not event["isFinalInvokeForWindow"] and "1" in sequences_of(event)
        return {"state": {"seen": "x" * (MAX_STATE_BYTES if grown else 1)}}

    given = bench(tmp_path, handler)
    assert given.deliver_sequences("1")
    assert given.deliver_sequences("2")
    flags = [(e["isFinalInvokeForWindow"], e["isWindowTerminatedEarly"]) for e in given.invoker.events]
    assert flags == [(False, False), (True, True), (False, False)]
    assert len(given.invoker.events[1]["state"]["seen"]) == MAX_STATE_BYTES
    assert given.invoker.events[2]["state"] == {}
    assert given.invoker.events[2]["window"] == given.invoker.events[0]["window"]


def test_state_of_exactly_one_megabyte_is_kept(tmp_path: Path) -> None:
    fits = "x" * (MAX_STATE_BYTES - len('{"seen":""}'))
    given = bench(tmp_path, lambda event: {"state": {"seen": fits}})
    assert given.deliver(1)
    assert len(given.invoker.events) == 1


def test_final_invocation_that_answers_without_a_state_is_tried_again(tmp_path: Path) -> None:
    answers = iter([{"state": {"n": 1}}, None, {"state": {}}])
    given = bench(tmp_path, lambda event: next(answers))
    assert given.deliver(1)
    assert given.delivery.close_window()
    assert [event["state"] for event in given.invoker.events] == [{}, {"n": 1}, {"n": 1}]


def test_stopping_leaves_the_final_invocation_for_the_next_start(tmp_path: Path) -> None:
    given = bench(tmp_path, lambda event: None if event["isFinalInvokeForWindow"] else collecting(event), stop_after=3)
    assert given.deliver(2)
    assert not given.delivery.close_window()
    again = window(tmp_path)
    assert again.fields(final=True)["state"] == {"seen": "12"}


@pytest.mark.parametrize("payload", [b"", b"null", b"{}", b"[1]", b"{oops", b'{"state": 1}', b'"state"'])
def test_payload_has_no_state(payload: bytes) -> None:
    assert state_in(payload) is None
