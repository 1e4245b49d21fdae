"""GET /health and GET /openapi.json: what the system says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from orders.journal import log
from orders.services.health import Health, State
from orders.web.shapes import Shown


class HealthReport(Shown):
    """`degraded` is answered with 200: orders go on, only nobody is told. `down` is 503."""

    status: State
    dependencies: dict[str, Literal["ok", "down"]]


class ServiceRoutes:
    """Anybody may call both."""

    def __init__(self, health: Callable[[], Health], document: Callable[[], dict[str, Any]]) -> None:
        self._health, self._document = health, document

    def router(self) -> APIGatewayHttpRouter:
        router = APIGatewayHttpRouter()
        router.get("/health", summary="Whether everything we depend on answers")(self.health)
        router.get("/openapi.json", summary="This document", include_in_schema=False)(self.openapi)
        return router

    def health(self) -> tuple[HealthReport, int]:
        found = self._health()
        if found.failures:
            log.warning("unhealthy", failures=dict(found.failures))
        report = HealthReport(
            status=found.state,
            dependencies={name: "ok" if answered else "down" for name, answered in found.dependencies.items()},
        )
        return report, 503 if found.state is State.DOWN else 200

    def openapi(self) -> Response[str]:
        return Response(200, "application/json", json.dumps(self._document(), separators=(",", ":")))
