"""A web ACL, as those who stand behind it see it: stages of REST APIs and distributions."""

from __future__ import annotations

from typing import Protocol

from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse


class FirewallVerdict(Protocol):
    """`response`: the rule's own answer to what is blocked. `inserted`: headers for the origin, in place of such that
    the client sent."""

    @property
    def blocked(self) -> bool: ...

    @property
    def response(self) -> HttpResponse | None: ...

    @property
    def inserted(self) -> HeaderPairs: ...


class FirewallPort(Protocol):
    """Judges each request once."""

    def inspect(self, request: HttpRequest, client_ip: str) -> FirewallVerdict: ...
