"""AWS::Cognito::IdentityPool and AWS::Cognito::IdentityPoolRoleAttachment.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-identitypool.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.differences import differs, pages
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

_SERVICE = "cognito-identity"
_ABSENT = ("ResourceNotFoundException",)
_SETTINGS = (
    "AllowClassicFlow",
    "AllowUnauthenticatedIdentities",
    "CognitoIdentityProviders",
    "DeveloperProviderName",
    "SamlProviderARNs",
    "SupportedLoginProviders",
)


def ensure(wanted: Wanted) -> Created:
    """Create the identity pool, or bring the one of this name to the template; its identities stay."""
    name = wanted.name("IdentityPoolName", longest=128)
    target = chosen(wanted.properties, *_SETTINGS)
    if wanted.properties.get("OpenIdConnectProviderARNs"):
        target["OpenIdConnectProviderARNs"] = wanted.properties["OpenIdConnectProviderARNs"]
    listed = pages(wanted.clients, _SERVICE, "list_identity_pools", "IdentityPools", MaxResults=60)
    pool_id = next((one["IdentityPoolId"] for one in listed if one["IdentityPoolName"] == name), None)
    if pool_id is None:
        pool_id = wanted.call(_SERVICE, "create_identity_pool", IdentityPoolName=name, **target)["IdentityPoolId"]
    else:
        found: dict[str, Any] = wanted.call(_SERVICE, "describe_identity_pool", IdentityPoolId=pool_id)
        if differs(found, target):
            wanted.call(_SERVICE, "update_identity_pool", IdentityPoolId=pool_id, IdentityPoolName=name, **target)
    notes = wanted.unset("IdentityPoolName", "OpenIdConnectProviderARNs", *_SETTINGS)
    return Created(str(pool_id), {"Id": str(pool_id), "Name": name}, notes)


def delete(clients: Clients, created: Created) -> None:
    """Delete the pool with its identities."""
    find(clients, _SERVICE, "delete_identity_pool", _ABSENT, IdentityPoolId=created.physical_id)


def ensure_roles(wanted: Wanted) -> Created:
    """Set the roles that signed-in and other callers get."""
    pool_id = str(wanted.properties["IdentityPoolId"])
    roles = wanted.properties.get("Roles") or {}
    wanted.call(_SERVICE, "set_identity_pool_roles", IdentityPoolId=pool_id, Roles=roles)
    # RoleMappings are named by provider here and by logical name in templates; callers get the roles above.
    return Created(pool_id, {"Id": pool_id}, wanted.unset("IdentityPoolId", "Roles"))


def delete_roles(clients: Clients, created: Created) -> None:
    """Take the roles away."""
    find(clients, _SERVICE, "set_identity_pool_roles", _ABSENT, IdentityPoolId=created.physical_id, Roles={})
