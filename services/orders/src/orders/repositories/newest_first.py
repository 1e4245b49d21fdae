"""One page of an index that keeps a shelf in order of time: newest-index (shelf, place)."""

from __future__ import annotations

from typing import Any

from orders.repositories.answering import answering
from orders.repositories.plain_items import from_item, to_item

INDEX = "newest-index"


def newest_first(
    client: Any, table: str, shelf: str, limit: int, position: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Items as plain values, newest first, behind `position`; and the position of the next page, None at the end.

    Raises UnavailableError where the table does not answer; `shelf` names it.
    """
    values = {":shelf": shelf} | ({":after": position} if position is not None else {})
    with answering(shelf):
        answer = client.query(
            TableName=table,
            IndexName=INDEX,
            KeyConditionExpression="shelf = :shelf" + (" AND place < :after" if position is not None else ""),
            ExpressionAttributeValues=to_item(values),
            ScanIndexForward=False,
            Limit=limit,
        )
    items = [from_item(item) for item in answer["Items"]]
    more = "LastEvaluatedKey" in answer and items
    return items, items[-1]["place"] if more else None
