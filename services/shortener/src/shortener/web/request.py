"""Reads what every handler needs of an HTTP API event (payload 2.0).

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shortener.domain.model import Origin

Event = Mapping[str, Any]
_CORRELATION = re.compile(r"[A-Za-z0-9_.:/+=-]{1,128}").fullmatch


def header(event: Event, name: str) -> str:
    """A header by its lower-case name, empty when absent."""
    return str(event.get("headers", {}).get(name, ""))


def request_id(event: Event) -> str:
    return str(event.get("requestContext", {}).get("requestId", ""))


def correlation_id(event: Event) -> str:
    """The caller's X-Correlation-Id when it is harmless to repeat, else the request's own id."""
    given = header(event, "x-correlation-id")
    return given if given and _CORRELATION(given) else request_id(event)


def origin(event: Event) -> Origin:
    """Where a request came from."""
    http = event["requestContext"]["http"]
    return Origin(correlation_id(event), http.get("sourceIp", ""), http.get("userAgent", ""))


def own_hosts(event: Event, public_base_url: str) -> tuple[str, ...]:
    """The hosts that we answer under, as far as this request and the configuration tell."""
    domain = str(event["requestContext"].get("domainName", ""))
    return header(event, "host"), domain, public_base_url.partition("://")[2].partition("/")[0]


def base_url(event: Event, public_base_url: str) -> str:
    """The URL that short links start with."""
    scheme = header(event, "x-forwarded-proto").partition(",")[0] or "https"
    host = header(event, "host") or event["requestContext"].get("domainName", "")
    return public_base_url or f"{scheme}://{host}"
