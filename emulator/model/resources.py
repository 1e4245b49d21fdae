"""CloudFormation resources: wanted, created, and what a template may ask of its account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class Resource:
    """One CloudFormation resource after the SAM transform, in creation order, properties not yet resolved."""

    logical_id: str
    type: str
    place: Place
    depends_on: tuple[str, ...] = ()
    deletion_policy: str = "Delete"


@dataclass(frozen=True, slots=True)
class Created:
    """What `Ref` (physical_id) and `Fn::GetAtt` (attributes) of a resource give once it exists.

    `notes` are sentences for the person: what of the resource has no effect here.
    """

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Lookups(Protocol):
    """What a template may ask of the account it is deployed to. Each raises LookupFailedError when absent."""

    def ssm_parameter(self, name: str, version: str | None) -> str:
        """The (decrypted) value of an SSM parameter."""

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        """A Secrets Manager secret string, or one key of it."""

    def export(self, name: str) -> str:
        """The value another stack exports under this name."""
