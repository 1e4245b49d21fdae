"""The OpenAPI document: Powertools makes it from the routes and their models; here it learns what it cannot know.

Errors look as in all systems, paths have the template's names, and access.py says which key opens what.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic.alias_generators import to_camel

from orders.web.access import PERMISSIONS, PUBLIC

_MEANINGS = {
    "400": "Malformed request or forged nextToken",
    "401": "No valid token or API key",
    "403": "The permission is missing",
    "404": "No such thing",
    "409": "Taken, changed meanwhile, or in no state for it",
    "413": "Too large",
    "415": "Another media type is wanted",
    "422": "A field is not valid",
    "429": "Too many requests",
    "503": "Something we depend on does not answer",
}
_DETAIL = {
    "type": "object",
    "required": ["field", "message"],
    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
}
_ERROR = {
    "type": "object",
    "description": "Every error of every system looks like this.",
    "required": ["error", "requestId"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "array", "items": _DETAIL},
            },
        },
        "requestId": {"type": "string"},
    },
}
_LINES = {"type": "string", "description": "Line by line, each like NewProduct; CSV begins with the names of columns."}
_CREATING = ("POST /users", "POST /products", "POST /orders", "POST /api-keys")
_SILENT = ("POST /users/confirm", "DELETE /products/{productId}", "DELETE /privacy")
_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255}}
_KEYED = ("POST /products", "POST /orders", "POST /api-keys")
_PARAMETER = re.compile(r"[{<](\w+)[}>]")


def document(resolver: APIGatewayHttpResolver, base_url: str) -> dict[str, Any]:
    """The whole document. https://spec.openapis.org/oas/v3.1.0"""
    made = json.loads(resolver.get_openapi_json_schema(title="Orders", version="1", openapi_version="3.1.0"))
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Error"] = _ERROR
    made["servers"] = [{"url": base_url}]
    made["components"]["securitySchemes"] = {
        "person": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "integration": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    }
    made["paths"] = {_path(path): _described(_path(path), methods) for path, methods in made["paths"].items()}
    return dict(made)


def _path(path: str) -> str:
    return _PARAMETER.sub(lambda found: "{" + to_camel(found[1]) + "}", path)


def _described(path: str, methods: Mapping[str, Any]) -> dict[str, Any]:
    return {method: _operation(f"{method.upper()} {path}", operation) for method, operation in methods.items()}


def _operation(route: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    wanted = PERMISSIONS.get(route, PUBLIC)
    refused = {"400", "422", "429", "503"} | ({"401", "403"} if wanted else set())
    if "{" in route:
        refused.add("404")
    if not route.startswith("GET"):
        refused |= {"409", "413", "415"}
    described = {**operation, "responses": {**_successes(route, operation), **_refusals(refused)}}
    if route in _KEYED or route.endswith("/stock"):
        described["parameters"] = [*described.get("parameters", []), _KEY]
    for parameter in described.get("parameters", []):
        if parameter["in"] == "path":
            parameter["name"] = to_camel(parameter["name"])
    if route.endswith("/products/import"):
        kinds = ("text/csv", "application/x-ndjson")
        described["requestBody"] = {"required": True, "content": {kind: {"schema": _LINES} for kind in kinds}}
    scheme = "integration" if " /integrations/" in route else "person"
    described["security"] = [{scheme: sorted(wanted)}] if wanted else []
    return described


def _successes(route: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Powertools says 200 for all of them."""
    found = operation["responses"].get("200", {"description": "Done"})
    if route in _SILENT:
        return {"204": {"description": "Done"}}
    return {"201" if route in _CREATING else "200": {**found, "description": "Done"}}


def _refusals(statuses: set[str]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in sorted(statuses)}
