"""A distribution on fakes: an origin that says what a test wants, a clock that a test moves, a viewer to ask with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.gateway.edge.admission import Admission
from emulator.gateway.edge.distribution import DistributionEndpoint
from emulator.gateway.edge.fetching import Fetching
from emulator.gateway.edge.identity import EdgeIds
from emulator.gateway.edge.invalidations import Invalidations
from emulator.gateway.edge.object_cache import ObjectCache
from emulator.gateway.edge.origins import OriginFailure, OriginPort, OriginRequest
from emulator.gateway.firewall_port import FirewallPort
from emulator.model import Behavior, CachePolicy, Distribution, Origin
from emulator.payloads.cloudfront_documents import Batch
from emulator.payloads.http_message import HttpRequest, HttpResponse
from tests.fakes.http_apis import PLACE, request
from tests.fakes.moved_clock import MovedClock

VIA = "1.1 abc.cloudfront.net (CloudFront)"
ANY_METHOD = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
Reply = HttpResponse | OriginFailure


def reply(status: int = 200, body: bytes = b"hello", **headers: str) -> HttpResponse:
    """`cache_control="max-age=5"` is a header of that name. A content length is stated, as servers do."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, tuple({"content-length": str(len(body)), **named}.items()), body)


class FakeOrigin:
    """Answers in turn, the last answer again and again, or as a function of the request."""

    def __init__(self, *replies: Reply, by: Callable[[OriginRequest], Reply] | None = None) -> None:
        self._replies, self._by = list(replies) or [reply()], by
        self.requests: list[OriginRequest] = []

    def send(self, request: OriginRequest) -> Reply:
        self.requests.append(request)
        if self._by is not None:
            return self._by(request)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def now_says(self, *replies: Reply) -> None:
        self._replies = list(replies)

    def header(self, name: str) -> str | None:
        """Of the last request."""
        found = [value for key, value in self.requests[-1].headers if key == name]
        return ", ".join(found) if found else None


def policy(min_ttl: float = 0, default_ttl: float = 60, max_ttl: float = 3_600, **values: Any) -> CachePolicy:
    return CachePolicy("policy", min_ttl, default_ttl, max_ttl, **values)


def behavior(pattern: str = "*", target: str = "site", **values: Any) -> Behavior:
    return Behavior(pattern, target, values.pop("cache", policy()), **values)


def distribution(*behaviors: Behavior, **values: Any) -> Distribution:
    ids = {each.target for each in behaviors}
    fields: dict[str, Any] = {
        "distribution_id": "E2QWRUHEXAMPLE",
        "arn": "arn:aws:cloudfront::000000000000:distribution/E2QWRUHEXAMPLE",
        "domain_name": "d111111abcdef8.cloudfront.net",
        "place": PLACE,
        "origins": {name: Origin(name, f"{name}.example.com") for name in ids},
        **values,
    }
    return Distribution("Cdn", behaviors=behaviors, **fields)


@dataclass
class FakeEdge:
    """`errands` are what runs behind the scenes, for a test to run."""

    distribution: Distribution
    origins: dict[str, OriginPort]
    firewall: FirewallPort | None = None
    limit_bytes: int = 1_000_000
    clock: MovedClock = field(default_factory=MovedClock)
    errands: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cache = ObjectCache(self.limit_bytes)
        self.invalidations = Invalidations(self.cache, self.clock)
        fetching = Fetching(
            self.origins, self.cache, self.clock, VIA, self.distribution.error_pages, self.errands.append
        )
        admission = Admission(self.distribution, self.firewall, self.clock)
        self._endpoint = DistributionEndpoint(
            self.distribution, admission, fetching, EdgeIds(VIA, lambda: "edge-request-id==")
        )

    def ask(self, method: str, path: str = "/", *, query: str = "", body: bytes = b"", **headers: str) -> HttpResponse:
        """`accept_encoding="gzip"` is a header of that name; curl sends no others."""
        named = {"host": "127.0.0.1:3201"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self._endpoint.respond(request(method, path, query=query, body=body, headers=tuple(named.items())))

    def respond(self, asked: HttpRequest) -> HttpResponse:
        return self._endpoint.respond(asked)

    def get(self, path: str = "/", **values: Any) -> HttpResponse:
        return self.ask("GET", path, **values)

    def how(self, path: str = "/", **values: Any) -> str:
        """What x-cache says about a GET."""
        return header(self.get(path, **values), "x-cache").removesuffix(" from cloudfront")

    def invalidate(self, *paths: str, reference: str = "now") -> None:
        self.invalidations.make(Batch(reference, paths))


def edge(origin: OriginPort, *behaviors: Behavior, **values: Any) -> FakeEdge:
    """One origin, called site, and the default behaviour unless the test has its own."""
    fakes = {name: values.pop(name) for name in ("firewall", "limit_bytes") if name in values}
    origins = values.pop("others", {})
    here = distribution(*(behaviors or (behavior(),)), **values)
    return FakeEdge(here, {"site": origin, **origins}, **fakes)


def header(response: HttpResponse, name: str) -> str:
    """Empty where there is none; repeated ones joined."""
    return ", ".join(value for key, value in response.headers if key == name)
