"""Requests to a small REST API that have found their method, for what stands between method and integration."""

from __future__ import annotations

from typing import Any

from emulator.model import RestApi, RestIntegration, RestMethod
from emulator.payloads.http_message import HttpRequest
from emulator.payloads.rest_call import RestCall
from tests.fakes import rest_apis
from tests.fakes.http_apis import request, written


def rest_method(verb: str = "GET", path: str = "/links/{code}", **values: Any) -> RestMethod:
    return rest_apis.method(verb, path, RestIntegration("mock"), **values)


def rest_api(*methods: RestMethod, **values: Any) -> RestApi:
    return rest_apis.rest_api(*(methods or (rest_method(),)), **values)


def asked(
    verb: str = "GET", path: str = "/links/abc", *, body: bytes = b"", query: str = "", **headers: str
) -> HttpRequest:
    """A request with these headers, their names as written; underscores stand for hyphens."""
    named = ((name.replace("_", "-"), value) for name, value in headers.items())
    return request(verb, f"/Prod{path}", query=query, body=body, **written(("Host", "127.0.0.1:3001"), *named))


def rest_call(sent: HttpRequest | None = None, *, api: RestApi | None = None, **values: Any) -> RestCall:
    """The call of the API's first method unless `method` says otherwise."""
    here, given = api or rest_api(), sent or asked()
    fields = {"path": given.path.removeprefix(f"/{here.stage}"), "path_parameters": {"code": "abc"}, **values}
    return rest_apis.rest_call(given, fields.pop("method", here.methods[0]), api=here, **fields)
