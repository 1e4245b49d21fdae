"""A resolved mapping of a template with typed reading: what is absent, of the wrong type or out of range is an error
with file and line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.errors import TemplateError, UnsupportedError
from emulator.model import Place
from emulator.template.places import Places, Trail


@dataclass(frozen=True, slots=True)
class Section:
    """`owner` names the resource in errors, as "Function Redirect"; `trail` is where the mapping stands."""

    owner: str
    values: Mapping[str, Any]
    trail: Trail
    places: Places
    prefix: str = ""
    """Names of the mappings around this one, as "LoggingConfig."."""

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def place(self, name: str | None = None) -> Place:
        return self.places.at((*self.trail, name) if name else self.trail)

    def fault(self, name: str | None, *, found: str, fix: str, what: str = "", at: str | None = None) -> TemplateError:
        """The error to raise for property `name`, or for the whole mapping; `at` points at another line."""
        return TemplateError(self._what(name, what), where=str(self.place(at or name)), found=found, fix=fix)

    def unsupported(self, name: str | None, *, found: str, fix: str, what: str = "") -> UnsupportedError:
        """The error to raise for what must not be ignored because it guards something."""
        return UnsupportedError(self._what(name, what), where=str(self.place(name)), found=found, fix=fix)

    def text(self, name: str, default: str | None = None) -> str:
        found = self.optional_text(name)
        if found is not None:
            return found
        if default is None:
            raise self.fault(name, what="is missing", found="nothing", fix=f"Add {name}.")
        return default

    def optional_text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return str(value)
        raise self.fault(name, what="must be text", found=_kind(value), fix="Write one value.")

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise self.fault(name, found=repr(value)[:60], fix=f"Use one of {', '.join(choices)}.")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        found = self.optional_number(name, low, high)
        return default if found is None else found

    def optional_number(self, name: str, low: int, high: int) -> int | None:
        value = self.values.get(name)
        if value is None:
            return None
        number = self._decimal(name, value)
        if number != int(number) or not low <= number <= high:
            raise self.fault(name, found=repr(value)[:40], fix=f"AWS allows whole numbers from {low} to {high}.")
        return int(number)

    def optional_rate(self, name: str) -> float | None:
        value = self.values.get(name)
        if value is None:
            return None
        rate = self._decimal(name, value)
        if rate < 0:
            raise self.fault(name, found=repr(value)[:40], fix="Use zero or more.")
        return rate

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        if value in (True, False, "true", "false", "True", "False"):
            return str(value).lower() == "true"
        raise self.fault(name, found=repr(value)[:60], fix="Use true or false.")

    def sub(self, name: str) -> Section:
        """The mapping below `name`; an empty one when it is absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise self.fault(name, what="must be a mapping", found=_kind(value), fix="Indent its entries below it.")
        return Section(self.owner, value or {}, (*self.trail, name), self.places, f"{self.prefix}{name}.")

    def subs(self, name: str) -> list[Section]:
        """A list of mappings."""
        sections = [
            Section(self.owner, item, (*self.trail, name, i), self.places, f"{self.prefix}{name}[{i}].")
            for i, item in enumerate(self.items(name))
        ]
        for section in sections:
            if not isinstance(section.values, dict):
                raise section.fault(None, what="needs a mapping", found=_kind(section.values), fix=f"Correct {name}.")
        return sections

    def mappings(self) -> Iterator[tuple[str, Section]]:
        """Each entry, which must be a mapping itself."""
        for name in self.values:
            yield name, self.sub(name)

    def items(self, name: str) -> list[Any]:
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(name, what="must be a list", found=_kind(value), fix="Write a list.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.values.get(name)
        items = [value] if isinstance(value, str) else self.items(name)
        for item in items:
            if not isinstance(item, str):
                raise self.fault(name, what="must list texts", found=_kind(item), fix="Quote the entry.")
        return tuple(items)

    def text_map(self, name: str) -> dict[str, str]:
        """Name -> text; numbers and booleans become the text CloudFormation makes of them."""
        section = self.sub(name)
        return {key: section.text(key) for key in section.values}

    def _decimal(self, name: str, value: Any) -> float:
        try:
            number = math.nan if isinstance(value, bool | list | dict) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise self.fault(name, what="must be a number", found=repr(value)[:60], fix="Write digits.")
        return number

    def _what(self, name: str | None, what: str) -> str:
        subject = f"{self.prefix}{name}" if name else self.prefix.rstrip(".")
        return ": ".join(part for part in (self.owner, " ".join(part for part in (subject, what) if part)) if part)


def _kind(value: Any) -> str:
    return {dict: "a mapping", list: "a list", str: "text", bool: "true or false"}.get(type(value), repr(value)[:40])
