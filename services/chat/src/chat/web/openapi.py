"""The document of all routes, made from the models that validate and answer. https://spec.openapis.org/oas/v3.1.0"""

from __future__ import annotations

from collections.abc import Sequence

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.web.api import resolver


def document_of(routers: Sequence[APIGatewayHttpRouter], url: str) -> str:
    """The document as JSON text. `url` is where the API answers."""
    return resolver(*routers).get_openapi_json_schema(
        title="Chat",
        version="1",
        servers=[Server(url=url)],
        security_schemes={"accessToken": HTTPBearer(bearerFormat="JWT")},
    )
