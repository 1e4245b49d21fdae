"""What AWS's answers mean: transactions that meet, functions that do not answer, secrets that are read once."""

from __future__ import annotations

from typing import Any

import pytest
from assets.adapters.functions import warm
from assets.adapters.secret import Secret
from assets.adapters.transactions import transact
from assets.domain.errors import UnavailableError
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.fakes.assets_ports import FakeNow

WRITES: list[dict[str, Any]] = [{"Put": {}}, {"Put": {}}]


class ScriptedDynamoDB:
    """Cancels one transaction after the other for these reasons, then writes."""

    def __init__(self, *cancelled: tuple[str, ...]) -> None:
        self._cancelled = list(cancelled)
        self.asked = 0

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803 - boto3's name
        self.asked += 1
        if self._cancelled:
            reasons = [{"Code": code} for code in self._cancelled.pop(0)]
            answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(answer, "TransactWriteItems")


def test_transaction_that_meets_another_is_tried_again_after_growing_random_pauses() -> None:
    dynamodb = ScriptedDynamoDB(*[("None", "TransactionConflict")] * 3)
    paused: list[float] = []
    assert transact(dynamodb, WRITES, paused.append) == [False, False]
    assert dynamodb.asked == 4
    assert all(0 <= pause <= 0.02 * 2**attempt for attempt, pause in enumerate(paused))


def test_failed_condition_is_told_per_write_and_not_tried_again() -> None:
    dynamodb = ScriptedDynamoDB(("TransactionConflict", "ConditionalCheckFailed"))
    assert transact(dynamodb, WRITES, lambda _: None) == [False, True]
    assert dynamodb.asked == 1


def test_endless_meetings_are_told_as_unavailable() -> None:
    with pytest.raises(UnavailableError):
        transact(ScriptedDynamoDB(*[("TransactionConflict", "None")] * 99), WRITES, lambda _: None)


def test_transaction_refused_for_another_reason_is_never_taken_for_written() -> None:
    with pytest.raises(UnavailableError, match="ItemCollectionSizeLimitExceeded"):
        transact(ScriptedDynamoDB(("None", "ItemCollectionSizeLimitExceeded")), WRITES, lambda _: None)


class ScriptedLambda:
    """One function answers, one fails, one is not there."""

    def invoke(self, **call: Any) -> dict[str, Any]:
        if call["FunctionName"] == "away":
            raise EndpointConnectionError(endpoint_url="http://away")
        return {"FunctionError": "Unhandled"} if call["FunctionName"] == "broken" else {}


def test_function_that_cannot_be_warmed_is_named() -> None:
    assert warm(ScriptedLambda(), ["good", "broken", "away"]) == {
        "good": "warm",
        "broken": "Unhandled",
        "away": "EndpointConnectionError",
    }


class ScriptedParameters:
    """Counts its readers."""

    def __init__(self) -> None:
        self.reads = 0

    def get_parameter(self, **_: Any) -> dict[str, Any]:
        self.reads += 1
        return {"Parameter": {"Value": f"value {self.reads}"}}


def test_secret_is_read_again_when_it_is_old() -> None:
    now, parameters = FakeNow(), ScriptedParameters()
    secret = Secret(lambda: parameters, "/assets/dev/paging-secret", now)
    assert [secret(), secret()] == ["value 1", "value 1"]
    now.now += 300
    assert secret() == "value 2"
