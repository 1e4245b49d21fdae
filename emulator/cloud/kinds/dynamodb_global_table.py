"""AWS::DynamoDB::GlobalTable (what CDK's TableV2 makes), as the table of this region alone.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.cloud.kinds import dynamodb_table
from emulator.cloud.wanted import Wanted, chosen
from emulator.model import Created

_OF_TABLE = (
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "LocalSecondaryIndexes",
    "StreamSpecification",
    "SSESpecification",
    "TimeToLiveSpecification",
)
_OF_REPLICA = (
    "PointInTimeRecoverySpecification",
    "DeletionProtectionEnabled",
    "TableClass",
    "Tags",
    "ContributorInsightsSpecification",
    "ResourcePolicy",
)


def ensure(wanted: Wanted) -> Created:
    """Create or update the replica of this region; the others are noted."""
    replicas = wanted.properties["Replicas"]
    here = next((one for one in replicas if one["Region"] == wanted.region), replicas[0])
    created = dynamodb_table.ensure(replace(wanted, properties=_table(wanted.properties, here)))
    elsewhere = [one["Region"] for one in replicas if one is not here]
    notes = (f"{created.physical_id}: no replicas in {', '.join(elsewhere)}",) if elsewhere else ()
    return replace(created, notes=(*created.notes, *notes))


def _table(properties: Mapping[str, Any], here: Mapping[str, Any]) -> dict[str, Any]:
    table = {**chosen(properties, *_OF_TABLE), **chosen(here, *_OF_REPLICA)}
    indexes = properties.get("GlobalSecondaryIndexes") or ()
    if properties.get("BillingMode", "PAY_PER_REQUEST") == "PROVISIONED":
        table["ProvisionedThroughput"] = _throughput(properties, here)
        by_name = {one["IndexName"]: one for one in here.get("GlobalSecondaryIndexes") or ()}
        indexes = [
            {**index, "ProvisionedThroughput": _throughput(index, by_name.get(index["IndexName"], {}))}
            for index in indexes
        ]
    else:
        table["BillingMode"] = "PAY_PER_REQUEST"
    if indexes:
        table["GlobalSecondaryIndexes"] = list(indexes)
    return table


def _throughput(writes: Mapping[str, Any], reads: Mapping[str, Any]) -> dict[str, Any]:
    """Scaling starts at its minimum."""
    write = (writes.get("WriteProvisionedThroughputSettings") or {}).get("WriteCapacityAutoScalingSettings") or {}
    settings = reads.get("ReadProvisionedThroughputSettings") or {}
    read = settings.get("ReadCapacityUnits") or (settings.get("ReadCapacityAutoScalingSettings") or {}).get(
        "MinCapacity"
    )
    return {"ReadCapacityUnits": read or 1, "WriteCapacityUnits": write.get("MinCapacity", 1)}
