"""AWS::Logs::LogGroup, LogStream, MetricFilter and ResourcePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, call, find, tag_changes
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)
_EXISTS = ("ResourceAlreadyExistsException",)


def ensure(wanted: Wanted) -> Created:
    """Create the group or bring retention, key and tags to the template; events stay."""
    name = wanted.name("LogGroupName", longest=512)
    found = describe(wanted.clients, name)
    if found is None:
        wanted.call(
            "logs",
            "create_log_group",
            logGroupName=name,
            kmsKeyId=wanted.properties.get("KmsKeyId"),
            logGroupClass=wanted.properties.get("LogGroupClass"),
            tags=wanted.tags() or None,
        )
    else:
        _tags(wanted, name)
    _retention(wanted, name, (found or {}).get("retentionInDays"))
    unset = wanted.unset("LogGroupName", "KmsKeyId", "LogGroupClass", "RetentionInDays")
    return Created(name, {"Arn": wanted.arn("logs", f"log-group:{name}:*")}, unset)


def describe(clients: Clients, name: str) -> dict[str, Any] | None:
    """The group of exactly this name, None when there is none."""
    page = call(clients, "logs", "describe_log_groups", logGroupNamePrefix=name)
    return next((group for group in page.get("logGroups") or () if group["logGroupName"] == name), None)


def delete(clients: Clients, created: Created) -> None:
    """Delete the group with its events."""
    find(clients, "logs", "delete_log_group", _ABSENT, logGroupName=created.physical_id)


def ensure_stream(wanted: Wanted) -> Created:
    """AWS::Logs::LogStream."""
    name, group = wanted.name("LogStreamName"), wanted.properties["LogGroupName"]
    find(wanted.clients, "logs", "create_log_stream", _EXISTS, logGroupName=group, logStreamName=name)
    return Created(name, {"LogGroupName": group})


def delete_stream(clients: Clients, created: Created) -> None:
    """Delete the stream with its events."""
    group = created.attributes["LogGroupName"]
    find(clients, "logs", "delete_log_stream", _ABSENT, logGroupName=group, logStreamName=created.physical_id)


def ensure_metric_filter(wanted: Wanted) -> Created:
    """AWS::Logs::MetricFilter."""
    name, group = wanted.name("FilterName"), wanted.properties["LogGroupName"]
    wanted.call(
        "logs",
        "put_metric_filter",
        logGroupName=group,
        filterName=name,
        filterPattern=wanted.properties["FilterPattern"],
        metricTransformations=[_transformation(one) for one in wanted.properties["MetricTransformations"]],
    )
    unset = wanted.unset("FilterName", "LogGroupName", "FilterPattern", "MetricTransformations")
    return Created(name, {"LogGroupName": group}, unset)


def delete_metric_filter(clients: Clients, created: Created) -> None:
    """Delete the filter."""
    group = created.attributes["LogGroupName"]
    find(clients, "logs", "delete_metric_filter", _ABSENT, logGroupName=group, filterName=created.physical_id)


def ensure_resource_policy(wanted: Wanted) -> Created:
    """AWS::Logs::ResourcePolicy."""
    name = wanted.name("PolicyName")
    wanted.call(
        "logs", "put_resource_policy", policyName=name, policyDocument=text(wanted.properties["PolicyDocument"])
    )
    return Created(name)


def delete_resource_policy(clients: Clients, created: Created) -> None:
    """Delete the policy."""
    find(clients, "logs", "delete_resource_policy", _ABSENT, policyName=created.physical_id)


def _transformation(given: dict[str, Any]) -> dict[str, Any]:
    """MetricName in the template is metricName in the API."""
    renamed = {key[0].lower() + key[1:]: value for key, value in given.items() if key != "Dimensions"}
    if given.get("Dimensions"):
        renamed["dimensions"] = {one["Key"]: one["Value"] for one in given["Dimensions"]}
    return renamed


def _retention(wanted: Wanted, name: str, found: int | None) -> None:
    given = wanted.properties.get("RetentionInDays")
    target = int(given) if given is not None else None
    if target == found:
        return
    if target is None:
        wanted.call("logs", "delete_retention_policy", logGroupName=name)
    else:
        wanted.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=target)


def _tags(wanted: Wanted, name: str) -> None:
    arn = wanted.arn("logs", f"log-group:{name}")
    found = wanted.call("logs", "list_tags_for_resource", resourceArn=arn).get("tags") or {}
    changed, gone = tag_changes(wanted.tags(), found)
    if changed:
        wanted.call("logs", "tag_resource", resourceArn=arn, tags=changed)
    if gone:
        wanted.call("logs", "untag_resource", resourceArn=arn, tagKeys=gone)
