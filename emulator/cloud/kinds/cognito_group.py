"""AWS::Cognito::UserPoolGroup. Its members are not the template's: they stay.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolgroup.html
"""

from __future__ import annotations

from emulator.cloud.clients import Clients
from emulator.cloud.differences import differs
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)
_SETTINGS = ("Description", "Precedence", "RoleArn")


def ensure(wanted: Wanted) -> Created:
    """Create the group, or bring its description, precedence and role to the template."""
    pool_id, name = str(wanted.properties["UserPoolId"]), wanted.name("GroupName", longest=128)
    group = {"UserPoolId": pool_id, "GroupName": name}
    given = chosen(wanted.properties, *_SETTINGS)
    notes = wanted.unset("UserPoolId", "GroupName", *_SETTINGS)
    found = wanted.find("cognito-idp", "get_group", _ABSENT, **group)
    if found is None:
        wanted.call("cognito-idp", "create_group", **group, **given)
    elif differs(found["Group"], given):
        # MiniStack has no UpdateGroup; to make the group anew would lose its members.
        changed = wanted.find("cognito-idp", "update_group", ("InvalidAction",), **group, **given)
        if changed is None:
            notes = (*notes, f"{wanted.resource.type} {wanted.resource.logical_id}: this backend keeps it as it was")
    return Created(name, {"UserPoolId": pool_id}, notes)


def delete(clients: Clients, created: Created) -> None:
    """Delete the group; its members stay users."""
    pool_id = created.attributes["UserPoolId"]
    find(clients, "cognito-idp", "delete_group", _ABSENT, UserPoolId=pool_id, GroupName=created.physical_id)
