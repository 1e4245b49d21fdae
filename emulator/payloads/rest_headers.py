"""The headers a function gets from a REST API: their names are passed on in the case they were sent.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

from emulator.payloads.http_message import HttpRequest

# What never reaches an integration.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_DROPPED = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "keep-alive",
        "max-forwards",
        "proxy-authenticate",
        "proxy-connection",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)
_NOT_PASSED_ON = _DROPPED | {"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}


def headers_for_function(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and value pairs sorted by name; the gateway adds its trace id and says where the request came from."""
    pairs = [(request.written(name), value) for name, value in request.headers if name not in _NOT_PASSED_ON]
    forwarded = request.header("x-forwarded-for")
    pairs += (
        ("X-Amzn-Trace-Id", request.trace_id),
        ("X-Forwarded-For", f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip),
        ("X-Forwarded-Port", str(request.port)),
        ("X-Forwarded-Proto", request.scheme),
    )
    pairs.sort(key=lambda pair: pair[0])
    return pairs
