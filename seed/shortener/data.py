"""Reads seed/data/shortener: what shall be there."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "shortener"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owns links."""

    user_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoLink:
    """A link that its owner creates through the API."""

    code: str
    user_id: str
    url: str
    tags: tuple[str, ...]
    expires_in_days: int | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class Traffic:
    """How the clicks of a month look: how many, and how often what, as weights."""

    random_seed: int
    clicks: int
    days: int
    hours: tuple[int, ...]
    referrers: Mapping[str, int]
    countries: Mapping[str, int]
    devices: Mapping[str, int]
    campaigns: Mapping[str, int]


def people() -> tuple[Person, ...]:
    return tuple(Person(row["user_id"], row["name"], row["role"]) for row in _rows("people.csv"))


def links() -> tuple[DemoLink, ...]:
    return tuple(
        DemoLink(
            code=row["code"],
            user_id=row["user_id"],
            url=row["url"],
            tags=tuple(row["tags"].split(";")),
            expires_in_days=int(row["expires_in_days"]) if row["expires_in_days"] else None,
            disabled=row["state"] == "disabled",
        )
        for row in _rows("links.csv")
    )


def traffic() -> Traffic:
    read = json.loads((FOLDER / "traffic.json").read_text())
    return Traffic(**{**read, "hours": tuple(read["hours"])})


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))
