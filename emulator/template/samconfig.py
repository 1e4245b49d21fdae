"""Reads samconfig.toml beside a template: the stack name and parameter overrides of one environment.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.errors import TemplateError
from emulator.model import Place
from emulator.template.places import shown

_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class SamConfig:
    """What one environment of samconfig.toml says. Empty when there is no file."""

    place: Place
    stack_name: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def read(template: Path, environment: str) -> SamConfig:
    """The `environment` table, or `default` where the file has no such table; raises TemplateError."""
    path = template.parent / "samconfig.toml"
    place = Place(shown(path), 1)
    if not path.is_file():
        return SamConfig(place)
    tables = _tables(path, place)
    chosen = tables.get(environment, tables.get(_DEFAULT, {}))
    values = _command_values(chosen, place)
    stack_name = values.get("stack_name")
    if stack_name is not None and not isinstance(stack_name, str):
        raise _wrong(place, "stack_name", stack_name, "Write it as text.")
    return SamConfig(place, stack_name, _overrides(values.get("parameter_overrides"), place))


def _tables(path: Path, place: Place) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise TemplateError(
            "samconfig.toml is not valid TOML",
            where=f"{place.file}:{line.group(1) if line else 1}",
            found=str(error)[:200],
            fix="Correct the syntax.",
        ) from None


def _command_values(table: Any, place: Place) -> dict[str, Any]:
    """Parameters of every command, below those of `sam deploy`."""
    values: dict[str, Any] = {}
    for command in ("global", "deploy"):
        part = table.get(command, {}) if isinstance(table, dict) else table
        parameters = part.get("parameters", {}) if isinstance(part, dict) else part
        if not isinstance(parameters, dict):
            raise _wrong(place, f"{command}.parameters", parameters, "Make it a table.")
        values.update(parameters)
    return values


def _overrides(raw: Any, place: Place) -> dict[str, str]:
    if raw is None:
        return {}
    if isinstance(raw, dict):
        return {str(name): _text(value) for name, value in raw.items()}
    if isinstance(raw, str):
        return dict(_pairs(_words(raw, place), place))
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return dict(_pairs(raw, place))
    raise _wrong(place, "parameter_overrides", raw, 'Write "Name=value Other=value" or a list of such pairs.')


def _words(raw: str, place: Place) -> list[str]:
    try:
        return shlex.split(raw)
    except ValueError as error:
        raise _wrong(place, "parameter_overrides", str(error), "Close the quotation marks.") from None


def _pairs(words: list[str], place: Place) -> Iterator[tuple[str, str]]:
    """`Name=value`, or CloudFormation's `ParameterKey=Name,ParameterValue=value`."""
    for word in words:
        long_form = re.fullmatch(r"ParameterKey=([^,]+),ParameterValue=(.*)", word, re.DOTALL)
        name, separator, value = word.partition("=")
        if long_form:
            yield long_form.group(1), _unquoted(long_form.group(2))
        elif separator and name:
            yield name, _unquoted(value)
        else:
            raise _wrong(place, "parameter_overrides", word, "Write Name=value.")


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wrong(place: Place, name: str, found: Any, fix: str) -> TemplateError:
    return TemplateError(f"{name} in samconfig.toml cannot be read", where=place.file, found=repr(found)[:80], fix=fix)
