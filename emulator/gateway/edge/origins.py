"""What an origin is asked, and how it may fail: the port between a distribution and where its objects come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from emulator.payloads.http_message import HeaderPairs, HttpResponse


@dataclass(frozen=True, slots=True)
class OriginRequest:
    """A request as it leaves for an origin; `path` is decoded (one character per byte), without the origin's path."""

    method: str
    path: str
    query: str
    headers: HeaderPairs
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class OriginFailure:
    """Why there is no answer: nobody to connect to, silence, or an answer that broke off."""

    kind: Literal["unreachable", "timed out", "closed"]
    reason: str

    @property
    def status(self) -> int:
        """What CloudFront answers, and what custom error pages and origin groups go by.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
        """
        return 502 if self.kind == "closed" else 504


class OriginPort(Protocol):
    """One origin, or an origin group."""

    def send(self, request: OriginRequest) -> HttpResponse | OriginFailure: ...
