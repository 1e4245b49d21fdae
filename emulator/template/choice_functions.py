"""The intrinsic functions that look something up or choose: Ref, GetAtt, If, FindInMap, Select and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.errors import LookupFailedError, TemplateError
from emulator.template.places import Trail

if TYPE_CHECKING:
    from emulator.template.intrinsics import Resolver


def ref(resolver: Resolver, argument: Any, trail: Trail) -> Any:
    scope = resolver.scope
    if not isinstance(argument, str):
        raise scope.fault("Ref needs a name", trail, found=repr(argument)[:60], fix="Write the name of a parameter.")
    for names in (scope.parameters, scope.pseudo):
        if argument in names:
            return names[argument]
    if argument in scope.known:
        return scope.known[argument].physical_id
    raise _missing(resolver, argument, trail)


def get_att(resolver: Resolver, argument: Any, trail: Trail) -> str:
    scope = resolver.scope
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) < 2 or not isinstance(parts[0], str):
        raise scope.fault(
            "Fn::GetAtt needs a resource and an attribute", trail, found=repr(argument)[:60], fix="As Table.Arn."
        )
    logical_id = parts[0]
    attribute = ".".join(resolver.text(part, trail, "An attribute's name") for part in parts[1:])
    if logical_id not in scope.known:
        raise _missing(resolver, logical_id, trail)
    attributes = scope.known[logical_id].attributes
    if attribute not in attributes:
        raise scope.fault(
            f"{logical_id} has no attribute {attribute!r}",
            trail,
            found=f"attributes {', '.join(sorted(attributes)) or 'none'}",
            fix="Use one of these.",
        )
    return attributes[attribute]


def _missing(resolver: Resolver, name: str, trail: Trail) -> TemplateError:
    scope = resolver.scope
    if name in scope.dropped:
        return scope.fault(
            "A reference to a resource that is not created",
            trail,
            found=f"{name}, whose condition is false",
            fix="Give this place the same condition, or use Fn::If.",
        )
    if name in scope.declared:
        return scope.fault(
            "A reference to a resource that does not exist yet", trail, found=name, fix="Only parameters work here."
        )
    return scope.fault("Unresolved reference", trail, found=f"{name!r}", fix=scope.similar(name))


def if_(resolver: Resolver, argument: Any, trail: Trail) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise resolver.scope.fault(
            "Fn::If needs three parts", trail, found=repr(argument)[:60], fix="Write [condition, value, other value]."
        )
    chosen = 1 if resolver.condition(argument[0], trail) else 2
    return resolver.resolve(argument[chosen], (*trail, chosen))


def and_(resolver: Resolver, argument: Any, trail: Trail) -> bool:
    truths = [resolver.truth(part, (*trail, i)) for i, part in enumerate(_parts(resolver, argument, trail))]
    return all(truths)


def or_(resolver: Resolver, argument: Any, trail: Trail) -> bool:
    truths = [resolver.truth(part, (*trail, i)) for i, part in enumerate(_parts(resolver, argument, trail))]
    return any(truths)


def not_(resolver: Resolver, argument: Any, trail: Trail) -> bool:
    parts = _parts(resolver, argument, trail)
    if len(parts) != 1:
        raise resolver.scope.fault(
            "Fn::Not takes one condition", trail, found=f"{len(parts)}", fix="Write [condition]."
        )
    return not resolver.truth(parts[0], (*trail, 0))


def equals(resolver: Resolver, argument: Any, trail: Trail) -> bool:
    parts = _parts(resolver, argument, trail)
    if len(parts) != 2:
        raise resolver.scope.fault("Fn::Equals compares two values", trail, found=f"{len(parts)}", fix="Write [a, b].")
    left, right = (_comparable(resolver.resolve(part, (*trail, i))) for i, part in enumerate(parts))
    return bool(left == right)


def _comparable(value: Any) -> Any:
    """Numbers and booleans compare as the text CloudFormation makes of them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _parts(resolver: Resolver, argument: Any, trail: Trail) -> list[Any]:
    if not isinstance(argument, list) or not argument:
        raise resolver.scope.fault(f"{trail[-1]} needs a list", trail, found=repr(argument)[:60], fix="Write [a, b].")
    return argument


def find_in_map(resolver: Resolver, argument: Any, trail: Trail) -> Any:
    """Two keys into a mapping, or DefaultValue (AWS::LanguageExtensions) when there is no such entry."""
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise resolver.scope.fault(
            "Fn::FindInMap needs a map and two keys", trail, found=repr(argument)[:60], fix="Write [map, key, key]."
        )
    names = [resolver.text(part, (*trail, i), "A key of Fn::FindInMap") for i, part in enumerate(argument[:3])]
    value: Any = resolver.scope.mappings
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    if value is not None:
        return value
    if len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        return resolver.resolve(argument[3]["DefaultValue"], (*trail, 3, "DefaultValue"))
    known = ", ".join(sorted(resolver.scope.mappings)) or "none"
    raise resolver.scope.fault(
        "Fn::FindInMap finds nothing", trail, found=" → ".join(names), fix=f"Add the entry. Mappings here: {known}."
    )


def import_value(resolver: Resolver, argument: Any, trail: Trail) -> str:
    name = resolver.text(argument, trail, "The name of an export")
    try:
        return resolver.scope.lookups.export(name)
    except LookupFailedError:
        raise LookupFailedError(
            "Fn::ImportValue finds no such export",
            where=str(resolver.scope.places.at(trail)),
            found=repr(name),
            fix="Start the stack that exports it first.",
        ) from None


def select(resolver: Resolver, argument: Any, trail: Trail) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise resolver.scope.fault(
            "Fn::Select needs an index and a list", trail, found=repr(argument)[:60], fix="Write [0, [a, b]]."
        )
    text = resolver.text(argument[0], (*trail, 0), "The index of Fn::Select")
    items = resolver.items(argument[1], (*trail, 1), "What Fn::Select chooses from")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(items)):
        raise resolver.scope.fault(
            "Fn::Select has no such entry", trail, found=f"index {text[:20]} of {len(items)}", fix="Count from 0."
        )
    return items[int(text)]


def length(resolver: Resolver, argument: Any, trail: Trail) -> int:
    return len(resolver.items(argument, trail, "What Fn::Length counts"))


def get_azs(resolver: Resolver, argument: Any, trail: Trail) -> list[str]:
    region = resolver.text(argument, trail, "The region of Fn::GetAZs") or resolver.scope.pseudo["AWS::Region"]
    return [f"{region}{zone}" for zone in "abc"]
