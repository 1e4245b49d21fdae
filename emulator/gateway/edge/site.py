"""The WSGI application of one distribution, on a port of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from emulator.gateway.serving.wsgi_request import WITHOUT_BODY, Environ, RequestReader, StartResponse, status_line
from emulator.payloads import cloudfront_error
from emulator.payloads.http_message import HttpRequest, HttpResponse

_log = logging.getLogger(__name__)


class Responder(Protocol):
    """A distribution."""

    def respond(self, request: HttpRequest) -> HttpResponse: ...


class EdgeSite:
    """Serves one distribution."""

    def __init__(self, distribution: Responder, reader: RequestReader) -> None:
        self._distribution, self._reader = distribution, reader

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        request = self._reader.read(environ, path)
        try:
            response = self._distribution.respond(request)
        except Exception:  # noqa: BLE001 - a viewer gets an answer whatever breaks; the log has the rest
            _log.exception("Request to %s failed in the edge itself", path)
            response = cloudfront_error.page(500, cloudfront_error.BAD_REQUEST, request.request_id)
        return _send(response, request.method, start_response)


def _send(response: HttpResponse, method: str, start_response: StartResponse) -> Iterable[bytes]:
    """A HEAD states the length that the body would have: the one we have, or the one that the origin stated."""
    headers = [pair for pair in response.headers if pair[0] != "content-length"]
    stated = [pair for pair in response.headers if pair[0] == "content-length"]
    body = b"" if response.status in WITHOUT_BODY else response.body
    if method == "HEAD" and stated and not body:
        headers += stated[:1]
    elif response.status not in WITHOUT_BODY:
        headers.append(("content-length", str(len(body))))
    start_response(status_line(response.status), headers)
    return [b"" if method == "HEAD" else body]
