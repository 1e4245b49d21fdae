"""CORS as a function URL answers it: unlike an HTTP API it keeps the function's own headers beside its own.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from __future__ import annotations

from emulator.model import Cors
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse


class FunctionUrlCors:
    """The CORS configuration of one function URL, prepared once."""

    def __init__(self, cors: Cors) -> None:
        self._origins = frozenset(origin.lower() for origin in cors.allow_origins)
        self._prefixes = tuple(origin[:-1] for origin in self._origins if origin.endswith("://*"))
        self._credentials = (("access-control-allow-credentials", "true"),) if cors.allow_credentials else ()
        self._exposed = _listed("access-control-expose-headers", cors.expose_headers)
        self._preflight = (
            *_listed("access-control-allow-methods", cors.allow_methods),
            *_listed("access-control-allow-headers", cors.allow_headers),
            *(() if cors.max_age_s is None else (("access-control-max-age", str(cors.max_age_s)),)),
        )

    def preflight(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a preflight, allowed or not; None when the request is not one."""
        if request.method != "OPTIONS" or request.header("access-control-request-method") is None:
            return None
        if request.header("origin") is None:
            return None
        allowed = self._allowed(request)
        return HttpResponse(200, (*allowed, *self._preflight) if allowed else (), b"")

    def applied(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The response with the URL's headers; what the function says of CORS stays, so that it may be there twice."""
        return HttpResponse(response.status, (*response.headers, *self._allowed(request)), response.body)

    def _allowed(self, request: HttpRequest) -> HeaderPairs:
        """Names the very origin that asks, also where all are allowed: so credentials work with *."""
        origin = request.header("origin")
        if origin is None or not self._allows(origin.lower()):
            return ()
        return (("access-control-allow-origin", origin), ("vary", "Origin"), *self._credentials, *self._exposed)

    def _allows(self, origin: str) -> bool:
        return "*" in self._origins or origin in self._origins or origin.startswith(self._prefixes)


def _listed(name: str, values: tuple[str, ...]) -> HeaderPairs:
    return ((name, ",".join(values)),) if values else ()
