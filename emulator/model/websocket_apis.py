"""WebSocket APIs: routes chosen by what a message says, and what may refuse a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from emulator.model.apis import Throttle
from emulator.model.places import Place

CONNECT, DISCONNECT, DEFAULT = "$connect", "$disconnect", "$default"


@dataclass(frozen=True, slots=True)
class WebSocketIntegration:
    """Where a route leads. lambda: `function` is a logical id of the same stack. mock: nothing is called, `status` is
    what $connect answers and `reply` the template of what a two-way route sends back. unserved: it cannot run here,
    so its messages fail."""

    kind: Literal["lambda", "mock", "unserved"]
    function: str | None = None
    status: int = 200
    reply: str | None = None
    timeout_ms: int = 29_000


@dataclass(frozen=True, slots=True)
class WebSocketRoute:
    """`key` is a predefined route ($connect, $disconnect, $default) or what the selection expression evaluates to.

    two_way: the integration's answer is sent back as a message. authorizer: its name, on $connect only.
    """

    key: str
    integration: WebSocketIntegration
    two_way: bool = False
    authorizer: str | None = None
    throttle: Throttle | None = None


@dataclass(frozen=True, slots=True)
class WebSocketAuthorizer:
    """A Lambda REQUEST authorizer. `function` is a logical id of the same stack; `identity_sources` are expressions
    such as route.request.header.Authorization, all of which a handshake must carry."""

    name: str
    function: str
    identity_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebSocketApi:
    """An API Gateway WebSocket API with its one deployed stage. `routes` by key, `authorizers` by name."""

    logical_id: str
    api_id: str
    name: str
    place: Place
    stage: str
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    selection_expression: str = "$request.body.action"
    routes: Mapping[str, WebSocketRoute] = field(default_factory=dict)
    authorizers: Mapping[str, WebSocketAuthorizer] = field(default_factory=dict)
    throttle: Throttle | None = None
    access_log_group: str | None = None
    access_log_format: str | None = None
