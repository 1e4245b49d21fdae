"""Puts each function together once per cold start: environment -> repositories and gateways -> use cases.

Every function imports only what it needs, in its own part below.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

    from orders.domain.paging import PageTokens
    from orders.services.health import Health
    from orders.services.integrations import RecogniseKey


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


# ---- people, catalogue, keys


def page_tokens(env: Environment) -> PageTokens:
    """Every list's."""
    from orders.domain.paging import PageTokens
    from orders.gateways.clients import client
    from orders.gateways.secret import Secret

    return PageTokens(Secret(client("secretsmanager"), env.variables["SECRET_ARN"]))


def recognise_key(env: Environment) -> RecogniseKey:
    """KeyAuthorizer."""
    from orders.gateways.clients import client
    from orders.repositories.key_table import TableKeys
    from orders.services.integrations import RecogniseKey

    return RecogniseKey(TableKeys(client("dynamodb"), env.keys_table), time.time)


def shop_routes(env: Environment, dynamodb: Any, tokens: PageTokens) -> list[APIGatewayHttpRouter]:
    """ApiHandler: people, catalogue and keys."""
    from orders.domain.remembering import Remembered
    from orders.gateways.clients import client
    from orders.gateways.cognito_directory import CognitoDirectory
    from orders.repositories.catalogue_table import TableCatalogue
    from orders.repositories.key_table import TableKeys
    from orders.repositories.people_table import TableProfiles
    from orders.repositories.shelves_table import TableShelves
    from orders.services.bulk_import import ImportProducts
    from orders.services.catalogue import ManageCatalogue
    from orders.services.integrations import ManageKeys
    from orders.services.people import ManagePeople
    from orders.web.key_routes import KeyRoutes
    from orders.web.people_routes import PeopleRoutes
    from orders.web.product_routes import ProductRoutes

    pool = CognitoDirectory(client("cognito-idp"), env.variables["USER_POOL_ID"], env.variables["USER_POOL_CLIENT_ID"])
    people = ManagePeople(pool, TableProfiles(dynamodb, env.people_table), time.time)
    max_age_s = env.number("CATALOGUE_CACHE_SECONDS")
    catalogue = ManageCatalogue(
        TableCatalogue(dynamodb, env.products_table),
        time.time,
        Remembered(time.monotonic, max_age_s),
        Remembered(time.monotonic, max_age_s, most=100),
    )
    imports = ImportProducts(TableShelves(dynamodb, env.products_table), time.time)
    return [
        PeopleRoutes(people, tokens).router(),
        ProductRoutes(catalogue, imports, tokens).router(),
        KeyRoutes(ManageKeys(TableKeys(dynamodb, env.keys_table), time.time), tokens).router(),
    ]


def health(env: Environment) -> Callable[[], Health]:
    """ApiHandler. Asked at most once in two seconds, however many want to know."""
    from orders.domain.remembering import Remembered
    from orders.gateways.dependencies import dependencies
    from orders.services.health import Health, examine

    asked = dependencies(env.variables)
    remembered = Remembered[Health](time.monotonic, max_age_s=2)
    return lambda: remembered("health", lambda: examine(asked))
