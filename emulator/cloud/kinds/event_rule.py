"""AWS::Events::EventBus, EventBusPolicy and Rule. Targets that are functions are Terrarium's own event sources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, call, chosen, find, tag_list
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)


def ensure_bus(wanted: Wanted) -> Created:
    """Create the event bus."""
    name = wanted.name("Name", longest=256)
    found = find(wanted.clients, "events", "describe_event_bus", _ABSENT, Name=name)
    if found is None:
        creation = chosen(wanted.properties, "Description", "KmsKeyIdentifier", "DeadLetterConfig")
        tags = tag_list(wanted.tags()) or None
        found = wanted.call("events", "create_event_bus", Name=name, Tags=tags, **creation)
    arn = found.get("Arn") or found["EventBusArn"]
    unset = wanted.unset("Name", "Description", "KmsKeyIdentifier", "DeadLetterConfig")
    return Created(name, {"Arn": arn, "Name": name}, unset)


def delete_bus(clients: Clients, created: Created) -> None:
    """Delete the bus."""
    find(clients, "events", "delete_event_bus", _ABSENT, Name=created.physical_id)


def ensure_bus_policy(wanted: Wanted) -> Created:
    """Put one statement on the bus's policy."""
    members = chosen(wanted.properties, "EventBusName", "StatementId", "Action", "Principal", "Condition")
    statement = wanted.properties.get("Statement")
    if statement is not None:
        document = {"Version": "2012-10-17", "Statement": [{"Sid": wanted.properties["StatementId"], **statement}]}
        members = {**chosen(wanted.properties, "EventBusName"), "Policy": text(document)}
    wanted.call("events", "put_permission", **members)
    bus = str(wanted.properties.get("EventBusName", "default"))
    return Created(f"{bus}|{wanted.properties['StatementId']}")


def delete_bus_policy(clients: Clients, created: Created) -> None:
    """Take the statement off."""
    bus, _, statement = created.physical_id.partition("|")
    find(clients, "events", "remove_permission", _ABSENT, EventBusName=bus, StatementId=statement)


def ensure(wanted: Wanted) -> Created:
    """Put the rule and bring its targets to the template."""
    name = wanted.name("Name", longest=64)
    bus = wanted.properties.get("EventBusName")
    members = chosen(wanted.properties, "Description", "EventPattern", "RoleArn", "ScheduleExpression", "State")
    if _is_fired_by_terrarium(wanted) and "EventPattern" in members:
        # The backend matches the pattern; were it to know the schedule, it would fire, too.
        members.pop("ScheduleExpression")
    tags = tag_list(wanted.tags()) or None
    arn = wanted.call("events", "put_rule", Name=name, EventBusName=bus, Tags=tags, **members)["RuleArn"]
    _targets(wanted, name, bus)
    handled = (
        "Name",
        "EventBusName",
        "Targets",
        "Description",
        "EventPattern",
        "RoleArn",
        "ScheduleExpression",
        "State",
    )
    physical = f"{bus}|{name}" if bus and bus != "default" else name
    return Created(physical, {"Arn": arn}, wanted.unset(*handled))


def delete(clients: Clients, created: Created) -> None:
    """Delete the rule with its targets."""
    bus, _, name = created.physical_id.rpartition("|")
    where = {"EventBusName": bus or "default"}
    found = find(clients, "events", "list_targets_by_rule", _ABSENT, Rule=name, **where)
    ids = [target["Id"] for target in (found or {}).get("Targets") or ()]
    if ids:
        call(clients, "events", "remove_targets", Rule=name, Ids=ids, **where)
    find(clients, "events", "delete_rule", _ABSENT, Name=name, **where)


def _targets(wanted: Wanted, name: str, bus: str | None) -> None:
    """Those that are functions are Terrarium's own event sources; so are targets whose Id begins with terrarium-."""
    local = wanted.clients.is_local("events")
    given = [dict(target) for target in wanted.properties.get("Targets") or ()]
    if _is_fired_by_terrarium(wanted) and not wanted.properties.get("EventPattern"):
        given = []
    target = [one for one in given if not (local and _is_function(one))]
    found = wanted.call("events", "list_targets_by_rule", Rule=name, EventBusName=bus).get("Targets") or ()
    kept = {one["Id"] for one in target}
    gone = [one["Id"] for one in found if one["Id"] not in kept and not one["Id"].startswith("terrarium-")]
    if gone:
        wanted.call("events", "remove_targets", Rule=name, EventBusName=bus, Ids=gone)
    if target:
        wanted.call("events", "put_targets", Rule=name, EventBusName=bus, Targets=target)


def _is_fired_by_terrarium(wanted: Wanted) -> bool:
    """Schedules are Terrarium's own event sources; a backend that knew their targets would call them as well."""
    return wanted.clients.is_local("events") and bool(wanted.properties.get("ScheduleExpression"))


def _is_function(target: dict[str, Any]) -> bool:
    return ":lambda:" in str(target.get("Arn", "")) and ":function:" in str(target["Arn"])
