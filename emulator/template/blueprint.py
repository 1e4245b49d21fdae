"""The plain CloudFormation of a template before anything exists: shapes checked, conditions applied, order found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from emulator.model import Resource
from emulator.template.conditions import evaluated
from emulator.template.intrinsics import Resolver
from emulator.template.order import creation_order
from emulator.template.places import Trail
from emulator.template.references import references
from emulator.template.scope import Scope


@dataclass(frozen=True, slots=True)
class Blueprint:
    """`scope` knows everything but created resources. `bodies` (in template order) hold each resource as written."""

    scope: Scope
    bodies: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Any]
    resources: tuple[Resource, ...]
    asked: Mapping[str, set[str]]
    """Logical id -> the attributes that the template takes of it."""


def drawn(template: Mapping[str, Any], scope: Scope) -> Blueprint:
    """Checks the sections of a plain CloudFormation template; raises TemplateError with the place of each fault."""
    scope = replace(scope, mappings=_section(template, "Mappings", scope))
    scope = replace(scope, conditions=evaluated(template.get("Conditions") or {}, scope))
    written = _section(template, "Resources", scope)
    if not written:
        raise scope.fault("A template needs Resources", ("Resources",), found="none", fix="Add at least one resource.")
    bodies = {name: _checked(name, body, scope) for name, body in written.items()}
    kept = {name: body for name, body in bodies.items() if _wanted(name, body, scope)}
    scope = replace(scope, declared=tuple(kept), dropped=frozenset(bodies) - frozenset(kept))
    position = {name: index for index, name in enumerate(kept)}
    needs = {name: sorted(set(_needs(name, body, scope)), key=position.__getitem__) for name, body in kept.items()}
    resources = tuple(_resource(name, kept[name], needs[name], scope) for name in creation_order(needs, scope.places))
    outputs = _section(template, "Outputs", scope)
    return Blueprint(scope, kept, outputs, resources, _asked(kept, outputs, scope.conditions))


def _asked(
    bodies: Mapping[str, Any], outputs: Mapping[str, Any], conditions: Mapping[str, bool]
) -> dict[str, set[str]]:
    attributes: dict[str, set[str]] = {logical_id: set() for logical_id in bodies}
    for name, attribute in references([*bodies.values(), *outputs.values()], conditions):
        if attribute and name in attributes:
            attributes[name].add(attribute)
    return attributes


def _section(template: Mapping[str, Any], name: str, scope: Scope) -> dict[str, Any]:
    value = template.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise scope.fault(
            f"{name} is not a mapping", (name,), found=repr(value)[:60], fix="Indent its entries below it."
        )
    return value


def _checked(name: str, body: Any, scope: Scope) -> dict[str, Any]:
    trail: Trail = ("Resources", name)
    if name.startswith("Fn::"):
        raise scope.fault(
            "Fn::ForEach needs a transform", trail, found="none", fix="Add `Transform: AWS::LanguageExtensions`."
        )
    if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
        raise scope.fault("A resource needs a Type", trail, found=repr(body)[:60], fix="Add Type, as AWS::SQS::Queue.")
    if body["Type"].startswith("AWS::Serverless::"):  # the translator leaves what it does not know as it was
        raise scope.fault(
            "Type is none of SAM's", trail, found=body["Type"], fix="Correct Type, or add the SAM Transform."
        )
    for part in ("Properties", "Metadata"):
        if not isinstance(body.get(part) or {}, dict):
            raise scope.fault(f"{part} is not a mapping", (*trail, part), found=repr(body[part])[:60], fix="Indent it.")
    return body


def _wanted(name: str, body: Mapping[str, Any], scope: Scope) -> bool:
    if body.get("Condition") is None:
        return True
    return Resolver(scope).condition(body["Condition"], ("Resources", name, "Condition"))


def _needs(name: str, body: Mapping[str, Any], scope: Scope) -> Iterator[str]:
    """Resources that must exist before this one. A name that is nothing at all fails here, with its place."""
    for needed in _depends_on(name, body, scope):
        # DependsOn on a resource whose condition is false is allowed, and has no effect.
        if needed in scope.declared:
            yield needed
        elif needed not in scope.dropped:
            raise scope.fault(
                "DependsOn names no resource",
                ("Resources", name, "DependsOn"),
                found=repr(needed)[:60],
                fix=scope.similar(needed),
            )
    for trail, found in _with_trails(body.get("Properties") or {}, ("Resources", name, "Properties")):
        for needed, _ in references(found, scope.conditions):
            if needed in scope.declared:
                yield needed
            elif needed not in scope.parameters and needed not in scope.pseudo:
                # Resolving it says what is wrong with the name.
                Resolver(scope).resolve({"Ref": needed}, trail)


def _with_trails(properties: Mapping[str, Any], trail: Trail) -> Iterator[tuple[Trail, Any]]:
    """Top-level properties, and the entries of mappings one below: near enough for an error's line."""
    if len(properties) == 1 and next(iter(properties)).startswith(("Fn::", "Ref")):
        yield trail, dict(properties)
        return
    for name, value in properties.items():
        if isinstance(value, dict) and not any(key.startswith(("Fn::", "Ref")) for key in value):
            yield from _with_trails(value, (*trail, name))
        else:
            yield (*trail, name), value


def _depends_on(name: str, body: Mapping[str, Any], scope: Scope) -> list[str]:
    raw = body.get("DependsOn") or []
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, list) or not all(isinstance(needed, str) for needed in names):
        trail = ("Resources", name, "DependsOn")
        raise scope.fault(
            "DependsOn needs logical ids", trail, found=repr(raw)[:60], fix="Write a name or a list of names."
        )
    return names


def _resource(name: str, body: Mapping[str, Any], needs: list[str], scope: Scope) -> Resource:
    trail: Trail = ("Resources", name, "DeletionPolicy")
    return Resource(
        logical_id=name,
        type=body["Type"],
        place=scope.places.resource(name),
        depends_on=tuple(needs),
        deletion_policy=Resolver(scope).text(body.get("DeletionPolicy", "Delete"), trail, "DeletionPolicy"),
    )
