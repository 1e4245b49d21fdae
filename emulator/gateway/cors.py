"""CORS as an HTTP API answers it: the preflight itself, and its own headers in place of the function's.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

from emulator.model import Cors
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse


class CorsPolicy:
    """The CORS configuration of one API, prepared once."""

    def __init__(self, cors: Cors) -> None:
        self._origins = frozenset(origin.lower() for origin in cors.allow_origins)
        # "https://*" allows every origin of that scheme.
        self._prefixes = tuple(origin[:-1] for origin in self._origins if origin.endswith("://*"))
        self._credentials = cors.allow_credentials
        self._preflight = _present(
            ("access-control-allow-methods", ",".join(cors.allow_methods)),
            ("access-control-allow-headers", ",".join(cors.allow_headers)),
            ("access-control-max-age", "" if cors.max_age_s is None else str(cors.max_age_s)),
        )
        self._exposed = _present(("access-control-expose-headers", ",".join(cors.expose_headers)))

    def preflight(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a preflight, allowed or not, or None when the request is not one.

        A request without `Origin` or `Access-Control-Request-Method` is an ordinary OPTIONS request.
        """
        if request.method != "OPTIONS" or request.header("access-control-request-method") is None:
            return None
        origin = request.header("origin")
        if origin is None:
            return None
        allowed = self._allowed(origin)
        return HttpResponse(204, (*allowed, *self._preflight, *self._exposed) if allowed else (), b"")

    def applied(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The response with the API's CORS headers; whatever the function said of CORS is dropped."""
        kept = tuple(pair for pair in response.headers if not pair[0].startswith("access-control-"))
        origin = request.header("origin")
        allowed = self._allowed(origin) if origin is not None else ()
        own = (*allowed, *self._exposed) if allowed else ()
        return HttpResponse(response.status, kept + own, response.body)

    def _allowed(self, origin: str) -> HeaderPairs:
        if "*" in self._origins:
            value = "*"
        elif origin.lower() in self._origins or origin.lower().startswith(self._prefixes):
            value = origin
        else:
            return ()
        credentials = (("access-control-allow-credentials", "true"),) if self._credentials else ()
        return (("access-control-allow-origin", value), *credentials)


def _present(*pairs: tuple[str, str]) -> HeaderPairs:
    return tuple(pair for pair in pairs if pair[1])
