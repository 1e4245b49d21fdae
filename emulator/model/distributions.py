"""CloudFront distributions: origins, cache behaviours and the policies that they name.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class Selection:
    """Which headers, cookies or query strings of a request are meant. Names of headers are lower-case."""

    mode: Literal["none", "all", "only", "except"] = "none"
    names: frozenset[str] = frozenset()

    def includes(self, name: str) -> bool:
        if self.mode in ("none", "all"):
            return self.mode == "all"
        return (name in self.names) == (self.mode == "only")


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """What tells objects apart in the cache, and how long they stay there, in seconds."""

    name: str
    min_ttl_s: float = 0
    default_ttl_s: float = 86_400
    max_ttl_s: float = 31_536_000
    headers: Selection = Selection()
    cookies: Selection = Selection()
    queries: Selection = Selection()
    gzip: bool = False
    brotli: bool = False


@dataclass(frozen=True, slots=True)
class OriginRequestPolicy:
    """What of a viewer's request reaches the origin besides what is in the cache key.

    edge_headers: headers that CloudFront makes (cloudfront-viewer-country), lower-case.
    """

    name: str
    headers: Selection = Selection()
    cookies: Selection = Selection()
    queries: Selection = Selection()
    edge_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """A header that an answer gets; `override` replaces what the origin sent."""

    name: str
    value: str
    override: bool = True


@dataclass(frozen=True, slots=True)
class EdgeCors:
    """CORS headers as a response headers policy sets them."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_s: int | None = None
    allow_credentials: bool = False
    override: bool = False


@dataclass(frozen=True, slots=True)
class ResponseHeadersPolicy:
    """Headers added to and removed from what viewers get. `server_timing_percent`: of how many answers."""

    name: str
    cors: EdgeCors | None = None
    headers: tuple[ResponseHeader, ...] = ()
    remove: frozenset[str] = frozenset()
    server_timing_percent: float = 0


@dataclass(frozen=True, slots=True)
class BucketAccess:
    """As whom CloudFront reads a bucket, and the bucket's policy as far as the template has it.

    identity: "anonymous"; "oac" (the service, for `arn` of the distribution); "oai" (`arn` or `canonical_user`).
    policy: None where the template does not say.
    """

    identity: Literal["anonymous", "oac", "oai"] = "anonymous"
    arn: str = ""
    canonical_user: str = ""
    policy: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a distribution gets its objects. `path` is put before each request's path, "" or "/folder".

    bucket: an S3 bucket's name, None for a custom origin. url: scheme and host of a custom origin, with a path where
    it is an API of this stack. host_is_fixed: the origin answers to its own name only, as API Gateway does.
    signed: requests to the function URL behind it are signed by CloudFront (origin access control).
    """

    id: str
    domain_name: str
    url: str = ""
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    bucket: str | None = None
    access: BucketAccess = BucketAccess()
    host_is_fixed: bool = False
    signed: bool = False
    connect_attempts: int = 3
    connect_timeout_s: float = 10
    read_timeout_s: float = 30


@dataclass(frozen=True, slots=True)
class OriginGroup:
    """A first origin, and a second one for answers with one of `statuses` or none at all."""

    id: str
    primary: str
    secondary: str
    statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class Behavior:
    """A cache behaviour; `pattern` "*" is the default one's. `target` is an origin's or an origin group's id.

    trusted_keys: PEM of each public key by its id; requests must be signed with one of them. None: anybody may ask.
    """

    pattern: str
    target: str
    cache: CachePolicy
    forward: OriginRequestPolicy | None = None
    respond: ResponseHeadersPolicy | None = None
    allowed_methods: frozenset[str] = frozenset({"GET", "HEAD"})
    cached_methods: frozenset[str] = frozenset({"GET", "HEAD"})
    https_only: bool = False
    compress: bool = False
    trusted_keys: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What viewers get for a status of the origin, and how long the failure is remembered."""

    status: int
    page: str | None = None
    response_status: int | None = None
    min_ttl_s: float = 10


@dataclass(frozen=True, slots=True)
class Distribution:
    """A CloudFront distribution. `behaviors` in the order they are tried, the default last; `web_acl` is an ARN."""

    logical_id: str
    distribution_id: str
    arn: str
    domain_name: str
    place: Place
    origins: Mapping[str, Origin]
    behaviors: tuple[Behavior, ...]
    groups: Mapping[str, OriginGroup] = field(default_factory=dict)
    default_root_object: str = ""
    error_pages: Mapping[int, ErrorPage] = field(default_factory=dict)
    web_acl: str | None = None
    countries: Selection = Selection("all")
    comment: str = ""
