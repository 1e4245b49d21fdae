"""Loads everything, each step only as far as it is missing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from seed.shortener import access_token, clicks, data, secret_values
from seed.shortener.api_links import Api, create_missing
from seed.target import Say, SeedError, Target

MARKER = {"PK": {"S": "SEED#shortener"}, "SK": {"S": "SEED"}}


def load(target: Target, say: Say) -> None:
    """People, links, clicks. Raises SeedError."""
    ssm, dynamodb = target.client("ssm"), target.client("dynamodb")
    secrets = secret_values.ensure(ssm, target.stage)
    table = _table(ssm, target.stack)
    people = data.people()
    for person in people:
        _ensure_person(dynamodb, table, person)
    tokens = {
        one.user_id: access_token.mint(secrets["jwt-secret"], one.user_id, one.role, target.stage) for one in people
    }
    created = create_missing(Api(target.api, tokens), data.links())
    say(f"{len(people)} people, {created} links created, {len(data.links()) - created} there already")
    say(f"{_ensure_clicks(dynamodb, table, target.until)} clicks recorded")


def _table(ssm: Any, stack: str) -> str:
    name = f"/{stack}/table-name"
    answer = ssm.get_parameters(Names=[name])
    if not answer["Parameters"]:
        raise SeedError(f"There is no parameter {name}: is the stack {stack} deployed to this account and region?")
    return str(answer["Parameters"][0]["Value"])


def _ensure_person(dynamodb: Any, table: str, person: data.Person) -> None:
    item = {
        "PK": {"S": f"USER#{person.user_id}"},
        "SK": {"S": "USER"},
        "name": {"S": person.name},
        "role": {"S": person.role},
    }
    try:
        dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(PK)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return


def _ensure_clicks(dynamodb: Any, table: str, until: datetime) -> int:
    """Writes the month's clicks as events; the table's stream carries them to the statistics.

    The marker keeps the day of the first loading, so that a loading that was cut off writes the very same clicks.
    """
    marker = _marker(dynamodb, table, until)
    if marker.get("state", {}).get("S") == "done":
        return 0
    link_ids = _link_ids(dynamodb, table, [link.code for link in data.links()])
    month = list(clicks.month(data.traffic(), link_ids, datetime.fromisoformat(marker["until"]["S"])))
    for batch in clicks.batches(month):
        _write(dynamodb, table, [click.item(time.time()) for click in batch])
    dynamodb.put_item(TableName=table, Item={**marker, "state": {"S": "done"}})
    return len(month)


def _marker(dynamodb: Any, table: str, until: datetime) -> dict[str, Any]:
    fresh = {**MARKER, "until": {"S": until.astimezone(UTC).isoformat()}}
    try:
        dynamodb.put_item(TableName=table, Item=fresh, ConditionExpression="attribute_not_exists(PK)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        found: dict[str, Any] = dynamodb.get_item(TableName=table, Key=MARKER, ConsistentRead=True)["Item"]
        return found
    return fresh


def _link_ids(dynamodb: Any, table: str, codes: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    keys = [{"PK": {"S": f"LINK#{code}"}, "SK": {"S": "LINK"}} for code in codes]
    for start in range(0, len(keys), 100):
        wanted: dict[str, Any] = {table: {"Keys": keys[start : start + 100], "ConsistentRead": True}}
        while wanted:
            answer = dynamodb.batch_get_item(RequestItems=wanted)
            found |= {item["code"]["S"]: item["linkId"]["S"] for item in answer["Responses"].get(table, [])}
            wanted = answer.get("UnprocessedKeys", {})
    return found


def _write(dynamodb: Any, table: str, items: Sequence[dict[str, Any]]) -> None:
    waiting: dict[str, Any] = {table: [{"PutRequest": {"Item": item}} for item in items]}
    while waiting:
        waiting = dynamodb.batch_write_item(RequestItems=waiting).get("UnprocessedItems", {})
