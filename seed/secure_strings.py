"""SecureStrings in Parameter Store with random values. CloudFormation cannot create them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any


def ensure(ssm: Any, path: str, names: Sequence[str]) -> dict[str, str]:
    """The secrets under a path by name; those that do not exist get a random value, those that do keep theirs."""
    found = _read(ssm, path, names)
    for name in names:
        if name not in found:
            _create(ssm, f"{path}/{name}")
    return found if len(found) == len(names) else _read(ssm, path, names)


def _read(ssm: Any, path: str, names: Sequence[str]) -> dict[str, str]:
    answer = ssm.get_parameters(Names=[f"{path}/{name}" for name in names], WithDecryption=True)
    return {one["Name"].rpartition("/")[2]: one["Value"] for one in answer["Parameters"]}


def _create(ssm: Any, name: str) -> None:
    try:
        ssm.put_parameter(Name=name, Value=secrets.token_urlsafe(48), Type="SecureString", Overwrite=False)
    except ssm.exceptions.ParameterAlreadyExists:
        # Somebody else did at the same moment; theirs counts.
        return
