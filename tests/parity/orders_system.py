"""A deployed `orders`: its API, its people, what its tables and its payment gateway say."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import requests
from boto3.dynamodb.types import TypeDeserializer

from tests.fakes.waiting import wait_for
from tests.parity.running_system import System

PASSWORD = "Correct-horse-7-battery"
PATIENCE_S = 180.0
UNFINISHED = ("pending", "reserved")


@dataclass(frozen=True)
class Somebody:
    """A person who is signed in."""

    person_id: str
    email: str
    token: str


@dataclass
class OrdersSystem:
    """The system, and the names that its stack published."""

    system: System
    people: dict[str, Somebody] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.system.client(service)

    def call(self, method: str, path: str, who: Somebody | None = None, **arguments: Any) -> requests.Response:
        headers = {**arguments.pop("headers", {})}
        if who is not None:
            headers["authorization"] = f"Bearer {who.token}"
        return requests.request(method, f"{self.system.url}{path}", headers=headers, timeout=30, **arguments)

    def customer(self) -> Somebody:
        """A new one."""
        return self.somebody(f"customer-{uuid.uuid4().hex[:12]}@example.com")

    @cached_property
    def staff(self) -> Somebody:
        return self.somebody(f"staff-{uuid.uuid4().hex[:12]}@example.com", "staff")

    @cached_property
    def admin(self) -> Somebody:
        return self.somebody(f"admin-{uuid.uuid4().hex[:12]}@example.com", "admin")

    def somebody(self, email: str, *groups: str) -> Somebody:
        """A person of these groups, made and signed in at the pool itself."""
        cognito = self.client("cognito-idp")
        pool, client = self.system.parameter("user-pool"), self.system.parameter("user-pool-client")
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        made = cognito.admin_create_user(
            UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=attributes
        )
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
        tokens = cognito.initiate_auth(
            ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD}
        )
        known = {one["Name"]: one["Value"] for one in made["User"]["Attributes"]}
        return Somebody(known["sub"], email, tokens["AuthenticationResult"]["AccessToken"])

    def product(self, stock: int = 10, price: int = 1250) -> str:
        """The id of a new product."""
        product_id = f"mug-{uuid.uuid4().hex[:12]}"
        body = {"productId": product_id, "name": "Mug", "category": "kitchen", "price": price, "stock": stock}
        answer = self.call("POST", "/products", self.staff, json=body)
        assert answer.status_code == 201, answer.text
        return product_id

    def stock(self, product_id: str) -> int:
        """As the table has it: the API may remember it for a moment."""
        table = self.system.parameter("products-table")
        answer = self.client("dynamodb").get_item(
            TableName=table, Key={"productId": {"S": product_id}}, ConsistentRead=True
        )
        return int(answer["Item"]["stock"]["N"])

    def placed(self, who: Somebody, product_id: str, quantity: int = 1, method: str = "pm_card") -> dict[str, Any]:
        """An order as it was answered."""
        body = {"items": [{"productId": product_id, "quantity": quantity}], "paymentMethod": method}
        answer = self.call("POST", "/orders", who, json=body)
        assert answer.status_code == 201, answer.text
        placed: dict[str, Any] = answer.json()
        return placed

    def when(
        self, who: Somebody, order_id: str, ready: Callable[[dict[str, Any]], bool], within_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The order as soon as it is so."""

        def found() -> dict[str, Any] | None:
            order: dict[str, Any] = self.call("GET", f"/orders/{order_id}", who).json()
            return order if ready(order) else None

        order = wait_for(found, within_s, every_s=0.05)
        assert order, self.call("GET", f"/orders/{order_id}", who).text
        return order

    def rested(self, who: Somebody, order_id: str) -> dict[str, Any]:
        """The order when it is neither pending nor reserved any more."""
        return self.when(who, order_id, lambda order: order["status"] not in UNFINISHED)

    def paid(self, who: Somebody, product_id: str, quantity: int = 1) -> dict[str, Any]:
        """A paid order, for tests that need one."""
        order = self.rested(who, self.placed(who, product_id, quantity)["orderId"])
        assert order["status"] == "paid"
        return order

    def payment(self, order_id: str) -> dict[str, Any]:
        """What the payment gateway's stand-in says of an order."""
        headers = {"authorization": f"Bearer {self.payment_secret}"}
        answer = self.call("GET", f"/payment-stand-in/payments/{order_id}", headers=headers)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    @cached_property
    def payment_secret(self) -> str:
        name = self.system.parameter("payment-secret")
        return str(self.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])

    def audit(self, entity: str) -> list[dict[str, Any]]:
        """A thing's audit entries as they lie in the table, by time."""
        return list(
            self._query("audit-table", KeyConditionExpression="entity = :e", ExpressionAttributeValues=_texts(e=entity))
        )

    def notifications(self, recipient: str) -> list[dict[str, Any]]:
        """What somebody was told."""
        values = _texts(r=recipient)
        return list(
            self._query(
                "notifications-table", KeyConditionExpression="recipient = :r", ExpressionAttributeValues=values
            )
        )

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table."""
        pages = self.client("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=self.system.parameter(table), ConsistentRead=True)
        return [_plain(item) for page in found for item in page["Items"]]

    def _query(self, table: str, **asked: Any) -> Iterator[dict[str, Any]]:
        pages = self.client("dynamodb").get_paginator("query")
        for page in pages.paginate(TableName=self.system.parameter(table), ConsistentRead=True, **asked):
            yield from map(_plain, page["Items"])


def _texts(**values: str) -> dict[str, dict[str, str]]:
    return {f":{name}": {"S": value} for name, value in values.items()}


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
