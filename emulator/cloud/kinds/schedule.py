"""AWS::Scheduler::Schedule and ScheduleGroup. Terrarium fires schedules itself: a local backend keeps them DISABLED.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.wanted import Wanted, chosen, find, tag_list
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)
_PROPERTIES = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)


def ensure(wanted: Wanted) -> Created:
    """Create the schedule, or bring it to the template."""
    name = wanted.name("Name", longest=64)
    group = str(wanted.properties.get("GroupName") or "default")
    members = chosen(wanted.properties, *_PROPERTIES)
    if wanted.clients.is_local("scheduler"):
        # The embedded backend fires enabled schedules on its own, without their time zones and windows.
        members["State"] = "DISABLED"
    found = find(wanted.clients, "scheduler", "get_schedule", _ABSENT, Name=name, GroupName=group)
    operation = "create_schedule" if found is None else "update_schedule"
    arn = wanted.call("scheduler", operation, Name=name, **members)["ScheduleArn"]
    return Created(name, {"Arn": arn}, wanted.unset("Name", *_PROPERTIES))


def delete(clients: Clients, created: Created) -> None:
    """Delete the schedule; its group stands in its ARN."""
    group = created.attributes["Arn"].split("/")[-2]
    find(clients, "scheduler", "delete_schedule", _ABSENT, Name=created.physical_id, GroupName=group)


def ensure_group(wanted: Wanted) -> Created:
    """Create the group."""
    name = wanted.name("Name", longest=64)
    found = _group(wanted.clients, name)
    if found is None:
        wanted.call("scheduler", "create_schedule_group", Name=name, Tags=tag_list(wanted.tags()) or None)
        found = _group(wanted.clients, name) or {}
    attributes = {
        "Arn": str(found.get("Arn") or wanted.arn("scheduler", f"schedule-group/{name}")),
        "State": str(found.get("State", "ACTIVE")),
        "CreationDate": _text(found.get("CreationDate")),
        "LastModificationDate": _text(found.get("LastModificationDate")),
    }
    return Created(name, attributes, wanted.unset("Name"))


def delete_group(clients: Clients, created: Created) -> None:
    """Delete the group with its schedules. Asked first: LocalStack breaks over a group that is gone."""
    if _group(clients, created.physical_id) is None:
        return
    find(clients, "scheduler", "delete_schedule_group", _ABSENT, Name=created.physical_id)


def _group(clients: Clients, name: str) -> dict[str, Any] | None:
    return find(clients, "scheduler", "get_schedule_group", _ABSENT, Name=name)


def _text(moment: Any) -> str:
    """CloudFormation gives dates as text."""
    return moment.isoformat() if hasattr(moment, "isoformat") else str(moment or "")
