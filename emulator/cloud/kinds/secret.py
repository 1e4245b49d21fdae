"""AWS::SecretsManager::Secret, ResourcePolicy, SecretTargetAttachment and RotationSchedule.

A generated secret is generated once; an existing one is kept.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted, chosen, find, tag_changes, tag_list
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)


def ensure(wanted: Wanted) -> Created:
    """Create the secret, or bring its description, value and tags to the template."""
    name = wanted.name("Name", longest=512)
    found = describe(wanted.clients, name)
    if found is not None and found.get("DeletedDate"):
        wanted.call("secretsmanager", "restore_secret", SecretId=name)
    if found is None:
        creation = chosen(wanted.properties, "Description", "KmsKeyId")
        tags = tag_list(wanted.tags()) or None
        value = _value(wanted)
        answer = wanted.call("secretsmanager", "create_secret", Name=name, SecretString=value, Tags=tags, **creation)
        arn = answer["ARN"]
    else:
        arn = found["ARN"]
        _update(wanted, arn, found)
    unset = wanted.unset("Name", "Description", "KmsKeyId", "SecretString", "GenerateSecretString")
    return Created(arn, {"Id": arn}, unset)


def describe(clients: Clients, name: str) -> dict[str, Any] | None:
    """DescribeSecret's answer, None when there is none."""
    return find(clients, "secretsmanager", "describe_secret", _ABSENT, SecretId=name)


def delete(clients: Clients, created: Created) -> None:
    """Delete the secret at once, without a recovery window."""
    find(
        clients,
        "secretsmanager",
        "delete_secret",
        _ABSENT,
        SecretId=created.physical_id,
        ForceDeleteWithoutRecovery=True,
    )


def ensure_policy(wanted: Wanted) -> Created:
    """Put the policy on the secret."""
    secret, document = str(wanted.properties["SecretId"]), text(wanted.properties["ResourcePolicy"])
    wanted.call("secretsmanager", "put_resource_policy", SecretId=secret, ResourcePolicy=document)
    return Created(secret, {"Id": secret}, wanted.unset("SecretId", "ResourcePolicy", "BlockPublicPolicy"))


def delete_policy(clients: Clients, created: Created) -> None:
    """Take the policy off."""
    find(clients, "secretsmanager", "delete_resource_policy", _ABSENT, SecretId=created.physical_id)


def accept(wanted: Wanted) -> Created:
    """What needs a database or a rotation function: Ref is the secret, as on AWS, and nothing else happens."""
    secret = str(wanted.properties["SecretId"])
    title = f"{wanted.resource.type} {wanted.resource.logical_id}"
    return Created(secret, {"Id": secret}, (f"{title}: has no effect here, the secret stays as it is",))


def forget(_clients: Clients, _created: Created) -> None:
    """There is nothing to take back."""


def _value(wanted: Wanted) -> str:
    if wanted.properties.get("SecretString") is not None:
        return text(wanted.properties["SecretString"])
    given = wanted.properties.get("GenerateSecretString") or {}
    rules = {key: value for key, value in given.items() if key not in ("GenerateStringKey", "SecretStringTemplate")}
    password = str(wanted.call("secretsmanager", "get_random_password", **rules)["RandomPassword"])
    if "GenerateStringKey" not in given:
        return password
    template = json.loads(given.get("SecretStringTemplate") or "{}")
    return json.dumps({**template, str(given["GenerateStringKey"]): password})


def _update(wanted: Wanted, arn: str, found: Mapping[str, Any]) -> None:
    if wanted.properties.get("SecretString") is not None:
        value = text(wanted.properties["SecretString"])
        current = find(wanted.clients, "secretsmanager", "get_secret_value", _ABSENT, SecretId=arn)
        if current is None or current.get("SecretString") != value:
            wanted.call("secretsmanager", "put_secret_value", SecretId=arn, SecretString=value)
    changes = {
        member: value
        for member, value in chosen(wanted.properties, "Description", "KmsKeyId").items()
        if found.get(member) != value
    }
    if changes:
        wanted.call("secretsmanager", "update_secret", SecretId=arn, **changes)
    changed, gone = tag_changes(wanted.tags(), {tag["Key"]: tag["Value"] for tag in found.get("Tags") or ()})
    if changed:
        wanted.call("secretsmanager", "tag_resource", SecretId=arn, Tags=tag_list(changed))
    if gone:
        wanted.call("secretsmanager", "untag_resource", SecretId=arn, TagKeys=gone)
