"""The headers a function gets from an HTTP API: the client's, less those of the connection, plus the gateway's own."""

from __future__ import annotations

from emulator.payloads.http_message import HttpRequest

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OWN = frozenset({"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "content-length"})


def headers_for_function(request: HttpRequest) -> list[tuple[str, str]]:
    """Lower-case name and value pairs sorted by name, as API Gateway lists them; repeated headers repeated.

    The gateway adds its trace id, appends the client to `x-forwarded-for` and always states the body's length.
    """
    pairs = [(name, value) for name, value in request.headers if name not in _HOP_BY_HOP and name not in _OWN]
    forwarded = request.header("x-forwarded-for")
    pairs += (
        ("content-length", str(len(request.body))),
        ("x-amzn-trace-id", request.trace_id),
        ("x-forwarded-for", f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip),
        ("x-forwarded-port", str(request.port)),
        ("x-forwarded-proto", request.scheme),
    )
    pairs.sort(key=_name)
    return pairs


def _name(pair: tuple[str, str]) -> str:
    return pair[0]
