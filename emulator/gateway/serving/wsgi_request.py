"""Reads a WSGI environment into an `HttpRequest` and writes an `HttpResponse` the WSGI way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from emulator.gateway.limits import BODY_LIMIT_BYTES
from emulator.gateway.request_ids import Ids
from emulator.model import Clock
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]

RAW_HEADERS = "terrarium.raw_headers"
"""Pairs of name and value as they were sent; in the environment where the server keeps them."""
RAW_PATH = "terrarium.raw_path"
"""The path of the request line; likewise."""

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
WITHOUT_BODY = frozenset({204, 304})


class RequestReader:
    """Makes requests with ids and a time of arrival."""

    def __init__(self, clock: Clock, ids: Ids, port: int, body_limit_bytes: int = BODY_LIMIT_BYTES) -> None:
        """Of a body, one byte more than `body_limit_bytes` is read at most: enough to see that it is too large."""
        self._clock = clock
        self._ids = ids
        self._port = port
        self._body_limit_bytes = body_limit_bytes

    def read(self, environ: Environ, path: str) -> HttpRequest:
        """The request; `path` is the part of PATH_INFO that belongs to the API."""
        now = self._clock.now()
        sent: list[tuple[str, str]] = environ.get(RAW_HEADERS, [])
        return HttpRequest(
            method=environ["REQUEST_METHOD"],
            path=path,
            query=environ.get("QUERY_STRING", ""),
            headers=_lower_case(sent) if sent else _headers(environ),
            body=_body(environ, self._body_limit_bytes + 1),
            source_ip=environ.get("REMOTE_ADDR", ""),
            protocol=environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
            scheme=environ.get("wsgi.url_scheme", "http"),
            port=self._port,
            request_id=self._ids.api_request(),
            trace_id=self._ids.trace(environ.get("HTTP_X_AMZN_TRACE_ID"), now),
            received_s=now,
            raw_path=_raw_path(environ, path),
            prefix=environ.get("PATH_INFO", path).removesuffix(path),
            names={name.lower(): name for name, _ in sent},
        )


def send(response: HttpResponse, start_response: StartResponse) -> Iterable[bytes]:
    """Starts the response and returns its body; Content-Length is always stated where there may be a body."""
    headers = list(response.headers)
    body = response.body
    if response.status in WITHOUT_BODY:
        body = b""
    else:
        headers.append(("content-length", str(len(body))))
    start_response(status_line(response.status), headers)
    return [body]


def status_line(status: int) -> str:
    """ "200 OK"."""
    return _STATUS_LINES.get(status) or f"{status} Unknown"


def _raw_path(environ: Environ, path: str) -> str | None:
    """The part of the raw path that belongs to the API; what stands before it is never percent-encoded by a client."""
    raw: str | None = environ.get(RAW_PATH)
    if raw is None:
        return None
    before = environ["PATH_INFO"].removesuffix(path)
    return raw.removeprefix(before) if raw.startswith(before) else None


def _lower_case(sent: list[tuple[str, str]]) -> HeaderPairs:
    """A length is the server's business, as it is in WSGI."""
    lower = ((name.lower(), value) for name, value in sent)
    return tuple(pair for pair in lower if pair[0] != "content-length")


def _headers(environ: Environ) -> HeaderPairs:
    pairs = [(name[5:].replace("_", "-").lower(), value) for name, value in environ.items() if name[:5] == "HTTP_"]
    content_type = environ.get("CONTENT_TYPE")
    if content_type:
        pairs.append(("content-type", content_type))
    return tuple(pairs)


def _body(environ: Environ, most_bytes: int) -> bytes:
    length = environ.get("CONTENT_LENGTH")
    if not length and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    body: bytes = environ["wsgi.input"].read(_declared(length, most_bytes))
    return body


def _declared(length: str | None, most_bytes: int) -> int:
    if length and length.isascii() and length.isdigit():
        return min(int(length), most_bytes)
    return most_bytes
