"""AWS::IAM::Policy (inline, on roles) and AWS::IAM::ManagedPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
"""

from __future__ import annotations

import json

from emulator.cloud.clients import Clients
from emulator.cloud.kinds.iam_role import policy_text, same_document
from emulator.cloud.wanted import Wanted, call, find
from emulator.model import Created

_ABSENT = ("NoSuchEntity", "NoSuchEntityException")


def ensure(wanted: Wanted) -> Created:
    """Put the policy on each of its roles."""
    name, document = wanted.name("PolicyName"), policy_text(wanted.properties["PolicyDocument"])
    roles = [str(role) for role in wanted.properties.get("Roles") or ()]
    for role in roles:
        found = find(wanted.clients, "iam", "get_role_policy", _ABSENT, RoleName=role, PolicyName=name)
        if found is None or not same_document(found["PolicyDocument"], document):
            wanted.call("iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=document)
    unset = wanted.unset("PolicyName", "PolicyDocument", "Roles")
    return Created(name, {"Id": name, "Roles": json.dumps(roles)}, unset)


def delete(clients: Clients, created: Created) -> None:
    """Take the policy off its roles."""
    for role in json.loads(created.attributes.get("Roles", "[]")):
        find(clients, "iam", "delete_role_policy", _ABSENT, RoleName=role, PolicyName=created.physical_id)


def ensure_managed(wanted: Wanted) -> Created:
    """Create the policy or make a new default version, and attach it to its roles."""
    name, document = wanted.name("ManagedPolicyName", longest=128), policy_text(wanted.properties["PolicyDocument"])
    path = str(wanted.properties.get("Path", "/"))
    arn = f"arn:aws:iam::{wanted.account_id}:policy{path}{name}"
    found = find(wanted.clients, "iam", "get_policy", _ABSENT, PolicyArn=arn)
    if found is None:
        description = wanted.properties.get("Description")
        answer = wanted.call(
            "iam", "create_policy", PolicyName=name, Path=path, PolicyDocument=document, Description=description
        )
        arn = answer["Policy"]["Arn"]
    else:
        _new_version(wanted, arn, found["Policy"]["DefaultVersionId"], document)
    for role in wanted.properties.get("Roles") or ():
        wanted.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)
    handled = ("ManagedPolicyName", "PolicyDocument", "Path", "Description", "Roles")
    return Created(arn, {"PolicyArn": arn}, wanted.unset(*handled))


def delete_managed(clients: Clients, created: Created) -> None:
    """Detach the policy and delete it with all its versions."""
    arn = created.physical_id
    entities = find(clients, "iam", "list_entities_for_policy", _ABSENT, PolicyArn=arn)
    for role in (entities or {}).get("PolicyRoles") or ():
        find(clients, "iam", "detach_role_policy", _ABSENT, RoleName=role["RoleName"], PolicyArn=arn)
    versions = find(clients, "iam", "list_policy_versions", _ABSENT, PolicyArn=arn)
    for version in (versions or {}).get("Versions") or ():
        if not version["IsDefaultVersion"]:
            call(clients, "iam", "delete_policy_version", PolicyArn=arn, VersionId=version["VersionId"])
    find(clients, "iam", "delete_policy", _ABSENT, PolicyArn=arn)


def _new_version(wanted: Wanted, arn: str, default: str, document: str) -> None:
    version = wanted.call("iam", "get_policy_version", PolicyArn=arn, VersionId=default)["PolicyVersion"]
    if same_document(version["Document"], document):
        return
    # A policy holds five versions at most.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
    versions = wanted.call("iam", "list_policy_versions", PolicyArn=arn)["Versions"]
    spare = sorted(one["VersionId"] for one in versions if not one["IsDefaultVersion"])
    if len(versions) >= 5:
        wanted.call("iam", "delete_policy_version", PolicyArn=arn, VersionId=spare[0])
    wanted.call("iam", "create_policy_version", PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
