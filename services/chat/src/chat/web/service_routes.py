"""GET /health and GET /openapi.json: what the system says of itself. Anybody may ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.web.request import base_url
from chat.web.shapes import JSON, Shown, answers


class HealthView(Shown):
    """Everything that is needed answers."""

    status: Literal["ok"] = "ok"


class ServiceRoutes:
    """`check` raises UnavailableError; `document` makes the OpenAPI document of an address."""

    def __init__(self, check: Callable[[], None], document: Callable[[str], str]) -> None:
        self._check, self._document = check, document
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router = self._router
        ok = answers(200, HealthView)
        router.get("/health", summary="Whether what we depend on answers", tags=["Service"], responses=ok)(self.health)
        router.get("/openapi.json", include_in_schema=False)(self.openapi)
        return router

    def health(self) -> Response[HealthView]:
        self._check()
        return Response(200, JSON, HealthView())

    def openapi(self) -> Response[str]:
        text = self._document(base_url(self._router.current_event.raw_event))
        # The one answer that is the same for everybody.
        return Response(200, JSON, text, headers={"cache-control": "public, max-age=300"})
