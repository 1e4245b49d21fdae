"""Demo data through the real handlers' table: once, and once more without a difference."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from seed.shortener import data, loading, secret_values
from tests.fakes.shortener_account import Account

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)


def with_links(account: Account) -> Any:
    dynamodb = account.client("dynamodb")
    for link in data.links():
        item = {"PK": f"LINK#{link.code}", "SK": "LINK", "code": link.code, "linkId": uuid.uuid4().hex}
        dynamodb.put_item(TableName=account.table, Item={name: {"S": value} for name, value in item.items()})
    return dynamodb


def events(account: Account) -> dict[str, str]:
    inserted = [one["dynamodb"]["NewImage"] for one in account.stream() if one["eventName"] == "INSERT"]
    return {f"{one['PK']['S']}/{one['SK']['S']}": one["event"]["S"] for one in inserted if "event" in one}


def test_month_of_clicks_is_written_once(account: Account) -> None:
    dynamodb = with_links(account)
    assert loading._ensure_clicks(dynamodb, account.table, UNTIL) == data.traffic().clicks
    assert len(events(account)) == data.traffic().clicks
    assert loading._ensure_clicks(dynamodb, account.table, datetime(2026, 4, 1, tzinfo=UTC)) == 0


def test_loading_that_was_cut_off_writes_the_same_clicks_another_day(account: Account) -> None:
    dynamodb = with_links(account)
    loading._ensure_clicks(dynamodb, account.table, UNTIL)
    before = events(account)
    cut_off = {**loading.MARKER, "until": {"S": UNTIL.isoformat()}}
    dynamodb.put_item(TableName=account.table, Item=cut_off)
    loading._ensure_clicks(dynamodb, account.table, datetime(2026, 4, 1, tzinfo=UTC))
    assert events(account) == before


def test_secrets_are_made_once_and_never_changed(account: Account) -> None:
    ssm, stage = account.client("ssm"), f"new-{uuid.uuid4().hex[:8]}"
    first = secret_values.ensure(ssm, stage)
    assert secret_values.ensure(ssm, stage) == first
    assert len(set(first.values())) == len(secret_values.NAMES)
    kinds = {one["Type"] for one in ssm.get_parameters(Names=[f"/shortener/{stage}/jwt-secret"])["Parameters"]}
    assert kinds == {"SecureString"}
