"""Reads seed/data/orders: who can sign in, what is on sale, and what was ordered."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "orders"
PASSWORD = "Terrarium-2026"
"""Of every demo person. There are none in production."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in. Without roles a customer."""

    email: str
    name: str
    roles: tuple[str, ...]
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What somebody ordered, and the state it shall be in; `items` are (product id, quantity)."""

    number: int
    email: str
    state: str
    items: tuple[tuple[str, int], ...]


def people() -> tuple[DemoPerson, ...]:
    return tuple(
        DemoPerson(
            row["email"], row["name"], tuple(filter(None, row["roles"].split(";"))), row["phone"], row["address"]
        )
        for row in _rows("people.csv")
    )


def products() -> tuple[dict[str, str], ...]:
    """As the import takes them."""
    return tuple(_rows("products.csv"))


def orders() -> tuple[DemoOrder, ...]:
    return tuple(
        DemoOrder(int(row["number"]), row["email"], row["state"], tuple(map(_item, row["items"].split(";"))))
        for row in _rows("orders.csv")
    )


def _item(text: str) -> tuple[str, int]:
    product_id, _, quantity = text.partition(":")
    return product_id, int(quantity)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
