"""AWS::DynamoDB::Table.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.kinds import dynamodb_indexes, dynamodb_settings
from emulator.cloud.wanted import Wanted, chosen, find, tag_list
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)
_DIRECT = ("AttributeDefinitions", "KeySchema", "TableClass", "DeletionProtectionEnabled", "OnDemandThroughput")
_HANDLED = (
    *_DIRECT,
    *dynamodb_settings.HANDLED,
    "TableName",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "StreamSpecification",
    "SSESpecification",
)


def ensure(wanted: Wanted) -> Created:
    """Create the table or bring the existing one to the template; keys of an existing table never change."""
    name = wanted.name("TableName")
    found = describe(wanted.clients, name)
    if found is None:
        wanted.call("dynamodb", "create_table", TableName=name, **_creation(wanted))
        wanted.wait(f"table {name}", lambda: _active(describe(wanted.clients, name)))
    else:
        _refuse_new_keys(wanted, found)
        _update(wanted, name, found)
        dynamodb_indexes.update(wanted, name, found)
    table = describe(wanted.clients, name) or {}
    dynamodb_settings.apply(wanted, name, table["TableArn"], created=found is None)
    return _created(wanted, name, table)


def describe(clients: Clients, name: str) -> dict[str, Any] | None:
    """DescribeTable's Table, None when there is none."""
    answer = find(clients, "dynamodb", "describe_table", _ABSENT, TableName=name)
    return None if answer is None else answer["Table"]


def delete(clients: Clients, created: Created) -> None:
    """Delete the table with its data, protected or not."""
    name = created.physical_id
    table = describe(clients, name)
    if table is None:
        return
    if table.get("DeletionProtectionEnabled"):
        find(clients, "dynamodb", "update_table", (), TableName=name, DeletionProtectionEnabled=False)
    find(clients, "dynamodb", "delete_table", _ABSENT, TableName=name)


def _active(table: Mapping[str, Any] | None) -> bool:
    return table is not None and table["TableStatus"] == "ACTIVE"


def _created(wanted: Wanted, name: str, table: Mapping[str, Any]) -> Created:
    attributes = {"Arn": table["TableArn"], "TableId": table.get("TableId", "")}
    if table.get("LatestStreamArn") and table.get("StreamSpecification", {}).get("StreamEnabled"):
        attributes["StreamArn"] = table["LatestStreamArn"]
    return Created(name, attributes, wanted.unset(*_HANDLED))


def _creation(wanted: Wanted) -> dict[str, Any]:
    properties = wanted.properties
    parameters = {**chosen(properties, *_DIRECT), **_billing(properties)}
    indexes = [dynamodb_indexes.definition(index) for index in properties.get("GlobalSecondaryIndexes") or ()]
    return {
        **parameters,
        "GlobalSecondaryIndexes": indexes or None,
        "LocalSecondaryIndexes": properties.get("LocalSecondaryIndexes") or None,
        "StreamSpecification": _stream(properties) if _stream(properties)["StreamEnabled"] else None,
        "SSESpecification": _encryption(properties),
        "Tags": tag_list(wanted.tags()) or None,
    }


def _billing(properties: Mapping[str, Any]) -> dict[str, Any]:
    if properties.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST":
        return {"BillingMode": "PAY_PER_REQUEST"}
    return {"BillingMode": "PROVISIONED", "ProvisionedThroughput": properties["ProvisionedThroughput"]}


def _stream(properties: Mapping[str, Any]) -> dict[str, Any]:
    view = (properties.get("StreamSpecification") or {}).get("StreamViewType")
    return {"StreamEnabled": True, "StreamViewType": view} if view else {"StreamEnabled": False}


def _encryption(properties: Mapping[str, Any]) -> dict[str, Any] | None:
    given = properties.get("SSESpecification")
    if not given:
        return None
    return {("Enabled" if key == "SSEEnabled" else key): value for key, value in given.items()}


def _refuse_new_keys(wanted: Wanted, found: Mapping[str, Any]) -> None:
    for what in ("KeySchema", "LocalSecondaryIndexes"):
        if _shape(wanted.properties.get(what) or []) != _shape(found.get(what) or []):
            raise wanted.refuse(
                f"another {what} than the existing table {found['TableName']}",
                "AWS would replace the table and lose its items: give it a new TableName, or run `terrarium reset`.",
            )


def _shape(value: Any) -> list[Any]:
    if value and "IndexName" in value[0]:
        return sorted((one["IndexName"], _shape(one["KeySchema"])) for one in value)
    return sorted((one["AttributeName"], one["KeyType"]) for one in value)


def _update(wanted: Wanted, name: str, found: Mapping[str, Any]) -> None:
    for change in _changes(wanted, found):
        wanted.call("dynamodb", "update_table", TableName=name, **change)
        wanted.wait(f"table {name}", lambda: _active(describe(wanted.clients, name)))


def _changes(wanted: Wanted, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """UpdateTable takes a stream change, a billing change and others one at a time."""
    properties = wanted.properties
    changes = [*_stream_changes(properties, found), *_billing_changes(properties, found)]
    protected = str(properties.get("DeletionProtectionEnabled", False)).lower() == "true"
    if protected != bool(found.get("DeletionProtectionEnabled", False)):
        changes.append({"DeletionProtectionEnabled": protected})
    table_class = properties.get("TableClass", "STANDARD")
    if table_class != found.get("TableClassSummary", {}).get("TableClass", "STANDARD"):
        changes.append({"TableClass": table_class})
    encryption = _encryption(properties) or {"Enabled": False}
    enabled = str(encryption.get("Enabled", False)).lower() == "true"
    if enabled != (found.get("SSEDescription", {}).get("Status") in ("ENABLED", "UPDATING")):
        changes.append({"SSESpecification": encryption})
    return changes


def _stream_changes(properties: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    stream, existing = _stream(properties), found.get("StreamSpecification") or {"StreamEnabled": False}
    if stream.get("StreamViewType") == (existing.get("StreamViewType") if existing.get("StreamEnabled") else None):
        return []
    off = [{"StreamSpecification": {"StreamEnabled": False}}] if existing.get("StreamEnabled") else []
    return [*off, {"StreamSpecification": stream}] if stream["StreamEnabled"] else off


def _billing_changes(properties: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    billing = _billing(properties)
    mode = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if billing["BillingMode"] != mode:
        return [billing]
    wanted = billing.get("ProvisionedThroughput")
    existing = found.get("ProvisionedThroughput", {})
    same = wanted is None or all(int(wanted[unit]) == existing.get(unit) for unit in wanted)
    return [] if same else [{"ProvisionedThroughput": wanted}]
