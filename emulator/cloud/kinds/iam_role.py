"""AWS::IAM::Role. Backends do not enforce it; handlers and tests can read it back.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from emulator.cloud.clients import Clients
from emulator.cloud.wanted import Wanted, call, chosen, find, tag_changes, tag_list
from emulator.model import Created

_ABSENT = ("NoSuchEntity", "NoSuchEntityException")
_CREATED_WITH = ("Description", "MaxSessionDuration", "PermissionsBoundary", "Path")


def ensure(wanted: Wanted) -> Created:
    """Create the role or bring trust, policies and tags to the template."""
    name = wanted.name("RoleName", longest=64)
    trust = json.dumps(wanted.properties["AssumeRolePolicyDocument"])
    found = describe(wanted.clients, name)
    if found is None:
        creation = chosen(wanted.properties, *_CREATED_WITH)
        tags = tag_list(wanted.tags()) or None
        answer = wanted.call("iam", "create_role", RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags, **creation)
        found = answer["Role"]
    else:
        _update(wanted, name, trust, found)
    _inline_policies(wanted, name)
    notes = _managed_policies(wanted, name)
    handled = ("RoleName", "AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies", *_CREATED_WITH)
    return Created(name, {"Arn": found["Arn"], "RoleId": found["RoleId"]}, (*notes, *wanted.unset(*handled)))


def describe(clients: Clients, name: str) -> dict[str, Any] | None:
    """GetRole's Role, None when there is none."""
    answer = find(clients, "iam", "get_role", _ABSENT, RoleName=name)
    return None if answer is None else answer["Role"]


def delete(clients: Clients, created: Created) -> None:
    """Delete the role with its inline policies; managed ones are detached."""
    name = created.physical_id
    if describe(clients, name) is None:
        return
    for policy in call(clients, "iam", "list_role_policies", RoleName=name)["PolicyNames"]:
        call(clients, "iam", "delete_role_policy", RoleName=name, PolicyName=policy)
    for attached in call(clients, "iam", "list_attached_role_policies", RoleName=name)["AttachedPolicies"]:
        call(clients, "iam", "detach_role_policy", RoleName=name, PolicyArn=attached["PolicyArn"])
    find(clients, "iam", "delete_role", _ABSENT, RoleName=name)


def policy_text(document: Mapping[str, Any]) -> str:
    """The document as IAM takes it. AWS lets Version out and then means 2008-10-17; LocalStack refuses that."""
    return json.dumps({"Version": "2012-10-17", **document})


def same_document(found: Any, target: str) -> bool:
    """IAM gives documents back URL-encoded; the SDK decodes most of them to a dict."""
    return bool((found if isinstance(found, Mapping) else json.loads(unquote(found))) == json.loads(target))


def _update(wanted: Wanted, name: str, trust: str, found: Mapping[str, Any]) -> None:
    if not same_document(found["AssumeRolePolicyDocument"], trust):
        wanted.call("iam", "update_assume_role_policy", RoleName=name, PolicyDocument=trust)
    changes = chosen(wanted.properties, "Description", "MaxSessionDuration")
    if any(str(found.get(member)) != str(value) for member, value in changes.items()):
        wanted.call("iam", "update_role", RoleName=name, **changes)
    changed, gone = tag_changes(wanted.tags(), {tag["Key"]: tag["Value"] for tag in found.get("Tags") or ()})
    if changed:
        wanted.call("iam", "tag_role", RoleName=name, Tags=tag_list(changed))
    if gone:
        wanted.call("iam", "untag_role", RoleName=name, TagKeys=gone)


def _inline_policies(wanted: Wanted, name: str) -> None:
    """Only those named in the role are touched: AWS::IAM::Policy adds its own to the same list."""
    for policy in wanted.properties.get("Policies") or ():
        document = policy_text(policy["PolicyDocument"])
        found = find(wanted.clients, "iam", "get_role_policy", _ABSENT, RoleName=name, PolicyName=policy["PolicyName"])
        if found is None or not same_document(found["PolicyDocument"], document):
            wanted.call(
                "iam", "put_role_policy", RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=document
            )


def _managed_policies(wanted: Wanted, name: str) -> tuple[str, ...]:
    target = [str(arn) for arn in wanted.properties.get("ManagedPolicyArns") or ()]
    attached = wanted.call("iam", "list_attached_role_policies", RoleName=name)["AttachedPolicies"]
    existing = {policy["PolicyArn"] for policy in attached}
    missing = []
    for arn in target:
        if arn in existing:
            continue
        answer = find(wanted.clients, "iam", "attach_role_policy", _ABSENT, RoleName=name, PolicyArn=arn)
        if answer is None:
            missing.append(f"{name}: the backend does not know the managed policy {arn}")
    return tuple(missing)
