"""Reads seed/data/assets: who and what shall be there."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from seed.assets import files

FOLDER = Path(__file__).parents[1] / "data" / "assets"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody of the company."""

    email: str
    name: str
    department: str | None
    expires_in_days: int | None


@dataclass(frozen=True, slots=True)
class DemoAsset:
    """A file. `state` is pending, rejected (uploaded, but not what it says), uploaded or deleted."""

    file_name: str
    content_type: str
    content: bytes
    state: str


def users() -> tuple[DemoUser, ...]:
    return tuple(
        DemoUser(
            row["email"],
            row["name"],
            row["department"] or None,
            int(row["expires_in_days"]) if row["expires_in_days"] else None,
        )
        for row in _rows("users.csv")
    )


def assets() -> tuple[DemoAsset, ...]:
    return tuple(
        DemoAsset(row["file_name"], row["content_type"], files.content(row["content_type"], row["maker"]), row["state"])
        for row in _rows("assets.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
