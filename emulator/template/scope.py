"""What intrinsic functions may refer to: parameters, pseudo parameters, mappings, conditions, created resources."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import TemplateError
from emulator.model import Created, Lookups
from emulator.template.context import Context
from emulator.template.places import Places, Trail


class NoValue:
    """What AWS::NoValue resolves to: the property is as good as not written."""


NO_VALUE = NoValue()


@dataclass(frozen=True, slots=True)
class Scope:
    """Names an expression may use. `declared` are the logical ids whose condition holds, `dropped` the others."""

    places: Places
    lookups: Lookups
    parameters: Mapping[str, Any] = field(default_factory=dict)
    pseudo: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    declared: Collection[str] = ()
    dropped: Collection[str] = ()
    known: Mapping[str, Created] = field(default_factory=dict)

    def fault(self, what: str, trail: Trail, *, found: str, fix: str) -> TemplateError:
        """The error to raise for what stands at `trail`."""
        owner = f" in {trail[1]}" if len(trail) > 1 and trail[0] in ("Resources", "Outputs", "Conditions") else ""
        return TemplateError(f"{what}{owner}", where=str(self.places.at(trail)), found=found, fix=fix)

    def similar(self, name: str) -> str:
        """A hint at a name that looks like the wrong one, or at where names come from."""
        names = [*self.parameters, *self.pseudo, *self.declared]
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
        return f"Did you mean {close[0]}?" if close else "Name a parameter or a resource of this template."


def pseudo_parameters(context: Context, stack_name: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""
    stack_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{context.account_id}/{context.region}/{stack_name}")
    owner = f"{context.region}:{context.account_id}"
    return {
        "AWS::AccountId": context.account_id,
        "AWS::NoValue": NO_VALUE,
        "AWS::NotificationARNs": [],
        "AWS::Partition": context.partition,
        "AWS::Region": context.region,
        "AWS::StackId": f"arn:{context.partition}:cloudformation:{owner}:stack/{stack_name}/{stack_id}",
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": context.url_suffix,
    }
