"""The size limits of an HTTP API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

from __future__ import annotations

from emulator.payloads import gateway_error
from emulator.payloads.http_message import HttpRequest, HttpResponse

BODY_LIMIT_BYTES = 10 * 1024 * 1024
REQUEST_LINE_AND_HEADERS_LIMIT_BYTES = 10_240
INVOKE_LIMIT_BYTES = 6_291_456
"""What Lambda accepts as the event of a synchronous invocation."""


def refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that is too large, or None."""
    if len(request.body) > BODY_LIMIT_BYTES:
        return gateway_error.ENTITY_TOO_LARGE
    if line_and_headers(request) > REQUEST_LINE_AND_HEADERS_LIMIT_BYTES:
        return gateway_error.HEADERS_TOO_LARGE
    return None


def line_and_headers(request: HttpRequest) -> int:
    """Bytes."""
    line = len(request.method) + len(request.path) + len(request.query)
    return line + sum(len(name) + len(value) for name, value in request.headers)
