"""The event of a function URL and what its function answers: format 2.0, with a few differences to HTTP APIs.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from emulator.payloads import http_api_v2
from emulator.payloads.encoded_path import encoded_path
from emulator.payloads.gateway_headers import headers_for_function
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.request_body import encoded_body
from emulator.payloads.request_time import request_time

JSON: Final = "application/json"
_ROUTE = "$default"
_ANONYMOUS = "anonymous"
# What separates the metadata of a streamed response from its body.
_END_OF_PRELUDE = b"\0" * 8


@dataclass(frozen=True, slots=True)
class UrlCall:
    """A request to a function URL. access_key: of who signed it; None where nobody has to."""

    url_id: str
    region: str
    account_id: str
    request: HttpRequest
    request_id: str
    access_key: str | None = None

    @property
    def domain_name(self) -> str:
        """The host the client used, with its port, so that a URL built from it leads back here."""
        return self.request.header("host") or f"{self.url_id}.lambda-url.{self.region}.on.aws"


def event(call: UrlCall) -> dict[str, Any]:
    """The event as a dict; what is empty is absent. Unlike an HTTP API's, the path is still encoded."""
    request = call.request
    path = encoded_path(request)
    document: dict[str, Any] = {
        "version": "2.0",
        "routeKey": _ROUTE,
        "rawPath": path,
        "rawQueryString": request.query,
        **http_api_v2.parts_of(request, _headers(request)),
        "requestContext": _context(call, path),
        "isBase64Encoded": False,
    }
    if request.body:
        document["body"], document["isBase64Encoded"] = encoded_body(request.body, request.header("content-type"))
    return document


def response(payload: bytes) -> HttpResponse | None:
    """The answer of a buffered function; None when it is malformed. Without a content type it is JSON."""
    return http_api_v2.response(payload, default_type=JSON)


def streamed_response(payload: bytes) -> HttpResponse | None:
    """The answer of a function that streams: metadata, eight zero bytes and a body, or a body alone.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
    """
    prelude, separator, body = payload.partition(_END_OF_PRELUDE)
    if not separator:
        return HttpResponse(200, (("content-type", "application/octet-stream"),), payload)
    head = response(prelude)
    return None if head is None else HttpResponse(head.status, head.headers, body)


def _headers(request: HttpRequest) -> list[tuple[str, str]]:
    """A function URL states a length only where there is a body."""
    pairs = headers_for_function(request)
    return pairs if request.body else [pair for pair in pairs if pair[0] != "content-length"]


def _context(call: UrlCall, path: str) -> dict[str, Any]:
    request = call.request
    context: dict[str, Any] = {
        "accountId": _ANONYMOUS if call.access_key is None else call.account_id,
        "apiId": call.url_id,
        "domainName": call.domain_name,
        "domainPrefix": call.url_id,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": call.request_id,
        "routeKey": _ROUTE,
        "stage": _ROUTE,
        "time": request_time(int(request.received_s)),
        "timeEpoch": int(request.received_s * 1000),
    }
    if call.access_key is not None:
        context["authorizer"] = {"iam": _caller(call.access_key, call.account_id)}
    return context


def _caller(access_key: str, account_id: str) -> dict[str, Any]:
    """Dummy credentials are those of the account's root user, as a local STS says too."""
    return {
        "accessKey": access_key,
        "accountId": account_id,
        "callerId": account_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{account_id}:root",
        "userId": account_id,
    }
