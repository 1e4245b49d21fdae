"""Tables, indexes, expiry and bucket as the requirements list them, the same on AWS and here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.assets_system import AssetsSystem

TABLES = {
    "users": {
        "key": "userId",
        "email-index": [("email", "HASH")],
        "createdAt-index": [("listing", "HASH"), ("createdAt", "RANGE")],
    },
    "assets": {
        "key": "assetId",
        "status-index": [("status", "HASH"), ("createdAt", "RANGE")],
        "createdAt-index": [("listing", "HASH"), ("createdAt", "RANGE")],
    },
}


def keys(described: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in described["KeySchema"]]


@pytest.mark.parametrize("kind", TABLES)
def test_table_has_the_keys_and_indexes_of_the_document(assets: AssetsSystem, kind: str) -> None:
    name = {"users": assets.users_table, "assets": assets.assets_table}[kind]
    dynamodb, wanted = assets.system.client("dynamodb"), dict(TABLES[kind])
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert keys(table) == [(wanted.pop("key"), "HASH")]
    assert {index["IndexName"]: keys(index) for index in table["GlobalSecondaryIndexes"]} == wanted
    kinds = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert kinds["createdAt"] == "N"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "ttl")
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_asset_expires_after_thirty_days(assets: AssetsSystem) -> None:
    announced = assets.announce()
    key = {"assetId": {"S": announced["assetId"]}}
    item = assets.system.client("dynamodb").get_item(TableName=assets.assets_table, Key=key, ConsistentRead=True)[
        "Item"
    ]
    assert int(item["ttl"]["N"]) == int(item["createdAt"]["N"]) // 1000 + 30 * 24 * 3600
    assert {"fileName", "contentType", "s3Key", "s3Bucket", "status"} <= set(item)


def test_bucket_is_private_and_forgets_after_thirty_days(assets: AssetsSystem) -> None:
    assert assets.bucket.endswith("-assets")
    block = assets.s3.get_public_access_block(Bucket=assets.bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    rules = assets.s3.get_bucket_lifecycle_configuration(Bucket=assets.bucket)["Rules"]
    assert [rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule] == [30]
    (shared,) = assets.s3.get_bucket_cors(Bucket=assets.bucket)["CORSRules"]
    assert set(shared["AllowedMethods"]) == {"GET", "HEAD", "POST"}
    assert "*" not in shared["AllowedOrigins"]


def test_alarms_watch_latency_errors_and_the_queue_of_what_failed(assets: AssetsSystem) -> None:
    prefix = f"{assets.system.stack}-"
    found = assets.system.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    alarms = {one["AlarmName"].removeprefix(prefix): one for one in found}
    for name in ("api-latency", "users-latency", "assets-latency", "upload-listener-latency"):
        assert alarms[name]["Threshold"] == 1000
    for name in ("api-5xx", "users-errors", "assets-errors", "upload-listener-errors"):
        assert (alarms[name]["Threshold"], alarms[name]["Period"]) == (10, 60)
    assert alarms["unreceived-uploads"]["Threshold"] == 0
    assert all(len(one["AlarmActions"]) == 1 for one in alarms.values())
