"""/privacy: people see everything that is kept of them, and are forgotten."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from orders.domain.people import Account
from orders.services.privacy import Everything, Privacy
from orders.web.audit_routes import AuditView
from orders.web.caller import caller
from orders.web.order_models import OrderView
from orders.web.people_models import User
from orders.web.shapes import Shown


class AccountView(Shown):
    """What the user pool keeps besides the profile."""

    email: str
    name: str
    confirmed: bool
    enabled: bool

    @classmethod
    def of(cls, account: Account) -> AccountView:
        return cls(email=account.email, name=account.name, confirmed=account.confirmed, enabled=account.enabled)


class Export(Shown):
    """Everything that is kept of a person."""

    profile: User
    account: AccountView | None
    orders: list[OrderView]
    notifications: list[dict[str, Any]]
    audit: list[AuditView]

    @classmethod
    def of(cls, kept: Everything) -> Export:
        return cls(
            profile=User.of(kept.profile),
            account=AccountView.of(kept.account) if kept.account else None,
            orders=[OrderView.of(order) for order in kept.orders],
            notifications=[dict(one) for one in kept.notifications],
            audit=[AuditView.of(entry) for entry in kept.audit],
        )


class PrivacyRoutes:
    """Everybody for themselves."""

    def __init__(self, privacy: Privacy) -> None:
        self._privacy = privacy
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        self._router.get("/privacy/export", summary="Everything we keep of you")(self.export)
        self._router.delete("/privacy", summary="Forget you; orders and audit stay, in nobody's name")(self.forget)
        return self._router

    def export(self) -> Export:
        return Export.of(self._privacy.export(self._caller_id()))

    def forget(self) -> tuple[None, int]:
        self._privacy.forget(self._caller_id())
        return None, 204

    def _caller_id(self) -> str:
        return caller(self._router.current_event.raw_event).caller_id
