"""AWS::Cognito::UserPoolUser and AWS::Cognito::UserPoolUserToGroupAttachment.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooluser.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolusertogroupattachment.html
"""

from __future__ import annotations

from emulator.cloud.clients import Clients
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

_ABSENT = ("UserNotFoundException", "ResourceNotFoundException")
_AT_CREATION = ("ClientMetadata", "DesiredDeliveryMediums", "ForceAliasCreation", "MessageAction", "ValidationData")


def ensure(wanted: Wanted) -> Created:
    """Create the user; of an existing one only the attributes follow the template, its password stays."""
    pool_id = str(wanted.properties["UserPoolId"])
    name = str(wanted.properties.get("Username") or wanted.name("Username", longest=128))
    key = {"UserPoolId": pool_id, "Username": name}
    attributes = wanted.properties.get("UserAttributes")
    found = wanted.find("cognito-idp", "admin_get_user", _ABSENT, **key)
    if found is None:
        creation = chosen(wanted.properties, *_AT_CREATION)
        found = wanted.call("cognito-idp", "admin_create_user", **key, UserAttributes=attributes, **creation)["User"]
    elif attributes:
        wanted.call("cognito-idp", "admin_update_user_attributes", **key, UserAttributes=attributes)
    notes = wanted.unset("UserPoolId", "Username", "UserAttributes", *_AT_CREATION)
    # Where people sign in by e-mail, Cognito names the user itself.
    return Created(str(found["Username"]), {"UserPoolId": pool_id}, notes)


def delete(clients: Clients, created: Created) -> None:
    """Delete the user."""
    key = {"UserPoolId": created.attributes["UserPoolId"], "Username": created.physical_id}
    find(clients, "cognito-idp", "admin_delete_user", _ABSENT, **key)


def ensure_membership(wanted: Wanted) -> Created:
    """Put the user into the group; nothing changes for a member."""
    names = ("UserPoolId", "Username", "GroupName")
    key = {name: str(wanted.properties[name]) for name in names}
    wanted.call("cognito-idp", "admin_add_user_to_group", **key)
    return Created("|".join(key.values()), key, wanted.unset(*names))


def delete_membership(clients: Clients, created: Created) -> None:
    """Take the user out of the group."""
    find(clients, "cognito-idp", "admin_remove_user_from_group", _ABSENT, **created.attributes)
