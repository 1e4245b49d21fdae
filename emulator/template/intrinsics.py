"""Resolves intrinsic functions in a value. Pure: what it may refer to is its Scope.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from emulator.errors import UnsupportedError
from emulator.template import choice_functions, text_functions
from emulator.template.places import Trail
from emulator.template.scope import NO_VALUE, Scope

_PLAIN_KEYS = ("Ref", "Condition")


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves values within one scope. `trail` says where a value stands, for errors."""

    scope: Scope

    def resolve(self, value: Any, trail: Trail) -> Any:
        """The value with every function applied; AWS::NoValue entries are gone. Raises TemplateError."""
        if isinstance(value, dict):
            name = function_name(value)
            if name is not None:
                return self._apply(name, value[name], (*trail, name))
            self._reject_mixed(value, trail)
            return self._without_no_value(value, trail)
        if isinstance(value, list):
            items = [self.resolve(item, (*trail, index)) for index, item in enumerate(value)]
            return [item for item in items if item is not NO_VALUE]
        return value

    def text(self, value: Any, trail: Trail, what: str) -> str:
        """A resolved scalar as CloudFormation writes it in text; raises TemplateError for anything else."""
        resolved = self.resolve(value, trail)
        if isinstance(resolved, str):
            return resolved
        if isinstance(resolved, bool):
            return "true" if resolved else "false"
        if isinstance(resolved, int | float):
            return str(resolved)
        kind = "nothing" if resolved is None or resolved is NO_VALUE else f"a {type(resolved).__name__}"
        raise self.scope.fault(f"{what} must be text", trail, found=kind, fix="Use a value that is text.")

    def items(self, value: Any, trail: Trail, what: str) -> list[Any]:
        resolved = self.resolve(value, trail)
        if not isinstance(resolved, list):
            raise self.scope.fault(f"{what} must be a list", trail, found=repr(resolved)[:60], fix="Write a list.")
        return resolved

    def condition(self, name: Any, trail: Trail) -> bool:
        if not isinstance(name, str) or name not in self.scope.conditions:
            known = ", ".join(sorted(self.scope.conditions)) or "none"
            raise self.scope.fault("Unknown condition", trail, found=repr(name)[:60], fix=f"Conditions here: {known}.")
        return self.scope.conditions[name]

    def truth(self, value: Any, trail: Trail) -> bool:
        """A condition expression: a function, {"Condition": name}, or a boolean."""
        if isinstance(value, dict) and set(value) == {"Condition"}:
            return self.condition(value["Condition"], (*trail, "Condition"))
        resolved = self.resolve(value, trail)
        if resolved in (True, "true", "True"):
            return True
        if resolved in (False, "false", "False"):
            return False
        raise self.scope.fault(
            "A condition must be true or false", trail, found=repr(resolved)[:60], fix="Use Fn::Equals."
        )

    def knowing(self, **names: Any) -> Resolver:
        """The same resolver with further parameters, as the variables of Fn::Sub."""
        return Resolver(replace(self.scope, parameters={**self.scope.parameters, **names}))

    def _apply(self, name: str, argument: Any, trail: Trail) -> Any:
        function = FUNCTIONS.get(name)
        if function is None:
            raise UnsupportedError(
                f"{name} cannot run here", where=str(self.scope.places.at(trail)), found=name, fix=_advice(name)
            )
        return function(self, argument, trail)

    def _without_no_value(self, value: dict[str, Any], trail: Trail) -> dict[str, Any]:
        pairs = ((key, self.resolve(item, (*trail, key))) for key, item in value.items())
        return {key: item for key, item in pairs if item is not NO_VALUE}

    def _reject_mixed(self, value: dict[str, Any], trail: Trail) -> None:
        mixed = [key for key in value if key.startswith("Fn::") and not key.startswith("Fn::ForEach")]
        if mixed:
            raise self.scope.fault(
                f"{mixed[0]} must stand alone",
                trail,
                found=f"it beside {', '.join(key for key in value if key != mixed[0])[:80]}",
                fix="Put the function into a mapping of its own.",
            )


def function_name(value: Mapping[str, Any]) -> str | None:
    """The function a mapping calls, or None for a plain mapping."""
    if len(value) != 1:
        return None
    name = next(iter(value))
    return name if name == "Ref" or (name.startswith("Fn::") and not name.startswith("Fn::ForEach")) else None


Function = Callable[[Resolver, Any, Trail], Any]

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "Ref": choice_functions.ref,
        "Fn::GetAtt": choice_functions.get_att,
        "Fn::If": choice_functions.if_,
        "Fn::And": choice_functions.and_,
        "Fn::Or": choice_functions.or_,
        "Fn::Not": choice_functions.not_,
        "Fn::Equals": choice_functions.equals,
        "Fn::FindInMap": choice_functions.find_in_map,
        "Fn::ImportValue": choice_functions.import_value,
        "Fn::Select": choice_functions.select,
        "Fn::Length": choice_functions.length,
        "Fn::GetAZs": choice_functions.get_azs,
        "Fn::Cidr": text_functions.cidr,
        "Fn::Sub": text_functions.sub,
        "Fn::Join": text_functions.join,
        "Fn::Split": text_functions.split,
        "Fn::Base64": text_functions.base64_,
        "Fn::ToJsonString": text_functions.to_json_string,
    }
)


def _advice(name: str) -> str:
    if name == "Fn::Transform":
        return "Macros run only in AWS, and AWS::Include takes a file beside the template; write the result into it."
    return f"Use one of {', '.join(FUNCTIONS)}."
