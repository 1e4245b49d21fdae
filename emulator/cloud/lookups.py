"""What templates ask of the account: SSM parameters, secrets, exports of other stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import json

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.wanted import call, find
from emulator.errors import LookupFailedError

_NO_PARAMETER = ("ParameterNotFound", "ParameterVersionNotFound", "ValidationException")
_NO_SECRET = ("ResourceNotFoundException", "InvalidRequestException")


class AccountLookups:
    """Implements `model.Lookups` on a backend. Every method raises LookupFailedError when there is no such value."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def ssm_parameter(self, name: str, version: str | None) -> str:
        """The decrypted value."""
        full = f"{name}:{version}" if version else name
        with calling(self._clients.url("ssm")):
            answer = find(self._clients, "ssm", "get_parameter", _NO_PARAMETER, Name=full, WithDecryption=True)
        if answer is None:
            raise LookupFailedError(
                f"There is no SSM parameter {full}",
                where=self._clients.url("ssm"),
                fix=f"Create it: aws ssm put-parameter --name {name} --type String --value …",
            )
        return str(answer["Parameter"]["Value"])

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        """The secret string, or one key of it."""
        with calling(self._clients.url("secretsmanager")):
            answer = find(
                self._clients,
                "secretsmanager",
                "get_secret_value",
                _NO_SECRET,
                SecretId=secret_id,
                VersionStage=version_stage,
                VersionId=version_id,
            )
        if answer is None or "SecretString" not in answer:
            raise LookupFailedError(
                f"There is no secret {secret_id}",
                where=self._clients.url("secretsmanager"),
                fix=f"Create it: aws secretsmanager create-secret --name {secret_id} --secret-string …",
            )
        return _key_of(str(answer["SecretString"]), secret_id, json_key)

    def export(self, name: str) -> str:
        """The value a CloudFormation stack on the backend exports."""
        token = None
        with calling(self._clients.url("cloudformation")):
            while True:
                page = call(self._clients, "cloudformation", "list_exports", NextToken=token)
                for one in page.get("Exports") or ():
                    if one["Name"] == name:
                        return str(one["Value"])
                token = page.get("NextToken")
                if not token:
                    break
        raise LookupFailedError(
            f"No stack exports {name}",
            where=self._clients.url("cloudformation"),
            fix="Start the stack that exports it first.",
        )


def _key_of(secret: str, secret_id: str, json_key: str | None) -> str:
    if not json_key:
        return secret
    try:
        value = json.loads(secret)[json_key]
    except (ValueError, KeyError, TypeError):
        raise LookupFailedError(
            f"The secret {secret_id} has no key {json_key}", fix="Correct the reference or the secret's JSON."
        ) from None
    return value if isinstance(value, str) else json.dumps(value)
