"""Reads a bulk import line by line: CSV with a header, or JSON lines. Every line ends up in the report. Pure.

What a product must look like is not known here: `check` says it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Checked = TypeVar("Checked")


class Format(StrEnum):
    """How an import is written: its media type."""

    CSV = "text/csv"
    JSON_LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class LineError:
    """Why a line was not imported. Lines count from 1, as an editor shows them."""

    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Line(Generic[Checked]):
    """A line that can be imported."""

    line: int
    value: Checked


class RefusedLineError(Exception):
    """`check` refuses a line; `faults` are (field, message)."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{field}: {message}" for field, message in faults))


class UnreadableImportError(Exception):
    """The whole text cannot be read as what it says it is."""


def lines(
    text: str, written_as: Format, check: Callable[[Mapping[str, object]], Checked], key: Callable[[Checked], str]
) -> tuple[list[Line[Checked]], list[LineError]]:
    """What can be imported and what cannot; a second line with the same `key` is refused. Empty lines are nothing.

    Raises UnreadableImportError.
    """
    good: list[Line[Checked]] = []
    bad: list[LineError] = []
    first: dict[str, int] = {}
    for number, found in _rows(text) if written_as is Format.CSV else _objects(text):
        try:
            value = check(_mapping(found))
            before = first.setdefault(key(value), number)
            if before != number:
                raise RefusedLineError(("line", f"is line {before} again"))
        except RefusedLineError as refused:
            bad += [LineError(number, field, message) for field, message in refused.faults]
        else:
            good.append(Line(number, value))
    return good, bad


def _mapping(found: Mapping[str, object] | str) -> Mapping[str, object]:
    if isinstance(found, str):
        raise RefusedLineError(("line", found))
    return found


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    """Cells that are empty count as absent."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not any(header) or len(set(header)) != len(header):
            raise UnreadableImportError("The first line must name the columns, each once.")
        before = reader.line_num
        for cells in reader:
            # A quoted cell may hold line breaks: the row is where it begins.
            number, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                yield number, f"has {len(cells)} cells, the header {len(header)}"
            else:
                filled = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
                yield number, filled
    except csv.Error as error:
        raise UnreadableImportError(f"This is not CSV at line {reader.line_num}: {error}.") from error


def _objects(text: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            yield number, "is not JSON"
        else:
            yield number, found if isinstance(found, dict) else "is not a JSON object"
