"""AWS::KMS::Key and AWS::KMS::Alias. A key has no name: an alias of ours finds it again.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

_ABSENT = ("NotFoundException",)
_GONE = (*_ABSENT, "KMSInvalidStateException")
_CREATED_WITH = ("Description", "KeySpec", "KeyUsage", "MultiRegion", "Origin", "BypassPolicyLockoutSafetyCheck")


def ensure(wanted: Wanted) -> Created:
    """Create the key or bring description, policy, rotation and state to the template."""
    alias = f"alias/terrarium/{wanted.stack}/{wanted.resource.logical_id}"
    found = find(wanted.clients, "kms", "describe_key", _ABSENT, KeyId=alias)
    policy = wanted.properties.get("KeyPolicy")
    if found is None:
        tags = [{"TagKey": key, "TagValue": value} for key, value in wanted.tags().items()] or None
        creation = chosen(wanted.properties, *_CREATED_WITH)
        answer = wanted.call("kms", "create_key", Tags=tags, Policy=policy, **creation)
        key = answer["KeyMetadata"]
        wanted.call("kms", "create_alias", AliasName=alias, TargetKeyId=key["KeyId"])
    else:
        key = found["KeyMetadata"]
        _update(wanted, key)
    _rotation(wanted, key)
    unset = wanted.unset("KeyPolicy", "EnableKeyRotation", "Enabled", "PendingWindowInDays", *_CREATED_WITH)
    return Created(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]}, unset)


def delete(clients: Clients, created: Created) -> None:
    """Schedule the key's deletion, the shortest window AWS allows."""
    for alias in (find(clients, "kms", "list_aliases", _ABSENT, KeyId=created.physical_id) or {}).get("Aliases") or ():
        find(clients, "kms", "delete_alias", _ABSENT, AliasName=alias["AliasName"])
    find(clients, "kms", "schedule_key_deletion", _GONE, KeyId=created.physical_id, PendingWindowInDays=7)


def ensure_alias(wanted: Wanted) -> Created:
    """Create the alias or point it at the key."""
    name, target = str(wanted.properties["AliasName"]), wanted.properties["TargetKeyId"]
    found = find(wanted.clients, "kms", "describe_key", _ABSENT, KeyId=name)
    if found is None:
        wanted.call("kms", "create_alias", AliasName=name, TargetKeyId=target)
    elif target not in (found["KeyMetadata"]["KeyId"], found["KeyMetadata"]["Arn"]):
        wanted.call("kms", "update_alias", AliasName=name, TargetKeyId=target)
    return Created(name, {"AliasName": name})


def delete_alias(clients: Clients, created: Created) -> None:
    """Delete the alias; the key stays."""
    find(clients, "kms", "delete_alias", _ABSENT, AliasName=created.physical_id)


def _update(wanted: Wanted, key: dict[str, Any]) -> None:
    description = text(wanted.properties.get("Description", ""))
    if key.get("Description", "") != description:
        wanted.call("kms", "update_key_description", KeyId=key["KeyId"], Description=description)
    if wanted.properties.get("KeyPolicy"):
        policy = wanted.properties["KeyPolicy"]
        wanted.call("kms", "put_key_policy", KeyId=key["KeyId"], PolicyName="default", Policy=policy)


def _rotation(wanted: Wanted, key: dict[str, Any]) -> None:
    if text(wanted.properties.get("EnableKeyRotation", False)) == "true":
        wanted.call("kms", "enable_key_rotation", KeyId=key["KeyId"])
    enabled = text(wanted.properties.get("Enabled", True)) == "true"
    if enabled != bool(key.get("Enabled", True)):
        wanted.call("kms", "enable_key" if enabled else "disable_key", KeyId=key["KeyId"])
