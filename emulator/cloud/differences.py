"""Compares what a template says with what a service answers, and reads lists that come in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.wanted import call


def differs(found: Any, target: Any) -> bool:
    """True when `found` lacks something of `target`. Services add members of their own: those do not count.

    Lists are taken as sets, since the services that answer so return them in any order; 5 equals "5".
    """
    if isinstance(target, Mapping):
        known = found if isinstance(found, Mapping) else {}
        return any(differs(known.get(name), value) for name, value in target.items())
    if isinstance(target, (list, tuple)):
        others = list(found or ())
        return len(others) != len(target) or any(all(differs(one, value) for one in others) for value in target)
    return found is None or text(found) != text(target)


def pages(clients: Clients, service: str, operation: str, member: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Every entry of a list operation that goes on with NextToken."""
    token = None
    while True:
        page = call(clients, service, operation, NextToken=token, **parameters)
        yield from page.get(member) or ()
        token = page.get("NextToken")
        if not token:
            return
