"""Loads everything, each step only as far as it is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from seed.orders import data, ordering, standing_still
from seed.orders.api import Api
from seed.orders.people import Pool
from seed.target import Say, SeedError, Target

STAFF = "staff@example.com"


def load(target: Target, say: Say) -> None:
    """People, products, orders. Raises SeedError."""
    if target.stage == "prod":
        raise SeedError("There are no demo people in production: everybody knows their password")
    names = _parameters(target.client("ssm"), target.stack)
    pool = Pool(target.client("cognito-idp"), names["user-pool"], names["user-pool-client"])
    people = data.people()
    created = pool.ensure(people)
    api = Api(target.api, pool.token)
    ids = {person.email: _complete_profile(api, person) for person in people}
    say(f"{created} people created, {len(people) - created} there already; password of all: {data.PASSWORD}")
    say(f"{_import_missing(api)} products put on sale")
    tables = standing_still.Tables(target.client("dynamodb"), names["orders-table"], names["products-table"])
    say(f"{len(data.orders())} orders placed, {_order(api, tables, ids)} of them brought to their state now")


def _order(api: Api, tables: standing_still.Tables, ids: Mapping[str, str]) -> int:
    still = [order for order in data.orders() if order.state in standing_still.STATES]
    moving = [order for order in data.orders() if order.state not in standing_still.STATES]
    catalogue = {product["productId"]: product for product in data.products()}
    return ordering.place(api, moving) + standing_still.write(tables, still, ids, catalogue)


def _parameters(ssm: Any, stack: str) -> dict[str, str]:
    names = ("user-pool", "user-pool-client", "orders-table", "products-table")
    found = ssm.get_parameters(Names=[f"/{stack}/{name}" for name in names])["Parameters"]
    if len(found) < len(names):
        raise SeedError(
            f"There are no parameters /{stack}/…: is the stack {stack} deployed to this account and region?"
        )
    return {one["Name"].rpartition("/")[2]: str(one["Value"]) for one in found}


def _complete_profile(api: Api, person: data.DemoPerson) -> str:
    """The person's id."""
    profile = api.send("GET", "/users/me", person.email)
    wanted = {"phone": person.phone, "address": person.address}
    if profile["version"] == 1 and any(wanted.values()):
        api.send("PUT", "/users/me", person.email, json=wanted)
    return str(profile["userId"])


def _import_missing(api: Api) -> int:
    there = {product["productId"] for product in api.pages("/products", "products")}
    missing = [product for product in data.products() if product["productId"] not in there]
    if missing:
        headers = {"content-type": "text/csv"}
        report = api.send("POST", "/products/import", STAFF, data=_csv(missing).encode(), headers=headers)
        if report["failed"]:
            raise SeedError(f"{report['failed']} products were not imported: {report['errors'][:3]}")
    return len(missing)


def _csv(products: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(products[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(products)
    return text.getvalue()
