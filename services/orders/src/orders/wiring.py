"""Puts each function together once per cold start: environment -> repositories and gateways -> use cases.

Every function imports only what it needs, in its own part below.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """What the template sets. `variables` has the names that only one function knows."""

    stage: str
    region: str
    orders_table: str
    products_table: str
    people_table: str
    keys_table: str
    audit_table: str
    notifications_table: str
    orders_queue_url: str
    variables: Mapping[str, str]

    def number(self, name: str) -> int:
        return int(self.variables[name])


def environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read once, when a function is put together. Raises KeyError naming a variable the template forgot."""
    return Environment(
        stage=variables["STAGE"],
        region=variables["AWS_REGION"],
        orders_table=variables["ORDERS_TABLE"],
        products_table=variables["PRODUCTS_TABLE"],
        people_table=variables["PEOPLE_TABLE"],
        keys_table=variables["KEYS_TABLE"],
        audit_table=variables["AUDIT_TABLE"],
        notifications_table=variables["NOTIFICATIONS_TABLE"],
        orders_queue_url=variables["ORDERS_QUEUE_URL"],
        variables=variables,
    )
