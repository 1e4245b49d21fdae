"""The OpenAPI document, made from the models that validate requests and shape answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shortener.web import models, sign_in_models

_REFERENCES = "#/components/schemas/{model}"
_MEANINGS = {
    200: "Done",
    201: "Created",
    204: "Deleted",
    302: "Follow the location",
    400: "Malformed request or forged nextToken",
    401: "No valid access token",
    403: "Not yours",
    404: "No such link",
    409: "Taken, or changed meanwhile",
    410: "Expired or disabled",
    413: "Too large",
    415: "Not JSON",
    422: "A field is not valid",
    429: "Too many requests",
    503: "Paused, or a dependency does not answer",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. `answers` maps statuses to the model of their body, None for none."""

    method: str
    path: str
    summary: str
    answers: dict[int, type[BaseModel] | None]
    errors: tuple[int, ...]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    public: bool = False


_BODY_ERRORS = (400, 413, 415, 422)
OPERATIONS = (
    Operation("get", "/{code}", "Follow a short link", {302: None}, (404, 410, 503), public=True),
    Operation("post", "/links", "Create a link", {201: models.LinkView}, (*_BODY_ERRORS, 409), models.CreateLink),
    Operation(
        "get", "/links", "List your links, newest first", {200: models.LinkList}, (400, 422), query=models.ListQuery
    ),
    Operation("get", "/links/{code}", "Read a link", {200: models.LinkView}, (403, 404)),
    Operation(
        "put",
        "/links/{code}",
        "Change a link",
        {200: models.LinkView},
        (*_BODY_ERRORS, 403, 404, 409),
        models.UpdateLink,
    ),
    Operation("delete", "/links/{code}", "Delete a link", {204: None}, (403, 404, 409)),
    Operation(
        "get",
        "/links/{code}/stats",
        "Clicks of a link",
        {200: models.StatsView},
        (403, 404, 422),
        query=models.StatsQuery,
    ),
    Operation(
        "post",
        "/auth/google",
        "Sign in with a Google authorization code (PKCE)",
        {200: sign_in_models.SignedIn},
        (*_BODY_ERRORS, 401),
        sign_in_models.GoogleCode,
        public=True,
    ),
    Operation(
        "post",
        "/auth/refresh",
        "Trade a refresh token for new tokens",
        {200: sign_in_models.SignedIn},
        (*_BODY_ERRORS, 401),
        sign_in_models.Refresh,
        public=True,
    ),
)


def document(base_url: str) -> dict[str, Any]:
    """The whole document. https://spec.openapis.org/oas/v3.1.0"""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "URL shortener", "version": "1"},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"bearer": bearer}},
    }


def _schemas() -> dict[str, Any]:
    answers = {model for operation in OPERATIONS for model in operation.answers.values() if model} | {models.ErrorView}
    bodies = {operation.body for operation in OPERATIONS if operation.body}
    inputs = [(model, "validation") for model in sorted(bodies, key=lambda model: model.__name__)]
    outputs = [(model, "serialization") for model in sorted(answers, key=lambda model: model.__name__)]
    _, schema = models_json_schema([*inputs, *outputs], ref_template=_REFERENCES)  # type: ignore[list-item]
    found: dict[str, Any] = schema["$defs"]
    return found


def _operation(operation: Operation) -> dict[str, Any]:
    refused = (*operation.errors, 429, 503) if operation.public else (401, *operation.errors, 429, 503)
    described: dict[str, Any] = {
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {
            **{str(status): _answer(status, model) for status, model in operation.answers.items()},
            **{str(status): _answer(status, models.ErrorView) for status in sorted(set(refused))},
        },
        "security": [] if operation.public else [{"bearer": []}],
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if "{code}" in operation.path:
        found.append({"name": "code", "in": "path", "required": True, "schema": {"type": "string"}})
    if operation.path == "/links" and operation.method == "post":
        found.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255}})
    if operation.method == "put":
        found.append({"name": "If-Match", "in": "header", "schema": {"type": "string"}})
    if operation.query:
        schema = operation.query.model_json_schema()
        found += [{"name": name, "in": "query", "schema": kind} for name, kind in schema["properties"].items()]
    return found


def _answer(status: int, model: type[BaseModel] | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _MEANINGS[status]}
    if model:
        described["content"] = _content(model)
    return described


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REFERENCES.format(model=model.__name__)}}}
