"""Items by their keys, asked for until DynamoDB has answered all of them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from orders.domain.errors import UnavailableError
from orders.repositories.answering import answering
from orders.repositories.plain_items import from_item

BATCH = 100
"""BatchGetItem's limit."""
ATTEMPTS = 6


def read_all(
    client: Any,
    table: str,
    keys: Sequence[dict[str, Any]],
    what: str,
    sleep: Callable[[float], None] = time.sleep,
    draw: Callable[[float, float], float] = random.uniform,
    **asked: Any,
) -> list[dict[str, Any]]:
    """The plain values of those that are there, in no order, for at most 100 keys.

    what: said in errors. asked: further parts of the request (ConsistentRead, ProjectionExpression, …).
    Raises UnavailableError.
    """
    found: list[dict[str, Any]] = []
    for attempt in range(1, ATTEMPTS + 1):
        if not keys:
            break
        with answering(what):
            answer = client.batch_get_item(RequestItems={table: {"Keys": keys, **asked}})
        found += map(from_item, answer["Responses"].get(table, ()))
        keys = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if keys and attempt == ATTEMPTS:
            raise UnavailableError(f"{what}: some were not answered")
        if keys:
            sleep(draw(0, 0.025 * 2**attempt))
    return found
