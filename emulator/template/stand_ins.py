"""Made-up identities and lookups: what a template would refer to if everything existed.

With them a template can be read and checked completely before anything is created.
"""

from __future__ import annotations

from collections.abc import Collection

from emulator.model import Created
from emulator.template.names import Names


def stand_in(names: Names, logical_id: str, type_: str, attributes: Collection[str]) -> Created:
    """A plausible physical id, and a value for every attribute that is asked for."""
    parts = type_.split("::")
    service = parts[1].lower() if len(parts) > 1 else "unknown"
    name = names.physical(logical_id)
    return Created(name, {attribute: _attribute(names, service, name, attribute) for attribute in attributes})


def _attribute(names: Names, service: str, name: str, attribute: str) -> str:
    if service == "s3" and attribute.endswith("DomainName"):
        return f"{name}.s3.{names.context.region}.amazonaws.com"
    return names.arn(service, name) if attribute.endswith("Arn") else f"{name}-{attribute}"


class StandInLookups:
    """Finds everything: for checking a template without asking a cloud."""

    def ssm_parameter(self, name: str, version: str | None) -> str:
        return f"{name}:{version}" if version else name

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        return ":".join(part for part in (secret_id, json_key, version_stage, version_id) if part)

    def export(self, name: str) -> str:
        return name
