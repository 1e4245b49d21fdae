"""An HTTP request and an HTTP response as values, free of any web framework."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

HeaderPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as it came in.

    path: the target's path without the query, percent-decoded once, one character per byte (WSGI's PATH_INFO).
    query: the query string as sent. headers: lower-case names, in order, repeated ones repeated.
    request_id and trace_id are the gateway's; received_s is seconds since the epoch.
    raw_path and names are there where the server tells: the path still percent-encoded, and how the names of headers
    were written, by their lower-case form. prefix is what stood before the path and is not the API's.
    """

    method: str
    path: str
    query: str
    headers: HeaderPairs
    body: bytes
    source_ip: str
    protocol: str
    scheme: str
    port: int
    request_id: str
    trace_id: str
    received_s: float
    raw_path: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""

    def written(self, name: str) -> str:
        """A header's name as the client wrote it; `name` is lower-case."""
        return self.names.get(name, name)

    def header(self, name: str) -> str | None:
        """The header's value, repeated ones joined with commas; None when absent. `name` is lower-case."""
        values = [value for key, value in self.headers if key == name]
        return ",".join(values) if values else None


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What is sent back. Content-Length is the server's business and not among the headers."""

    status: int
    headers: HeaderPairs
    body: bytes


def json_message(status: int, message: str) -> HttpResponse:
    """The gateway's own answers: `{"message":"…"}` without a space, as API Gateway writes it."""
    body = json.dumps({"message": message}, separators=(",", ":")).encode()
    return HttpResponse(status, (("content-type", "application/json"),), body)
