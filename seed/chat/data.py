"""Reads seed/data/chat: who can sign in, and what they have told each other."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "chat"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in, with the password of all demo people."""

    name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class DemoConversation:
    """`members` by name, the owner first; without a `name` it is between two. `messages` are (who, what); `read` says
    how far somebody has read who has not written since."""

    name: str | None
    members: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]
    read: Mapping[str, int]


def people() -> Sequence[DemoPerson]:
    with (FOLDER / "people.csv").open(newline="", encoding="utf-8") as file:
        return [DemoPerson(row["name"], row["display_name"]) for row in csv.DictReader(file)]


def password() -> str:
    """Of all demo people. There are none in production."""
    return str(_document()["password"])


def conversations() -> Sequence[DemoConversation]:
    return [
        DemoConversation(
            one.get("name"),
            tuple(one["members"]),
            tuple((who, text) for who, text in one["messages"]),
            dict(one["read"]),
        )
        for one in _document()["conversations"]
    ]


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / "conversations.json").read_text(encoding="utf-8"))
    return document
