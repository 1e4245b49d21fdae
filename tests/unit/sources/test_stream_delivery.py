"""How one batch reaches its function: retries, splits, partial failures, limits, destinations."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.delivery_bench import DeliveryBench, failing_first, failing_on, reporting
from tests.fakes.scripted_invoker import Throttled
from tests.fakes.stacks import function
from tests.fakes.streams import ARN

QUEUE = "arn:aws:sqs:us-east-1:000000000000:failures"
BUCKET = "arn:aws:s3:::failures"


def test_batch_is_acknowledged_after_success() -> None:
    bench = DeliveryBench(lambda event: "whatever")
    assert bench.deliver(3)
    assert bench.sequences == ["123"]
    assert bench.done == ["1", "2", "3"]
    assert bench.invoker.invocations[0].trigger == "dynamodb"


def test_failing_batch_is_retried_with_growing_pauses_until_it_succeeds() -> None:
    bench = DeliveryBench(failing_first(7))
    assert bench.deliver(2)
    assert bench.sequences == ["12"] * 8
    assert bench.pause.waits == [0.5, 1, 2, 4, 8, 10, 10]
    assert bench.done == ["1", "2"]


def test_minus_one_retries_means_for_ever() -> None:
    bench = DeliveryBench(failing_first(5), max_retries=-1)
    assert bench.deliver(1)
    assert bench.done == ["1"]


def test_batch_is_given_up_after_maximum_retry_attempts() -> None:
    bench = DeliveryBench(failing_on("1"), max_retries=2)
    assert bench.deliver(2)
    assert bench.sequences == ["12"] * 3
    assert bench.done == ["1", "2"]
    assert "RetryAttemptsExhausted" in bench.reports[0]


def test_record_of_given_up_batch_goes_to_the_failure_destination() -> None:
    bench = DeliveryBench(failing_on("1"), max_retries=1, on_failure=QUEUE)
    bench.deliver(2)
    ((arn, body, _),) = bench.destinations.accepted
    record = json.loads(body)
    assert arn == QUEUE
    assert record["version"] == "1.0"
    assert record["requestContext"] == {
        "requestId": bench.invoker.invocations[-1].request_id,
        "functionArn": function().arn,
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 2,
    }
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["DDBStreamBatchInfo"] == {
        "shardId": "shard-1",
        "startSequenceNumber": "1",
        "endSequenceNumber": "2",
        "approximateArrivalOfFirstRecord": "2023-11-14T22:13:20Z",
        "approximateArrivalOfLastRecord": "2023-11-14T22:13:20Z",
        "batchSize": 2,
        "streamArn": ARN,
    }


def test_records_are_not_acknowledged_while_the_destination_refuses() -> None:
    bench = DeliveryBench(failing_on("1"), max_retries=0, on_failure=QUEUE, stop_after=3)
    bench.destinations.refusing.add(QUEUE)
    assert not bench.deliver(1)
    assert bench.done == []


def test_split_isolates_the_bad_record_and_delivers_all_others_in_order() -> None:
    bench = DeliveryBench(failing_on("3"), bisect_on_error=True, max_retries=1)
    assert bench.deliver(5)
    assert bench.sequences == ["12345", "12", "345", "3", "3", "45"]
    assert bench.done == ["1", "2", "3", "4", "5"]


def test_splitting_does_not_count_as_a_retry() -> None:
    bench = DeliveryBench(failing_on("1"), bisect_on_error=True, max_retries=0)
    assert bench.deliver(4)
    assert bench.sequences == ["1234", "12", "1", "2", "34"]


def test_partial_failure_resumes_from_the_lowest_failed_record() -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "3"}]}, {}])
    bench = DeliveryBench(lambda event: next(answers), report_batch_item_failures=True)
    assert bench.deliver(5)
    assert bench.sequences == ["12345", "345"]
    assert bench.done == ["1", "2", "3", "4", "5"]


def test_answer_is_ignored_when_partial_failures_are_not_reported() -> None:
    bench = DeliveryBench(reporting("1"))
    assert bench.deliver(2)
    assert bench.sequences == ["12"]


def test_progress_starts_the_retry_count_anew() -> None:
    bench = DeliveryBench(reporting("2", "3"), report_batch_item_failures=True, max_retries=1)
    assert bench.deliver(3)
    assert bench.sequences == ["123", "23"]
    assert bench.done == ["1", "2", "3"]


def test_answer_that_cannot_be_parsed_fails_the_whole_batch() -> None:
    answers = iter([b"{oops", {"batchItemFailures": [{"itemIdentifier": ""}]}, "a string", None])
    bench = DeliveryBench(lambda event: next(answers), report_batch_item_failures=True)
    assert bench.deliver(2)
    assert bench.sequences == ["12"] * 4


def test_throttles_do_not_count_as_retries() -> None:
    left = [5]

    def handler(event: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise Throttled

    bench = DeliveryBench(handler, max_retries=0)
    assert bench.deliver(1)
    assert bench.done == ["1"]
    assert bench.reports == []


def test_record_is_given_up_when_it_grows_too_old() -> None:
    bench = DeliveryBench(failing_on("1"), max_record_age_s=60, on_failure=QUEUE)
    assert bench.deliver(1)
    assert json.loads(bench.destinations.accepted[0][1])["requestContext"]["condition"] == "RecordAgeExceeded"
    assert 60 < sum(bench.pause.waits) <= 70
    assert bench.done == ["1"]


def test_stopping_leaves_a_failing_batch_unacknowledged() -> None:
    bench = DeliveryBench(failing_on("1"), stop_after=2)
    assert not bench.deliver(2)
    assert bench.done == []


def test_bucket_gets_the_failure_record_with_the_whole_event_under_a_key_of_its_own() -> None:
    bench = DeliveryBench(failing_on("1"), max_retries=0, on_failure=BUCKET)
    assert bench.deliver(2)
    ((arn, body, _),) = bench.destinations.accepted
    key = r"aws/lambda/mapping-1/shard-1/2023/11/14/2023-11-14T22\.13\.20-[0-9a-f-]{36}"
    assert re.fullmatch(f"{BUCKET}/{key}", arn)
    record = json.loads(body)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert json.loads(record["payload"]) == bench.invoker.events[0]


def test_queue_gets_the_failure_record_without_the_event() -> None:
    bench = DeliveryBench(failing_on("1"), max_retries=0, on_failure=QUEUE)
    assert bench.deliver(2)
    assert "payload" not in json.loads(bench.destinations.accepted[0][1])
