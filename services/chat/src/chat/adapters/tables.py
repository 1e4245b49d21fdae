"""Requests that several tables make: all items of some keys, all pages of a query, one item."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chat.adapters.clients import reaching
from chat.adapters.items import Item
from chat.domain.errors import UnavailableError

_MOST_KEYS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""
_TRIES, _FIRST_PAUSE_S, _LONGEST_PAUSE_S = 8, 0.02, 1.0


def get(dynamodb: Any, table: str, key: Item) -> Item | None:
    """One item as it is now; raises UnavailableError."""
    with reaching("DynamoDB"):
        found: Item | None = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return found


def get_all(
    dynamodb: Any, table: str, keys: Sequence[Item], pause: Callable[[float], None] = time.sleep
) -> Sequence[Item]:
    """The items of these keys that exist, as they are now, in no order; raises UnavailableError."""
    parts = [keys[start : start + _MOST_KEYS] for start in range(0, len(keys), _MOST_KEYS)]
    if len(parts) < 2:
        return [item for part in parts for item in _get_part(dynamodb, table, part, pause)]
    with ThreadPoolExecutor(len(parts)) as at_once:
        found = at_once.map(lambda part: _get_part(dynamodb, table, part, pause), parts)
        return [item for items in found for item in items]


def query(dynamodb: Any, request: Mapping[str, Any]) -> Iterator[Item]:
    """All items, page after page; raises UnavailableError."""
    start: Mapping[str, Any] = {}
    while True:
        with reaching("DynamoDB"):
            answer = dynamodb.query(**request, **start)
        yield from answer["Items"]
        if not answer.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def _get_part(dynamodb: Any, table: str, keys: Sequence[Item], pause: Callable[[float], None]) -> Sequence[Item]:
    wanted: dict[str, Any] = {table: {"Keys": list(keys), "ConsistentRead": True}}
    found: list[Item] = []
    for attempt in range(_TRIES):
        with reaching("DynamoDB"):
            answer = dynamodb.batch_get_item(RequestItems=wanted)
        found += answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys") or {}
        if not wanted:
            return found
        pause(random.uniform(0, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt)))
    raise UnavailableError("DynamoDB left keys unprocessed")
