"""A whole stack, ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulator.model.apis import HttpApi
from emulator.model.distributions import Distribution
from emulator.model.function_urls import FunctionUrl
from emulator.model.functions import Function
from emulator.model.notifications import BucketNotification, RuleTarget, Schedule, TopicSubscription
from emulator.model.places import Ignored
from emulator.model.rest_apis import RestApi
from emulator.model.triggers import Trigger
from emulator.model.web_acls import WebAcl
from emulator.model.websocket_apis import WebSocketApi


@dataclass(frozen=True, slots=True)
class Door:
    """Something served on the system's HTTP port. `host_id` is the first label of the host it has on AWS.

    `stage` is part of its path unless it is $default.
    """

    logical_id: str
    host_id: str
    stage: str = "$default"


@dataclass(frozen=True, slots=True)
class Stack:
    """A template ready to run: every value resolved. Maps are keyed by logical id, `exports` by the export's name."""

    name: str
    template: Path
    region: str
    account_id: str
    functions: Mapping[str, Function] = field(default_factory=dict)
    http_apis: Mapping[str, HttpApi] = field(default_factory=dict)
    rest_apis: Mapping[str, RestApi] = field(default_factory=dict)
    function_urls: Mapping[str, FunctionUrl] = field(default_factory=dict)
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    websocket_apis: Mapping[str, WebSocketApi] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    topic_subscriptions: tuple[TopicSubscription, ...] = ()
    bucket_notifications: tuple[BucketNotification, ...] = ()
    rule_targets: tuple[RuleTarget, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    web_acls: Mapping[str, WebAcl] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()

    @property
    def doors(self) -> tuple[Door, ...]:
        """HTTP APIs, REST APIs, function URLs: the first is at the root of the port, further ones under /_api/."""
        apis: tuple[HttpApi | RestApi, ...] = (*self.http_apis.values(), *self.rest_apis.values())
        return (
            *(Door(api.logical_id, api.api_id, api.stage) for api in apis),
            *(Door(url.logical_id, url.url_id) for url in self.function_urls.values()),
        )
