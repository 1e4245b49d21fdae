"""Gives every parameter of a template its value and checks it as CloudFormation does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.errors import LookupFailedError, TemplateError
from emulator.model import Lookups
from emulator.template.document import Document
from emulator.template.places import Places, Trail

_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LIST = re.compile(r"(List<.+>|CommaDelimitedList)")
# cdk asks for the version of its bootstrap stack, which a local cloud has no need of.
_CDK_BOOTSTRAP = re.compile(r"/cdk-bootstrap/[^/]+/version")

Value = str | list[str]


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One entry of the Parameters section."""

    name: str
    definition: dict[str, Any]
    places: Places

    @property
    def type(self) -> str:
        return str(self.definition.get("Type", "String"))

    def fault(self, what: str, found: str, fix: str, *, at: str = "") -> TemplateError:
        trail: Trail = ("Parameters", self.name, at) if at else ("Parameters", self.name)
        return TemplateError(
            f"Parameter {self.name} {what}", where=str(self.places.at(trail)), found=found, fix=self._hint(fix)
        )

    def shown(self, value: Any) -> str:
        return "a value that is not shown (NoEcho)" if self.definition.get("NoEcho") else repr(value)[:80]

    def _hint(self, fix: str) -> str:
        hint = self.definition.get("ConstraintDescription")
        return f"{fix} {hint}" if isinstance(hint, str) else fix


def parameter_values(document: Document, given: Mapping[str, str], lookups: Lookups) -> dict[str, Value]:
    """Name -> text, or list of texts for list types. `given` wins over `Default`; raises TemplateError."""
    section = document.value.get("Parameters") or {}
    if not isinstance(section, dict):
        place = document.places.at(("Parameters",))
        raise TemplateError("Parameters is not a mapping", where=str(place), found=repr(section)[:60], fix="Indent it.")
    values: dict[str, Value] = {}
    for name, definition in section.items():
        parameter = _Parameter(name, definition if isinstance(definition, dict) else {}, document.places)
        if not isinstance(definition, dict) or not isinstance(definition.get("Type"), str):
            raise parameter.fault("has no Type", repr(definition)[:60], "Give it a Type, as `Type: String`.")
        values[name] = _value(parameter, given, lookups)
    return values


def _value(parameter: _Parameter, given: Mapping[str, str], lookups: Lookups) -> Value:
    raw = given.get(parameter.name, parameter.definition.get("Default"))
    if raw is None:
        raise parameter.fault(
            "has no value", "no Default", f"Pass {parameter.name}=…, or put it into samconfig.toml or a Default."
        )
    if isinstance(raw, list | dict):
        raise parameter.fault("has a Default that is not text", repr(raw)[:60], "Write a,b,c as text.", at="Default")
    text = _scalar(raw)
    _check(parameter, text)
    stored = _SSM_VALUE.fullmatch(parameter.type)
    if stored:
        return _typed(stored.group(1), _looked_up(parameter, text, lookups))
    return _typed(parameter.type, text)


def _typed(kind: str, text: str) -> Value:
    return [part.strip() for part in text.split(",")] if _LIST.fullmatch(kind) else text


def _looked_up(parameter: _Parameter, name: str, lookups: Lookups) -> str:
    if _CDK_BOOTSTRAP.fullmatch(name):
        return "21"
    try:
        return lookups.ssm_parameter(name, None)
    except LookupFailedError:
        place = parameter.places.at(("Parameters", parameter.name))
        raise LookupFailedError(
            f"Parameter {parameter.name} takes its value from SSM",
            where=str(place),
            found=f"no SSM parameter {name!r}",
            fix=f"Create it, or pass another name with {parameter.name}=….",
        ) from None


def _check(parameter: _Parameter, text: str) -> None:
    definition = parameter.definition
    parts = text.split(",") if _LIST.fullmatch(parameter.type) else [text]
    allowed = definition.get("AllowedValues")
    if isinstance(allowed, list) and any(part.strip() not in map(_scalar, allowed) for part in parts):
        listed = ", ".join(map(_scalar, allowed))[:200]
        raise parameter.fault("has a value that is not allowed", parameter.shown(text), f"Use one of {listed}.")
    _check_pattern(parameter, text)
    for part in parts:
        if "Number" in parameter.type:
            _check_number(parameter, part)
    for bound, wrong in (("MinLength", len(text).__lt__), ("MaxLength", len(text).__gt__)):
        if bound in definition and wrong(int(_number(parameter, bound, definition[bound]))):
            raise parameter.fault(
                f"breaks its {bound}", f"{len(text)} characters", f"{bound} is {definition[bound]}.", at=bound
            )


def _check_pattern(parameter: _Parameter, text: str) -> None:
    pattern = parameter.definition.get("AllowedPattern")
    if pattern is None:
        return
    try:
        matches = re.fullmatch(str(pattern), text)
    except (re.error, RecursionError, OverflowError) as error:
        raise parameter.fault(
            "has a broken AllowedPattern", str(error)[:100], "Correct the pattern.", at="AllowedPattern"
        ) from None
    if matches is None:
        raise parameter.fault("does not match its AllowedPattern", parameter.shown(text), f"It must match {pattern}.")


def _check_number(parameter: _Parameter, text: str) -> None:
    number = _number(parameter, "Default", text)
    for bound, wrong in (("MinValue", number.__lt__), ("MaxValue", number.__gt__)):
        if bound in parameter.definition:
            limit = _number(parameter, bound, parameter.definition[bound])
            if wrong(limit):
                raise parameter.fault(f"breaks its {bound}", parameter.shown(text), f"{bound} is {limit:g}.", at=bound)


def _number(parameter: _Parameter, at: str, value: Any) -> float:
    try:
        number = float(value)
        int(number)
    except (TypeError, ValueError, OverflowError):
        raise parameter.fault("needs a number", parameter.shown(value), "Write digits.", at=at) from None
    return number


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
