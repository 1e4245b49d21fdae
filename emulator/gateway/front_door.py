"""The door of a system: a WSGI application that serves APIs, function URLs and Invoke, and leaves the rest to Flask.

These two are the hot path, so they do not pass through Flask's own request machinery.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from emulator.errors import TerrariumError
from emulator.gateway.invoke_api import InvokeApi
from emulator.gateway.origin_guard import OriginGuard
from emulator.gateway.serving.wsgi_request import Environ, RequestReader, StartResponse, send
from emulator.payloads import gateway_error, invoke_error
from emulator.payloads.http_message import HttpRequest, HttpResponse

CONTROL_PREFIXES = ("/_terrarium/", "/2015-03-31/functions", "/2020-05-31/distribution")
"""Terrarium's own paths; a system's routes cannot use them."""
FURTHER_API_PREFIX = "/_api/"
"""The first API of a system is at the root, a further one under /_api/<LogicalId>."""

_log = logging.getLogger(__name__)


class Endpoint(Protocol):
    """An API or a function URL."""

    def respond(self, request: HttpRequest) -> HttpResponse: ...


class FrontDoor:
    """Chooses by path who serves a request."""

    def __init__(
        self,
        apis: Mapping[str, Endpoint],
        invoke_api: InvokeApi,
        guard: OriginGuard,
        reader: RequestReader,
        flask: Any,
    ) -> None:
        """`apis` by logical id, the first being the one at the root; `flask` is the application's own wsgi_app."""
        self._apis = apis
        self._root = next(iter(apis.values()), None)
        self._invoke_api, self._guard = invoke_api, guard
        self._reader = reader
        self._flask = flask

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        if self._invoke_api.serves(environ["REQUEST_METHOD"], path):
            return send(self._invoked(environ, path), start_response)
        if path.startswith(CONTROL_PREFIXES):
            answer: Iterable[bytes] = self._flask(environ, start_response)
            return answer
        endpoint, path = self._endpoint(path)
        if endpoint is None:
            return send(gateway_error.NOT_FOUND, start_response)
        request = self._reader.read(environ, path)
        try:
            response = endpoint.respond(request)
        except Exception:  # noqa: BLE001 - a client gets AWS's answer whatever breaks; the log has the rest
            _log.exception("Request %s to %s failed in the gateway itself", request.request_id, path)
            response = gateway_error.INTERNAL_SERVER_ERROR
        return send(response, start_response)

    def _invoked(self, environ: Environ, path: str) -> HttpResponse:
        objection = self._guard.objection(
            environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
        )
        if objection is not None:
            return invoke_error.access_denied(objection)
        try:
            return self._invoke_api.respond(self._reader.read(environ, path))
        except TerrariumError as error:
            return invoke_error.service_failure(str(error))

    def _endpoint(self, path: str) -> tuple[Endpoint | None, str]:
        if path.startswith(FURTHER_API_PREFIX):
            logical_id, slash, rest = path.removeprefix(FURTHER_API_PREFIX).partition("/")
            if logical_id in self._apis:
                return self._apis[logical_id], slash + rest or "/"
        return self._root, path
