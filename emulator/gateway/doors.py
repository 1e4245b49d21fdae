"""Builds what a system serves on its HTTP port: HTTP APIs, REST APIs and function URLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.front_door import Endpoint
from emulator.gateway.function_url import FunctionUrlEndpoint
from emulator.gateway.http_api import AuthorizerPort, HttpApiEndpoint
from emulator.gateway.lambda_authorizer import LambdaAuthorizer
from emulator.gateway.request_ids import Ids
from emulator.model import AsyncInvoker, Authorizer, Clock, HttpApi, Invoker, RestApi, Stack

if TYPE_CHECKING:
    from emulator.gateway.rest.door import RestSurroundings


@dataclass(frozen=True)
class Doors:
    """What all doors share. `published_keys`: for token issuers that a backend stands in for, the URL below which
    its documents are. `stage_firewall`: what the web ACL of a REST API's stage is enforced by."""

    stack: Stack
    invoker: Invoker
    async_invoker: AsyncInvoker
    clock: Clock
    ids: Ids
    access_log: Callable[[HttpApi | RestApi, str], None]
    published_keys: Mapping[str, str]
    stage_firewall: Callable[[RestApi], FirewallPort | None]

    def endpoints(self) -> dict[str, Endpoint]:
        """By logical id, the one at the root first."""
        return {door.logical_id: self._endpoint(door.logical_id) for door in self.stack.doors}

    def _endpoint(self, logical_id: str) -> Endpoint:
        stack = self.stack
        if logical_id in stack.http_apis:
            return self._http_api(stack.http_apis[logical_id])
        if logical_id in stack.rest_apis:
            return self._rest.door(stack.rest_apis[logical_id])
        url = stack.function_urls[logical_id]
        return FunctionUrlEndpoint(url, stack, self.invoker, self.clock, self.ids.invocation)

    def _http_api(self, api: HttpApi) -> HttpApiEndpoint:
        authorizers = {name: self._authorizer(one) for name, one in api.authorizers.items()}
        return HttpApiEndpoint(api, self.stack, self.invoker, authorizers, self.clock, self.ids, self.access_log)

    @cached_property
    def _rest(self) -> RestSurroundings:
        # Their parts cost memory that a system without REST APIs keeps.
        from emulator.gateway.rest.door import RestSurroundings

        return RestSurroundings(
            self.stack,
            self.invoker,
            self.async_invoker,
            self.clock,
            self.ids,
            self.access_log,
            self.published_keys,
            self.stage_firewall,
        )

    def _authorizer(self, authorizer: Authorizer) -> AuthorizerPort:
        if authorizer.kind == "lambda":
            function = self.stack.functions[authorizer.function or ""]
            return LambdaAuthorizer(authorizer, function, self.invoker, self.clock.monotonic, self.ids.invocation)
        # Cryptography costs 10 MB of memory that a system without JWT authorizers keeps.
        from emulator.gateway.jwks import KeySource
        from emulator.gateway.jwt_authorizer import JwtAuthorizer

        issuer = authorizer.issuer or ""
        keys = KeySource(issuer, self.clock.monotonic, published_at=self.published_keys.get(issuer))
        return JwtAuthorizer(authorizer, keys, self.clock.now)
