"""The bodies with which an HTTP API answers by itself, to the letter.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
"""

from __future__ import annotations

from typing import Final

from emulator.payloads.http_message import HttpResponse, json_message

BAD_REQUEST: Final[HttpResponse] = json_message(400, "Bad Request")
UNAUTHORIZED: Final[HttpResponse] = json_message(401, "Unauthorized")
FORBIDDEN: Final[HttpResponse] = json_message(403, "Forbidden")
NOT_FOUND: Final[HttpResponse] = json_message(404, "Not Found")
ENTITY_TOO_LARGE: Final[HttpResponse] = json_message(413, "Request Entity Too Large")
TOO_MANY_REQUESTS: Final[HttpResponse] = json_message(429, "Too Many Requests")
HEADERS_TOO_LARGE: Final[HttpResponse] = json_message(431, "Request Header Fields Too Large")
INTERNAL_SERVER_ERROR: Final[HttpResponse] = json_message(500, "Internal Server Error")
SERVICE_UNAVAILABLE: Final[HttpResponse] = json_message(503, "Service Unavailable")


def unauthorized(challenge: str) -> HttpResponse:
    """401 of a JWT authorizer, with the reason in `www-authenticate` (RFC 6750)."""
    return HttpResponse(401, (*UNAUTHORIZED.headers, ("www-authenticate", challenge)), UNAUTHORIZED.body)


def forbidden(challenge: str) -> HttpResponse:
    """403 of a JWT authorizer: the token is good, its scopes are not enough."""
    return HttpResponse(403, (*FORBIDDEN.headers, ("www-authenticate", challenge)), FORBIDDEN.body)
