"""AWS::Cognito::UserPool. An existing pool is brought to the template in place: its users stay.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.differences import differs, pages
from emulator.cloud.kinds.cognito_pool_mfa import set_factors
from emulator.cloud.kinds.cognito_pool_schema import bring_schema
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

ABSENT = ("ResourceNotFoundException",)
_OWNER = "terrarium:resource"
"""Names of pools are not unique: this tag tells whose a pool is, "<stack>/<LogicalId>"."""
_FIXED = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
_SETTINGS = (
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "Policies",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTier",
    "VerificationMessageTemplate",
)
# What a pool has when the template says nothing. UpdateUserPool sets the rest to its defaults by itself on AWS.
_DEFAULTS: Mapping[str, Any] = {
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
    "AutoVerifiedAttributes": [],
    "DeletionProtection": "INACTIVE",
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        }
    },
}
_NO_EFFECT = {
    "DeviceConfiguration": "devices are not remembered here",
    "EmailConfiguration": "no e-mail leaves this machine",
    "SmsConfiguration": "no text message leaves this machine",
    "UserPoolAddOns": "there is no threat protection here",
}


def ensure(wanted: Wanted) -> Created:
    """Create the pool, or adopt this stack's own and bring its settings, factors, attributes and tags up to date."""
    name = wanted.name("UserPoolName", longest=128)
    found = _own(wanted, name)
    if found is None:
        pool_id = _create(wanted, name)
    else:
        pool_id = found["Id"]
        _update(wanted, found)
    set_factors(wanted, pool_id)
    pool = _described(wanted.clients, pool_id) or {}
    provider = f"cognito-idp.{wanted.region}.amazonaws.com/{pool_id}"
    attributes = {
        "Arn": str(pool["Arn"]),
        "ProviderName": provider,
        "ProviderURL": f"https://{provider}",
        "UserPoolId": pool_id,
    }
    return Created(pool_id, attributes, _notes(wanted, pool, name))


def delete(clients: Clients, created: Created) -> None:
    """Delete the pool with its users, unless its DeletionProtection is on: then it stays, as it does on AWS."""
    pool = _described(clients, created.physical_id)
    if pool is None or pool.get("DeletionProtection") == "ACTIVE":
        return
    for domain in filter(None, (pool.get("Domain"), pool.get("CustomDomain"))):
        # AWS refuses to delete a pool that has a domain.
        find(clients, "cognito-idp", "delete_user_pool_domain", ABSENT, Domain=domain, UserPoolId=created.physical_id)
    find(clients, "cognito-idp", "delete_user_pool", ABSENT, UserPoolId=created.physical_id)


def _own(wanted: Wanted, name: str) -> dict[str, Any] | None:
    """This resource's pool, whatever it is called; else a pool of the name that is nobody's."""
    listed = pages(wanted.clients, "cognito-idp", "list_user_pools", "UserPools", MaxResults=60)
    pools = [pool for one in listed if (pool := _described(wanted.clients, one["Id"])) is not None]
    owners = [(pool.get("UserPoolTags") or {}).get(_OWNER) for pool in pools]
    for pool, owner in zip(pools, owners, strict=True):
        if owner == _mark(wanted):
            return pool
    return next((pool for pool, owner in zip(pools, owners, strict=True) if not owner and pool["Name"] == name), None)


def _described(clients: Clients, pool_id: str) -> dict[str, Any] | None:
    answer = find(clients, "cognito-idp", "describe_user_pool", ABSENT, UserPoolId=pool_id)
    return None if answer is None else answer["UserPool"]


def _create(wanted: Wanted, name: str) -> str:
    creation = chosen(wanted.properties, *_FIXED, "Schema")
    answer = wanted.call("cognito-idp", "create_user_pool", PoolName=name, **creation, **_target(wanted))
    return str(answer["UserPool"]["Id"])


def _update(wanted: Wanted, found: Mapping[str, Any]) -> None:
    for member in _FIXED:
        if differs(found.get(member) or [], wanted.properties.get(member) or []):
            raise wanted.refuse(
                f"{member} differs, which on AWS makes a new pool without its users",
                "Take the change back, or delete the pool first (`make reset` deletes everything).",
            )
    bring_schema(wanted, found)
    target = _target(wanted)
    if differs(found, target):
        wanted.call("cognito-idp", "update_user_pool", UserPoolId=found["Id"], **target)


def _target(wanted: Wanted) -> dict[str, Any]:
    tags = {str(key): str(value) for key, value in (wanted.properties.get("UserPoolTags") or {}).items()}
    given = chosen(wanted.properties, *_SETTINGS)
    return {**_DEFAULTS, **given, "UserPoolTags": {**tags, _OWNER: _mark(wanted)}}


def _mark(wanted: Wanted) -> str:
    return f"{wanted.stack}/{wanted.resource.logical_id}"


def _notes(wanted: Wanted, pool: Mapping[str, Any], name: str) -> tuple[str, ...]:
    title = f"{wanted.resource.type} {wanted.resource.logical_id}"
    handled = ("UserPoolName", "UserPoolTags", "Schema", "MfaConfiguration", "EnabledMfas", *_FIXED, *_SETTINGS)
    # Triggers of a pool (LambdaConfig) are noted where the template is read.
    notes = [*wanted.unset("LambdaConfig", *handled)]
    if wanted.clients.is_local("cognito-idp"):
        notes += [f"{title}: {why}" for member, why in _NO_EFFECT.items() if wanted.properties.get(member)]
    if pool.get("Name") != name:
        notes.append(f"{title}: the pool keeps its name {pool.get('Name')}")
    given = chosen(wanted.properties, *_SETTINGS)
    dropped = [member for member, value in given.items() if differs(pool.get(member), value)]
    return (*notes, *(f"{title}: this backend does not keep {member}" for member in dropped))
