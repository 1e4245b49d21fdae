"""What of a table is set beside CreateTable: TTL, point-in-time recovery, tags, policy, contributor insights."""

from __future__ import annotations

import json
from typing import Any

from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, tag_changes, tag_list

HANDLED = (
    "TimeToLiveSpecification",
    "PointInTimeRecoverySpecification",
    "ContributorInsightsSpecification",
    "ResourcePolicy",
)


def apply(wanted: Wanted, table: str, arn: str, *, created: bool) -> None:
    """Set what differs. A table just `created` has none of it yet."""
    _time_to_live(wanted, table, created)
    _point_in_time_recovery(wanted, table, created)
    _policy(wanted, arn)
    insights = (wanted.properties.get("ContributorInsightsSpecification") or {}).get("Enabled")
    if insights is not None:
        action = "ENABLE" if text(insights) == "true" else "DISABLE"
        wanted.call("dynamodb", "update_contributor_insights", TableName=table, ContributorInsightsAction=action)
    if not created:
        _tags(wanted, arn)


def _time_to_live(wanted: Wanted, table: str, created: bool) -> None:
    given = wanted.properties.get("TimeToLiveSpecification") or {}
    target = given.get("AttributeName") if text(given.get("Enabled", "false")) == "true" else None
    existing = None if created else _time_to_live_attribute(wanted, table)
    if target == existing:
        return
    # The attribute of a running TTL cannot be changed, only switched off and on.
    for attribute, enabled in ((existing, False), (target, True)):
        if attribute is not None:
            specification = {"AttributeName": attribute, "Enabled": enabled}
            wanted.call("dynamodb", "update_time_to_live", TableName=table, TimeToLiveSpecification=specification)


def _time_to_live_attribute(wanted: Wanted, table: str) -> str | None:
    found = wanted.call("dynamodb", "describe_time_to_live", TableName=table)["TimeToLiveDescription"]
    running = found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return found.get("AttributeName") if running else None


def _point_in_time_recovery(wanted: Wanted, table: str, created: bool) -> None:
    given = wanted.properties.get("PointInTimeRecoverySpecification") or {}
    target = text(given.get("PointInTimeRecoveryEnabled", "false")) == "true"
    if created and not target:
        return
    found = wanted.call("dynamodb", "describe_continuous_backups", TableName=table)["ContinuousBackupsDescription"]
    existing = found.get("PointInTimeRecoveryDescription", {})
    days = given.get("RecoveryPeriodInDays")
    same_days = days is None or int(days) == existing.get("RecoveryPeriodInDays")
    if target != (existing.get("PointInTimeRecoveryStatus") == "ENABLED") or (target and not same_days):
        specification: dict[str, Any] = {"PointInTimeRecoveryEnabled": target}
        if target and days is not None:
            specification["RecoveryPeriodInDays"] = days
        wanted.call(
            "dynamodb",
            "update_continuous_backups",
            TableName=table,
            PointInTimeRecoverySpecification=specification,
        )


def _policy(wanted: Wanted, arn: str) -> None:
    given = wanted.properties.get("ResourcePolicy")
    if given:
        wanted.call("dynamodb", "put_resource_policy", ResourceArn=arn, Policy=json.dumps(given["PolicyDocument"]))


def _tags(wanted: Wanted, arn: str) -> None:
    found = wanted.call("dynamodb", "list_tags_of_resource", ResourceArn=arn).get("Tags") or ()
    changed, gone = tag_changes(wanted.tags(), {tag["Key"]: tag["Value"] for tag in found})
    if changed:
        wanted.call("dynamodb", "tag_resource", ResourceArn=arn, Tags=tag_list(changed))
    if gone:
        wanted.call("dynamodb", "untag_resource", ResourceArn=arn, TagKeys=gone)
