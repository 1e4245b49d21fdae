"""Requests to a small REST API that have found their method, for what stands between method and integration."""

from __future__ import annotations

from typing import Any

from emulator.model import Place, RestApi, RestIntegration, RestMethod
from emulator.payloads.http_message import HttpRequest
from emulator.payloads.rest_call import RestCall
from tests.fakes.http_apis import request

PLACE = Place("template.yaml", 1)
HOST = (("host", "127.0.0.1:3001"),)


def rest_method(verb: str = "GET", path: str = "/links/{code}", **values: Any) -> RestMethod:
    fields: dict[str, Any] = {"integration": RestIntegration("mock"), **values}
    return RestMethod(verb, path, "r1s2t3", **fields)


def rest_api(*methods: RestMethod, **values: Any) -> RestApi:
    fields: dict[str, Any] = {"stage": "Prod", "methods": methods or (rest_method(),), **values}
    return RestApi("Api", "abc123def4", "demo", PLACE, **fields)


def asked(verb: str = "GET", path: str = "/links/abc", *, body: bytes = b"", query: str = "", **headers: str) -> Any:
    """A request with these headers; underscores stand for hyphens."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return request(verb, f"/Prod{path}", query=query, body=body, headers=(*HOST, *named))


def rest_call(sent: HttpRequest | None = None, *, api: RestApi | None = None, **values: Any) -> RestCall:
    """The call of the API's first method unless `method` says otherwise."""
    here = api or rest_api()
    given = sent or asked()
    fields: dict[str, Any] = {
        "method": here.methods[0],
        "path": given.path.removeprefix(f"/{here.stage}"),
        "path_parameters": {"code": "abc"},
        "extended_request_id": "ATfSmjLgPHcESJw=",
        **values,
    }
    return RestCall(here, "us-east-1", "123456789012", given, **fields)
