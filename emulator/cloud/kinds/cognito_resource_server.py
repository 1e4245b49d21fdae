"""AWS::Cognito::UserPoolResourceServer: the scopes that clients of a pool can ask for.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolresourceserver.html
"""

from __future__ import annotations

from emulator.cloud.clients import Clients
from emulator.cloud.differences import differs
from emulator.cloud.wanted import Wanted, find
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)


def ensure(wanted: Wanted) -> Created:
    """Create the resource server, or bring its name and scopes to the template."""
    pool_id, identifier = str(wanted.properties["UserPoolId"]), str(wanted.properties["Identifier"])
    key = {"UserPoolId": pool_id, "Identifier": identifier}
    target = {"Name": wanted.properties["Name"], "Scopes": wanted.properties.get("Scopes") or []}
    found = wanted.find("cognito-idp", "describe_resource_server", _ABSENT, **key)
    if found is None:
        wanted.call("cognito-idp", "create_resource_server", **key, **target)
    elif differs(found["ResourceServer"], target):
        wanted.call("cognito-idp", "update_resource_server", **key, **target)
    return Created(identifier, {"UserPoolId": pool_id}, wanted.unset("UserPoolId", "Identifier", "Name", "Scopes"))


def delete(clients: Clients, created: Created) -> None:
    """Delete it with its scopes."""
    pool_id = created.attributes["UserPoolId"]
    find(clients, "cognito-idp", "delete_resource_server", _ABSENT, UserPoolId=pool_id, Identifier=created.physical_id)
