"""/orders for customers and staff; reading, shipping and delivering also for integrations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import StringConstraints

from orders.domain.order import Order, Status
from orders.domain.permissions import Caller
from orders.services.managing import Listing, ManageOrders
from orders.services.placing import PlaceOrder, Wanted
from orders.web.caller import Event, caller, correlation_id, post
from orders.web.order_models import NewOrder, OrderList, OrderView
from orders.web.shapes import Asked, Limit, NextToken, PersonId

_OrderId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Path()]


class OrderQuery(Asked):
    """Which orders. Staff get everybody's with `status`, somebody's with `customerId`; all others their own."""

    status: Status | None = None
    customer_id: PersonId | None = None
    limit: Limit = 20
    next_token: NextToken | None = None


class OrderRoutes:
    """Routes to the use cases of orders."""

    def __init__(self, placing: PlaceOrder, managing: ManageOrders) -> None:
        self._placing, self._managing = placing, managing
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router = self._router
        router.post("/orders", summary="Place an order")(self.place)
        for below in ("", "/integrations"):
            router.get(f"{below}/orders", summary="List orders, newest first")(self.list)
            router.get(f"{below}/orders/<order_id>", summary="Read an order")(self.read)
            router.post(f"{below}/orders/<order_id>/ship", summary="Note that an order was shipped")(self.ship)
            router.post(f"{below}/orders/<order_id>/deliver", summary="Note that an order arrived")(self.deliver)
        router.post("/orders/<order_id>/cancel", summary="Cancel an order that was not shipped")(self.cancel)
        return router

    def place(self, order: Annotated[NewOrder, Body()]) -> Response[OrderView]:
        event, who = self._event(), caller(self._event())
        items = [(item.product_id, item.quantity) for item in order.items]
        wanted = Wanted(who.caller_id, items, order.payment_method, correlation_id(event))
        placed = self._placing.place(wanted, post(event, "order", who.caller_id, order.model_dump(mode="json")))
        headers = {"location": f"/orders/{placed.order_id}"}
        return Response(201, "application/json", OrderView.of(placed), headers=headers)

    def list(self, query: Annotated[OrderQuery, Query()]) -> OrderList:
        asked = Listing(query.limit, query.next_token, query.status, query.customer_id)
        found, token = self._managing.listed(caller(self._event()), asked)
        return OrderList(orders=[OrderView.of(order) for order in found], next_token=token)

    def read(self, order_id: _OrderId) -> OrderView:
        return OrderView.of(self._managing.read(caller(self._event()), order_id))

    def cancel(self, order_id: _OrderId) -> OrderView:
        return self._moved(self._managing.cancel, order_id)

    def ship(self, order_id: _OrderId) -> OrderView:
        return self._moved(self._managing.ship, order_id)

    def deliver(self, order_id: _OrderId) -> OrderView:
        return self._moved(self._managing.deliver, order_id)

    def _moved(self, move: Callable[[Caller, str, str], Order], order_id: str) -> OrderView:
        return OrderView.of(move(caller(self._event()), order_id, correlation_id(self._event())))

    def _event(self) -> Event:
        raw: Event = self._router.current_event.raw_event
        return raw
