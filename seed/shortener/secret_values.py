"""The secrets that the shortener reads from Parameter Store. CloudFormation cannot create SecureStrings."""

from __future__ import annotations

import secrets
from typing import Any

NAMES = ("jwt-secret", "paging-secret", "ip-salt", "user-agent-salt")


def ensure(ssm: Any, stage: str) -> dict[str, str]:
    """The secrets of a stage by name; those that do not exist get a random value, those that do keep theirs."""
    path = f"/shortener/{stage}"
    found = _read(ssm, path)
    for name in NAMES:
        if name not in found:
            _create(ssm, f"{path}/{name}")
    return found if len(found) == len(NAMES) else _read(ssm, path)


def _read(ssm: Any, path: str) -> dict[str, str]:
    answer = ssm.get_parameters(Names=[f"{path}/{name}" for name in NAMES], WithDecryption=True)
    return {one["Name"].rpartition("/")[2]: one["Value"] for one in answer["Parameters"]}


def _create(ssm: Any, name: str) -> None:
    try:
        ssm.put_parameter(Name=name, Value=secrets.token_urlsafe(48), Type="SecureString", Overwrite=False)
    except ssm.exceptions.ParameterAlreadyExists:
        # Somebody else did at the same moment; theirs counts.
        return
