"""Resolves `{{resolve:ssm:…}}`, `{{resolve:ssm-secure:…}}` and `{{resolve:secretsmanager:…}}` in text.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re

from emulator.errors import LookupFailedError, TemplateError
from emulator.model import Lookups, Place

_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^{}]*)\}\}")
_SECRET_ARN = re.compile(r"(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]*)(?::(.*))?", re.DOTALL)


def with_references(text: str, lookups: Lookups, place: Place) -> str:
    """The text with every dynamic reference replaced; raises LookupFailedError or TemplateError with the place."""
    if "{{resolve:" not in text:
        return text
    return _REFERENCE.sub(lambda match: _value(match.group(1), match.group(2), lookups, place), text)


def _value(service: str, rest: str, lookups: Lookups, place: Place) -> str:
    try:
        if service in ("ssm", "ssm-secure"):
            name, version = _parameter(rest)
            return lookups.ssm_parameter(name, version)
        if service == "secretsmanager":
            return lookups.secret(*_secret(rest))
    except LookupFailedError:
        raise LookupFailedError(
            "A dynamic reference finds nothing",
            where=str(place),
            found=f"no {service} entry {rest!r}",
            fix="Create it.",
        ) from None
    raise TemplateError(
        "Unknown dynamic reference",
        where=str(place),
        found=f"service {service!r}",
        fix="Use ssm, ssm-secure or secretsmanager.",
    )


def _parameter(rest: str) -> tuple[str, str | None]:
    name, _, version = rest.partition(":")
    return name, version or None


def _secret(rest: str) -> tuple[str, str | None, str | None, str | None]:
    """`secret-id:secret-string:json-key:version-stage:version-id`; the id may be an ARN, which has colons itself."""
    arn = _SECRET_ARN.fullmatch(rest)
    secret_id, options = (arn.group(1), arn.group(2) or "") if arn else rest.partition(":")[::2]
    parts = [*options.split(":"), "", "", "", ""]
    return secret_id, parts[1] or None, parts[2] or None, parts[3] or None
