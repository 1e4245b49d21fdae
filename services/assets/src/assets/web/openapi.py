"""GET /openapi.json: the document of all routes, made from the models that validate and answer.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from functools import lru_cache

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from assets.web.request import base_url

router = APIGatewayHttpRouter()


@router.get("/openapi.json", include_in_schema=False)
def openapi() -> Response[str]:
    text = document(base_url(router.current_event.raw_event))
    # The one answer that is the same for everybody.
    return Response(200, "application/json", text, headers={"cache-control": "public, max-age=300"})


@lru_cache(maxsize=4)
def document(url: str) -> str:
    """The document as JSON text."""
    # Most requests do not ask for it: what it needs is imported when one does.
    from aws_lambda_powertools.event_handler.openapi.models import Server

    from assets.web import assets_routes, users_routes
    from assets.web.api import resolver

    app = resolver(users_routes.router, assets_routes.router)
    return app.get_openapi_json_schema(title="Users and assets", version="1", servers=[Server(url=url)])
