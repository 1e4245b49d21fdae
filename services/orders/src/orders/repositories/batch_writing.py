"""Writes many items in batches. What DynamoDB leaves unprocessed is sent again, later and later; nothing is dropped.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

BATCH = 25
"""BatchWriteItem's limit."""
ATTEMPTS = 8
_CEILING_S = 2.0

Item = dict[str, Any]


def write_all(
    client: Any,
    table: str,
    items: Sequence[Item],
    sleep: Callable[[float], None] = time.sleep,
    draw: Callable[[float, float], float] = random.uniform,
) -> list[Item]:
    """The items that were not written after all attempts: empty when all is well. No two items may have one key.

    Lets the client's own errors through.
    """
    unwritten: list[Item] = []
    for start in range(0, len(items), BATCH):
        unwritten += _write(client, table, list(items[start : start + BATCH]), sleep, draw)
    return unwritten


def _write(
    client: Any, table: str, batch: list[Item], sleep: Callable[[float], None], draw: Callable[[float, float], float]
) -> list[Item]:
    for attempt in range(1, ATTEMPTS + 1):
        request = {table: [{"PutRequest": {"Item": item}} for item in batch]}
        left = client.batch_write_item(RequestItems=request).get("UnprocessedItems", {}).get(table, [])
        batch = [entry["PutRequest"]["Item"] for entry in left]
        if not batch:
            return []
        if attempt < ATTEMPTS:
            # Full jitter below a doubling ceiling: others who were throttled must not all come back at once.
            sleep(draw(0, min(_CEILING_S, 0.05 * 2**attempt)))
    return batch
