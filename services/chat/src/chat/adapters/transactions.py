"""Several writes of one table, all or none.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chat.adapters.clients import code_of, reaching
from chat.domain.errors import UnavailableError

FAILED = "ConditionalCheckFailed"
_BUSY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_TRIES, _FIRST_PAUSE_S, _LONGEST_PAUSE_S = 8, 0.02, 1.0


def transact(
    dynamodb: Any, writes: Sequence[dict[str, Any]], pause: Callable[[float], None] = time.sleep
) -> Sequence[bool]:
    """Per write whether its condition failed; nothing was written when one did. Raises UnavailableError.

    The SDK does not try a cancelled transaction again when another one was under way on the same item; we do, with
    exponential backoff and full jitter.
    """
    for attempt in range(_TRIES):
        reasons = _reasons(dynamodb, writes)
        if not reasons or FAILED in reasons:
            return [reason == FAILED for reason in reasons] or [False] * len(writes)
        if not _BUSY.intersection(reasons):
            raise UnavailableError(f"DynamoDB cancelled a transaction: {', '.join(sorted(set(reasons)))}")
        pause(random.uniform(0, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt)))
    raise UnavailableError("Too many transactions at once on the same item")


def _reasons(dynamodb: Any, writes: Sequence[dict[str, Any]]) -> list[str]:
    """Why the transaction was cancelled, per write; empty when it was not."""
    with reaching("DynamoDB"):
        try:
            dynamodb.transact_write_items(TransactItems=list(writes))
        except ClientError as error:
            if code_of(error) == "TransactionConflictException":
                return ["TransactionConflict"]
            if code_of(error) != "TransactionCanceledException":
                raise
            return [str(one.get("Code", "None")) for one in error.response["CancellationReasons"]]
    return []
