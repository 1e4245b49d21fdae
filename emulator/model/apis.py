"""HTTP APIs: routes, authorizers, CORS, throttling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket: `rate_per_s` tokens a second, at most `burst` at once."""

    rate_per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Cors:
    """CORS as the HTTP API itself answers it."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_s: int | None = None
    allow_credentials: bool = False


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A JWT or Lambda authorizer of an HTTP API. `function` is a logical id of the same stack."""

    name: str
    kind: Literal["jwt", "lambda"]
    identity_sources: tuple[str, ...]
    function: str | None = None
    payload_version: Literal["1.0", "2.0"] = "2.0"
    simple_responses: bool = False
    ttl_s: int = 300
    issuer: str | None = None
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One route of an HTTP API: `method` is a verb or ANY, `path` a template or "$default"."""

    method: str
    path: str
    function: str
    payload_version: Literal["1.0", "2.0"] = "2.0"
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()
    timeout_ms: int = 30_000
    throttle: Throttle | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class HttpApi:
    """An API Gateway HTTP API with its one deployed stage."""

    logical_id: str
    api_id: str
    name: str
    place: Place
    stage: str = "$default"
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    cors: Cors | None = None
    throttle: Throttle | None = None
    access_log_group: str | None = None
    access_log_format: str | None = None
