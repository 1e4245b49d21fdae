"""AWS::Cognito::UserPoolClient. An existing client keeps its id and secret.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.differences import differs, pages
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)
_SETTINGS = (
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
    "ExplicitAuthFlows",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
)


def ensure(wanted: Wanted) -> Created:
    """Create the client, or bring the pool's client of this name to the template."""
    pool_id, name = str(wanted.properties["UserPoolId"]), wanted.name("ClientName", longest=128)
    secret = text(wanted.properties.get("GenerateSecret") or False) == "true"
    given = chosen(wanted.properties, *_SETTINGS)
    found = _named(wanted, pool_id, name, secret)
    if found is None:
        creation = {"UserPoolId": pool_id, "ClientName": name, "GenerateSecret": secret, **given}
        found = wanted.call("cognito-idp", "create_user_pool_client", **creation)["UserPoolClient"]
    else:
        target = {**_blank(found, given), **given}
        if differs(found, target):
            changed = {"UserPoolId": pool_id, "ClientId": found["ClientId"], "ClientName": name, **target}
            found = wanted.call("cognito-idp", "update_user_pool_client", **changed)["UserPoolClient"]
    return Created(str(found["ClientId"]), _attributes(found, pool_id, name), _notes(wanted, found, given))


def delete(clients: Clients, created: Created) -> None:
    """Delete the client; its tokens stay valid until they expire."""
    pool_id = created.attributes["UserPoolId"]
    find(clients, "cognito-idp", "delete_user_pool_client", _ABSENT, UserPoolId=pool_id, ClientId=created.physical_id)


def _named(wanted: Wanted, pool_id: str, name: str, secret: bool) -> dict[str, Any] | None:
    """The client of this name. One with a secret never becomes one without: AWS makes a new client, too."""
    listed = pages(
        wanted.clients, "cognito-idp", "list_user_pool_clients", "UserPoolClients", UserPoolId=pool_id, MaxResults=60
    )
    for client_id in [one["ClientId"] for one in listed if one["ClientName"] == name]:
        answer = wanted.find(
            "cognito-idp", "describe_user_pool_client", _ABSENT, UserPoolId=pool_id, ClientId=client_id
        )
        if answer is not None and bool(answer["UserPoolClient"].get("ClientSecret")) == secret:
            client: dict[str, Any] = answer["UserPoolClient"]
            return client
    return None


def _blank(found: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What left the template, as it is when nobody sets it."""
    lists: dict[str, Any] = {name: [] for name in _SETTINGS if isinstance(found.get(name), list) and name not in given}
    # AWS fills in the flows and providers that it allows by default: leave those to it.
    for name in ("ExplicitAuthFlows", "ReadAttributes", "WriteAttributes", "SupportedIdentityProviders"):
        lists.pop(name, None)
    flag = {"AllowedOAuthFlowsUserPoolClient": False} if found.get("AllowedOAuthFlowsUserPoolClient") else {}
    return {**lists, **flag}


def _attributes(client: Mapping[str, Any], pool_id: str, name: str) -> dict[str, str]:
    attributes = {"ClientId": str(client["ClientId"]), "Name": name, "UserPoolId": pool_id}
    if client.get("ClientSecret"):
        attributes["ClientSecret"] = str(client["ClientSecret"])
    return attributes


def _notes(wanted: Wanted, client: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[str, ...]:
    title = f"{wanted.resource.type} {wanted.resource.logical_id}"
    dropped = [name for name, value in given.items() if differs(client.get(name), value)]
    kept = tuple(f"{title}: this backend does not keep {name}" for name in dropped)
    return (*wanted.unset("UserPoolId", "ClientName", "GenerateSecret", *_SETTINGS), *kept)
