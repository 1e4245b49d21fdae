"""What an origin is asked, and how it may fail: the port between a distribution and where its objects come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from emulator.payloads import cloudfront_error
from emulator.payloads.http_message import HeaderPairs, HttpResponse

_UNRESOLVED = "CloudFront wasn't able to resolve the origin domain name."


@dataclass(frozen=True, slots=True)
class OriginRequest:
    """A request as it leaves for an origin; `path` is as the viewer sent it, percent-encoded, without the origin's."""

    method: str
    path: str
    query: str
    headers: HeaderPairs
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class OriginFailure:
    """Why there is no answer: a name without address, nobody to connect to, silence, or an answer that broke off."""

    kind: Literal["unresolvable", "unreachable", "timed out", "closed"]
    reason: str

    @property
    def status(self) -> int:
        """What CloudFront answers, and what custom error pages and origin groups go by.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
        """
        return 502 if self.kind in ("closed", "unresolvable") else 504

    @property
    def told(self) -> str:
        """What CloudFront's page says of it, to the letter."""
        return _UNRESOLVED if self.kind == "unresolvable" else cloudfront_error.CANNOT_CONNECT


class OriginPort(Protocol):
    """One origin, or an origin group."""

    def send(self, request: OriginRequest) -> HttpResponse | OriginFailure: ...
