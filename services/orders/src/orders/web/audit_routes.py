"""GET /audit for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import AwareDatetime, Field

from orders.domain.audit import AuditEntry
from orders.domain.errors import InvalidFieldsError
from orders.domain.paging import PageTokens
from orders.services.audit import Inquiry, ReadAudit
from orders.web.shapes import Asked, Limit, NextToken, PersonId, ProductId, Shown


class AuditQuery(Asked):
    """By order, by product or by person; in a time, from `from` on and before `to`; without anything the last day."""

    order_id: PersonId | None = None
    product_id: ProductId | None = None
    user_id: PersonId | None = None
    start: Annotated[AwareDatetime | None, Field(alias="from")] = None
    end: Annotated[AwareDatetime | None, Field(alias="to")] = None
    limit: Limit = 20
    next_token: NextToken | None = None

    def inquiry(self) -> Inquiry:
        """Raises InvalidFieldsError for more than one of order, product and person."""
        if sum(one is not None for one in (self.order_id, self.product_id, self.user_id)) > 1:
            raise InvalidFieldsError(("orderId", "ask for one of orderId, productId and userId"))
        entity = f"order#{self.order_id}" if self.order_id else None
        if self.product_id:
            entity = f"product#{self.product_id}"
        return Inquiry(entity, self.user_id, self.start, self.end)


class AuditView(Shown):
    """One event. `changes` says what differs, before and after."""

    event_id: str
    event_type: str
    entity: str
    at: AwareDatetime
    user_id: str
    correlation_id: str
    changes: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditView:
        return cls(
            event_id=entry.event_id,
            event_type=entry.event_type,
            entity=entry.entity,
            at=datetime.fromisoformat(entry.at),
            user_id=entry.person_id,
            correlation_id=entry.correlation_id,
            changes=dict(entry.changes),
        )


class AuditList(Shown):
    """One page, newest first; without `nextToken` it is the last."""

    entries: list[AuditView]
    next_token: str | None = None


class AuditRoutes:
    """Who may call this is in access.py."""

    def __init__(self, read: ReadAudit, tokens: PageTokens) -> None:
        self._read, self._tokens = read, tokens

    def router(self) -> APIGatewayHttpRouter:
        router = APIGatewayHttpRouter()
        router.get("/audit", summary="Look up what happened, newest first")(self.listed)
        return router

    def listed(self, query: Annotated[AuditQuery, Query()]) -> AuditList:
        inquiry = query.inquiry()
        listed = f"audit\n{inquiry.entity}\n{inquiry.person_id}\n{inquiry.start}\n{inquiry.end}"
        page = self._read(inquiry, query.limit, self._tokens.position(listed, query.next_token))
        return AuditList(
            entries=[AuditView.of(entry) for entry in page.entries],
            next_token=self._tokens.sign(listed, page.position),
        )
