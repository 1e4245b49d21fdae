"""Puts each function together once per cold start: environment -> repositories and gateways -> use cases.

Every function imports only what it needs, in its own part below.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

    from orders.domain.paging import PageTokens
    from orders.services.archiving import ArchiveAudit
    from orders.services.cleaning import CleanUpOrders
    from orders.services.health import Health
    from orders.services.integrations import RecogniseKey
    from orders.services.notifying import Notify
    from orders.services.processing import ProcessOrder
    from orders.services.watching import WatchChanges
    from orders.stand_in.ledger_table import TableLedger


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

    def seconds(self, name: str) -> timedelta:
        return timedelta(seconds=float(self.variables[name]))


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


def people_routes(env: Environment, dynamodb: Any, tokens: PageTokens) -> list[APIGatewayHttpRouter]:
    """ApiHandler: people, their privacy, the audit."""
    from orders.gateways.clients import client
    from orders.gateways.cognito_directory import CognitoDirectory
    from orders.repositories.audit_trail import TableAuditTrail
    from orders.repositories.notifications_of_people import TableNotificationsOfPeople
    from orders.repositories.order_table import TableOrders
    from orders.repositories.people_table import TableProfiles
    from orders.services.audit import ReadAudit
    from orders.services.people import ManagePeople
    from orders.services.privacy import Privacy
    from orders.web.audit_routes import AuditRoutes
    from orders.web.people_routes import PeopleRoutes
    from orders.web.privacy_routes import PrivacyRoutes

    pool = CognitoDirectory(client("cognito-idp"), env.variables["USER_POOL_ID"], env.variables["USER_POOL_CLIENT_ID"])
    profiles, trail = TableProfiles(dynamodb, env.people_table), TableAuditTrail(dynamodb, env.audit_table)
    people = ManagePeople(pool, profiles, time.time)
    orders = TableOrders(dynamodb, env.orders_table, env.products_table)
    told = TableNotificationsOfPeople(dynamodb, env.notifications_table)
    privacy = Privacy(people, pool, profiles, orders, told, trail, time.time)
    return [
        PeopleRoutes(people, tokens).router(),
        PrivacyRoutes(privacy).router(),
        AuditRoutes(ReadAudit(trail, time.time), tokens).router(),
    ]


def catalogue_routes(env: Environment, dynamodb: Any, tokens: PageTokens) -> list[APIGatewayHttpRouter]:
    """ApiHandler: catalogue and keys."""
    from orders.domain.remembering import Remembered
    from orders.repositories.catalogue_table import TableCatalogue
    from orders.repositories.key_table import TableKeys
    from orders.repositories.shelves_table import TableShelves
    from orders.repositories.stock_moves import TableStockMoves
    from orders.services.bulk_import import ImportProducts
    from orders.services.catalogue import ManageCatalogue
    from orders.services.integrations import ManageKeys
    from orders.web.key_routes import KeyRoutes
    from orders.web.product_routes import ProductRoutes

    max_age_s = env.number("CATALOGUE_CACHE_SECONDS")
    catalogue = ManageCatalogue(
        TableCatalogue(dynamodb, env.products_table),
        TableStockMoves(dynamodb, env.products_table),
        time.time,
        Remembered(time.monotonic, max_age_s),
        Remembered(time.monotonic, max_age_s, most=100),
    )
    imports = ImportProducts(TableShelves(dynamodb, env.products_table), time.time)
    return [
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


# ---- orders


def now() -> datetime:
    return datetime.now(UTC)


def order_routes(env: Environment, dynamodb: Any, tokens: PageTokens) -> APIGatewayHttpRouter:
    """ApiHandler: orders."""
    import uuid

    from orders.gateways.clients import client
    from orders.gateways.order_queue import SqsOrderQueue
    from orders.journal import log
    from orders.repositories.offer_table import TableOffers
    from orders.repositories.order_table import TableOrders
    from orders.services.managing import ManageOrders
    from orders.services.placing import Limits, PlaceOrder
    from orders.web.order_routes import OrderRoutes

    def complain(why: str) -> None:
        log.error("not enqueued, Cleanup will do it", why=why)

    orders = TableOrders(dynamodb, env.orders_table, env.products_table)
    queue, look_again = SqsOrderQueue(client("sqs"), env.orders_queue_url), env.seconds("LOOK_AGAIN_SECONDS")
    limits = Limits(
        lines=env.number("MAX_LINES_PER_ORDER"),
        units_per_line=env.number("MAX_UNITS_PER_LINE"),
        value=env.number("MAX_ORDER_VALUE"),
    )
    placing = PlaceOrder(
        orders,
        TableOffers(dynamodb, env.products_table),
        queue,
        limits=limits,
        currency=env.variables["CURRENCY"],
        look_again=look_again,
        now=now,
        new_id=lambda: uuid.uuid4().hex,
        complain=complain,
    )
    managing = ManageOrders(orders, queue, tokens, look_again=look_again, now=now, complain=complain)
    return OrderRoutes(placing, managing).router()


def process_order(env: Environment) -> ProcessOrder:
    """OrderProcessor."""
    from random import random

    from orders.gateways.circuit_breaker import CircuitBreaker
    from orders.gateways.clients import client
    from orders.gateways.http_call import post
    from orders.gateways.payment_gateway import HttpPayments
    from orders.gateways.secret import Secret
    from orders.repositories.order_table import TableOrders
    from orders.services.processing import ProcessOrder

    failures, rest_s = env.number("PAYMENT_BREAKER_FAILURES"), float(env.variables["PAYMENT_BREAKER_SECONDS"])
    payments = HttpPayments(
        env.variables["PAYMENT_URL"],
        Secret(client("secretsmanager"), env.variables["PAYMENT_SECRET_ARN"]),
        post=post,
        timeout_s=float(env.variables["PAYMENT_TIMEOUT_SECONDS"]),
        breaker=CircuitBreaker(failures, rest_s, time.monotonic),
        sleep=time.sleep,
        random=random,
    )
    orders = TableOrders(client("dynamodb"), env.orders_table, env.products_table)
    return ProcessOrder(orders, payments, reservation=env.seconds("RESERVATION_SECONDS"), now=now)


def watch_changes(env: Environment) -> WatchChanges:
    """EventProcessor."""
    from orders.gateways.announcing import Bus, Topic
    from orders.gateways.clients import client
    from orders.journal import count
    from orders.repositories.audit_table import TableAudit
    from orders.services.watching import WatchChanges

    audit = TableAudit(client("dynamodb"), env.audit_table, timedelta(days=env.number("AUDIT_DAYS")))
    return WatchChanges(
        audit,
        order_events=Topic(client("sns"), env.variables["EVENTS_TOPIC_ARN"]),
        stock_events=Bus(client("events"), env.variables["EVENT_BUS_NAME"]),
        low_stock=env.number("LOW_STOCK_THRESHOLD"),
        count=count,
    )


def notify(env: Environment) -> Notify:
    """NotificationProcessor."""
    from orders.gateways.clients import client
    from orders.repositories.notification_table import TableOutbox
    from orders.services.notifying import Notify

    return Notify(TableOutbox(client("dynamodb"), env.notifications_table))


def clean_up(env: Environment) -> tuple[CleanUpOrders, ArchiveAudit]:
    """Cleanup."""
    from orders.gateways.archive_bucket import BucketArchive
    from orders.gateways.clients import client
    from orders.gateways.order_queue import SqsOrderQueue
    from orders.repositories.audit_table import TableAuditDays
    from orders.repositories.order_table import TableOrders
    from orders.services.archiving import ArchiveAudit
    from orders.services.cleaning import CleanUpOrders

    dynamodb = client("dynamodb")
    orders = CleanUpOrders(
        TableOrders(dynamodb, env.orders_table, env.products_table),
        SqsOrderQueue(client("sqs"), env.orders_queue_url),
        abandon=env.seconds("ABANDON_SECONDS"),
        look_again=env.seconds("LOOK_AGAIN_SECONDS"),
        now=now,
    )
    archive = BucketArchive(client("s3"), env.variables["ARCHIVE_BUCKET"])
    return orders, ArchiveAudit(TableAuditDays(dynamodb, env.audit_table), archive, now)


def stand_in(env: Environment) -> tuple[TableLedger, Callable[[], str]]:
    """PaymentStandIn: its ledger, and the secret that callers must know."""
    from orders.gateways.clients import client
    from orders.gateways.secret import Secret
    from orders.stand_in.ledger_table import TableLedger

    ledger = TableLedger(client("dynamodb"), env.variables["STAND_IN_TABLE"])
    return ledger, Secret(client("secretsmanager"), env.variables["PAYMENT_SECRET_ARN"])
