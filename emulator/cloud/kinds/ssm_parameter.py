"""AWS::SSM::Parameter. CloudFormation cannot make a SecureString; one that exists under the name is kept as it is.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, chosen, find, tag_changes, tag_list
from emulator.model import Created

_ABSENT = ("ParameterNotFound",)
_DETAILS = ("Description", "AllowedPattern", "Tier", "DataType", "Policies")


def ensure(wanted: Wanted) -> Created:
    """Store the parameter; an unchanged one keeps its version."""
    name = wanted.name("Name")
    kind, value = str(wanted.properties.get("Type", "String")), text(wanted.properties["Value"])
    found = describe(wanted.clients, name)
    notes = wanted.unset("Name", "Type", "Value", *_DETAILS)
    if found is not None and found["Type"] == "SecureString" and kind != "SecureString":
        notes = (*notes, f"{name} is a SecureString already: its value and type are kept")
        return Created(name, {"Type": "SecureString", "Value": found["Value"]}, notes)
    if found is None or (found["Type"], found["Value"]) != (kind, value) or _details_differ(wanted, name):
        details = chosen(wanted.properties, *_DETAILS)
        wanted.call("ssm", "put_parameter", Name=name, Type=kind, Value=value, Overwrite=found is not None, **details)
    _tags(wanted, name, created=found is None)
    return Created(name, {"Type": kind, "Value": value}, notes)


def describe(clients: Clients, name: str) -> dict[str, Any] | None:
    """GetParameter's Parameter, decrypted; None when there is none."""
    answer = find(clients, "ssm", "get_parameter", _ABSENT, Name=name, WithDecryption=True)
    return None if answer is None else answer["Parameter"]


def delete(clients: Clients, created: Created) -> None:
    """Delete the parameter with its history."""
    find(clients, "ssm", "delete_parameter", _ABSENT, Name=created.physical_id)


def _details_differ(wanted: Wanted, name: str) -> bool:
    given = chosen(wanted.properties, "Description", "AllowedPattern", "Tier")
    if not given:
        return False
    name_is = {"Key": "Name", "Option": "Equals", "Values": [name]}
    found = wanted.call("ssm", "describe_parameters", ParameterFilters=[name_is]).get("Parameters") or [{}]
    return any(_value(found[0], detail) != text(value) for detail, value in given.items())


def _value(parameter: Mapping[str, Any], detail: str) -> str:
    return str(parameter.get(detail, "Standard" if detail == "Tier" else ""))


def _tags(wanted: Wanted, name: str, *, created: bool) -> None:
    target = wanted.tags()
    if created and not target:
        return
    where = {"ResourceType": "Parameter", "ResourceId": name}
    found = wanted.call("ssm", "list_tags_for_resource", **where).get("TagList") or ()
    changed, gone = tag_changes(target, {tag["Key"]: tag["Value"] for tag in found})
    if changed:
        wanted.call("ssm", "add_tags_to_resource", **where, Tags=tag_list(changed))
    if gone:
        wanted.call("ssm", "remove_tags_from_resource", **where, TagKeys=gone)
