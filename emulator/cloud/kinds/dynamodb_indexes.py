"""Global secondary indexes of an existing table: added, removed and changed one at a time, items untouched.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.wanted import Wanted, chosen

_MEMBERS = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")


def definition(index: Mapping[str, Any]) -> dict[str, Any]:
    """A template's index as the API takes it."""
    return chosen(index, *_MEMBERS)


def update(wanted: Wanted, table: str, found: Mapping[str, Any]) -> None:
    """Bring the table's indexes to the template. A changed index is dropped and built again from the items."""
    target = {index["IndexName"]: definition(index) for index in wanted.properties.get("GlobalSecondaryIndexes") or ()}
    existing = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes") or ()}
    changed = {name for name in target.keys() & existing.keys() if not _same(target[name], existing[name])}
    for name in (existing.keys() - target.keys()) | changed:
        _one(wanted, table, {"Delete": {"IndexName": name}})
    for name in [name for name in target if name not in existing or name in changed]:
        _one(wanted, table, {"Create": target[name]}, wanted.properties["AttributeDefinitions"])


def _same(target: Mapping[str, Any], existing: Mapping[str, Any]) -> bool:
    return _keys(target) == _keys(existing) and _projection(target) == _projection(existing)


def _keys(index: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]]


def _projection(index: Mapping[str, Any]) -> tuple[str, list[str]]:
    projection = index.get("Projection", {})
    return projection.get("ProjectionType", "ALL"), sorted(projection.get("NonKeyAttributes") or ())


def _one(wanted: Wanted, table: str, change: Mapping[str, Any], attributes: Any = None) -> None:
    wanted.call(
        "dynamodb",
        "update_table",
        TableName=table,
        AttributeDefinitions=attributes,
        GlobalSecondaryIndexUpdates=[change],
    )
    wanted.wait(f"index of {table}", lambda: _settled(wanted, table))


def _settled(wanted: Wanted, table: str) -> bool:
    found = wanted.call("dynamodb", "describe_table", TableName=table)["Table"]
    indexes = found.get("GlobalSecondaryIndexes") or ()
    return found["TableStatus"] == "ACTIVE" and all(index.get("IndexStatus") == "ACTIVE" for index in indexes)
