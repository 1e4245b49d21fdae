"""Reads a SAM or CloudFormation template into a Template. Every fault of the template is a TemplateError with place."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.errors import TemplateError, UnsupportedError
from emulator.model import Ignored
from emulator.template import for_each, sam, samconfig
from emulator.template.blueprint import Blueprint, drawn
from emulator.template.context import Context
from emulator.template.document import Document, read
from emulator.template.includes import included
from emulator.template.intrinsics import Resolver
from emulator.template.names import Names
from emulator.template.parameters import parameter_values
from emulator.template.places import shown
from emulator.template.samconfig import SamConfig
from emulator.template.scope import Scope, pseudo_parameters
from emulator.template.template import Template


def load(path: Path, context: Context) -> Template:
    """The template at `path`, checked as far as it can be before anything exists; raises TemplateError."""
    path = path.absolute()
    try:
        return _loaded(path, context)
    except RecursionError:
        raise TemplateError(
            "The template is nested too deeply",
            where=shown(path),
            found="functions within functions",
            fix="Flatten it.",
        ) from None


def _loaded(path: Path, context: Context) -> Template:
    document = included(read(path), path.parent)
    config = samconfig.read(path, context.config_env)
    name = context.stack_name or config.stack_name or _default_name(path, context.default_name)
    given = {**config.parameters, **context.parameters}
    scope = Scope(
        document.places,
        context.lookups,
        parameters=parameter_values(document, given, context.lookups),
        pseudo=pseudo_parameters(context, name),
        mappings=_mappings(document),
    )
    document = _expanded(document, scope)
    scope = replace(scope, places=document.places)
    blueprint = drawn(_plain(document, scope, context, path), scope)
    _refuse_nested_outputs(blueprint)
    names = Names(name, context)
    ignored = _unknown_parameters(document, config, context)
    return Template(name, path, blueprint.resources, ignored, blueprint, names).checked()


def _plain(document: Document, scope: Scope, context: Context, path: Path) -> dict[str, Any]:
    """The template after its transforms."""
    if sam.TRANSFORM in sam.transforms(document):
        return sam.transformed(document, Resolver(scope), context, path.parent)
    return document.value


def _expanded(document: Document, scope: Scope) -> Document:
    if sam.LANGUAGE_EXTENSIONS in sam.transforms(document):
        return for_each.expanded(document, Resolver(scope))
    return document


def _mappings(document: Document) -> dict[str, Any]:
    mappings = document.value.get("Mappings")
    return mappings if isinstance(mappings, dict) else {}


def _default_name(path: Path, given: str | None) -> str:
    """`given` or the folder's name, as far as a stack may have it; cdk names the file after the stack."""
    here = path.name.removesuffix(".template.json") if path.name.endswith(".template.json") else path.parent.name
    name = given or here
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "stack"


def _refuse_nested_outputs(blueprint: Blueprint) -> None:
    """A nested stack is not started; what takes its outputs would get names that lead nowhere."""
    for logical_id, body in blueprint.bodies.items():
        if body["Type"] == "AWS::CloudFormation::Stack" and blueprint.asked[logical_id]:
            raise UnsupportedError(
                f"Stack {logical_id}: nested stacks cannot run yet",
                where=str(blueprint.scope.places.resource(logical_id)),
                found=f"a use of its {', '.join(sorted(blueprint.asked[logical_id]))}",
                fix="Start its template by itself and import its exports.",
            )


def _unknown_parameters(document: Document, config: SamConfig, context: Context) -> tuple[Ignored, ...]:
    """Values for parameters that the template does not have."""
    known = document.value.get("Parameters") or {}
    here = document.places.at(("Parameters",))
    places = dict.fromkeys(config.parameters, config.place) | dict.fromkeys(context.parameters, here)
    reason = "the template has no such parameter"
    return tuple(Ignored("", name, reason, place) for name, place in places.items() if name not in known)
