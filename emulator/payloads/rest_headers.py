"""The headers a function gets from a REST API, with their names as a client of HTTP/1.1 writes them.

A REST API passes names on in the case they were sent. The server that Terrarium runs on hands them over in lower case,
so the case is a guess: as the template spells a name, else every word with a capital.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


class HeaderNames:
    """How the names of one API's request headers are written."""

    def __init__(self, spelled: Iterable[str] = ()) -> None:
        """`spelled`: names as the template writes them."""
        self._names: Mapping[str, str] = {name.lower(): name for name in spelled}

    def written(self, name: str) -> str:
        return self._names.get(name) or name.title()


def headers_for_function(request: HttpRequest, names: HeaderNames) -> list[tuple[str, str]]:
    """Name and value pairs sorted by name; the gateway adds its trace id and says where the request came from."""
    pairs = [(names.written(name), value) for name, value in request.headers if name not in _NOT_PASSED_ON]
    forwarded = request.header("x-forwarded-for")
    pairs += (
        ("X-Amzn-Trace-Id", request.trace_id),
        ("X-Forwarded-For", f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip),
        ("X-Forwarded-Port", str(request.port)),
        ("X-Forwarded-Proto", request.scheme),
    )
    pairs.sort(key=lambda pair: pair[0])
    return pairs
