"""AWS::CloudWatch::Alarm, CompositeAlarm and Dashboard.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, chosen, find, tag_list
from emulator.model import Created

_ACTIONS = ("ActionsEnabled", "AlarmActions", "AlarmDescription", "InsufficientDataActions", "OKActions")
_ALARM = (
    *_ACTIONS,
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "MetricName",
    "Metrics",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)
_COMPOSITE = (
    *_ACTIONS,
    "AlarmRule",
    "ActionsSuppressor",
    "ActionsSuppressorExtensionPeriod",
    "ActionsSuppressorWaitPeriod",
)
_ABSENT = ("ResourceNotFound", "ResourceNotFoundException")


def ensure(wanted: Wanted) -> Created:
    """Put the alarm; its state stays."""
    return _put(wanted, "put_metric_alarm", _ALARM, "MetricAlarms")


def ensure_composite(wanted: Wanted) -> Created:
    """Put the composite alarm; its state stays."""
    return _put(wanted, "put_composite_alarm", _COMPOSITE, "CompositeAlarms")


def describe(clients: Clients, name: str) -> dict[str, Any] | None:
    """The alarm of exactly this name, metric or composite."""
    answer = find(
        clients,
        "cloudwatch",
        "describe_alarms",
        _ABSENT,
        AlarmNames=[name],
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
    )
    found = (answer or {}).get("MetricAlarms") or (answer or {}).get("CompositeAlarms")
    return found[0] if found else None


def delete(clients: Clients, created: Created) -> None:
    """Delete the alarm."""
    find(clients, "cloudwatch", "delete_alarms", _ABSENT, AlarmNames=[created.physical_id])


def ensure_dashboard(wanted: Wanted) -> Created:
    """Put the dashboard."""
    name = wanted.name("DashboardName")
    body = text(wanted.properties["DashboardBody"])
    wanted.call("cloudwatch", "put_dashboard", DashboardName=name, DashboardBody=body)
    return Created(name, {"DashboardName": name}, wanted.unset("DashboardName", "DashboardBody"))


def delete_dashboard(clients: Clients, created: Created) -> None:
    """Delete the dashboard."""
    absent = (*_ABSENT, "DashboardNotFoundError")
    find(clients, "cloudwatch", "delete_dashboards", absent, DashboardNames=[created.physical_id])


def _put(wanted: Wanted, operation: str, members: tuple[str, ...], _kind: str) -> Created:
    name = wanted.name("AlarmName")
    tags = tag_list(wanted.tags()) or None
    wanted.call("cloudwatch", operation, AlarmName=name, Tags=tags, **chosen(wanted.properties, *members))
    arn = wanted.arn("cloudwatch", f"alarm:{name}")
    return Created(name, {"Arn": arn}, wanted.unset("AlarmName", *members))
