"""Builds what a system serves on its HTTP port: HTTP APIs, REST APIs and function URLs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from emulator.gateway.front_door import Endpoint
from emulator.gateway.function_url import FunctionUrlEndpoint
from emulator.gateway.http_api import AuthorizerPort, HttpApiEndpoint
from emulator.gateway.lambda_authorizer import LambdaAuthorizer
from emulator.gateway.surroundings import Surroundings
from emulator.model import Authorizer, HttpApi

if TYPE_CHECKING:
    from emulator.gateway.rest.door import RestDoors


class Doors:
    """Builds each once."""

    def __init__(self, shared: Surroundings) -> None:
        self._shared = shared

    def endpoints(self) -> dict[str, Endpoint]:
        """By logical id, the one at the root first."""
        return {door.logical_id: self._endpoint(door.logical_id) for door in self._shared.stack.doors}

    def _endpoint(self, logical_id: str) -> Endpoint:
        shared, stack = self._shared, self._shared.stack
        if logical_id in stack.http_apis:
            return self._http_api(stack.http_apis[logical_id])
        if logical_id in stack.rest_apis:
            return self._rest.door(stack.rest_apis[logical_id])
        url = stack.function_urls[logical_id]
        return FunctionUrlEndpoint(url, stack, shared.invoker, shared.clock, shared.ids.invocation, shared.credentials)

    def _http_api(self, api: HttpApi) -> HttpApiEndpoint:
        shared = self._shared
        authorizers = {name: self._authorizer(one) for name, one in api.authorizers.items()}
        return HttpApiEndpoint(
            api, shared.stack, shared.invoker, authorizers, shared.clock, shared.ids, shared.access_log
        )

    @cached_property
    def _rest(self) -> RestDoors:
        # Their parts cost memory that a system without REST APIs keeps.
        from emulator.gateway.rest.door import RestDoors

        return RestDoors(self._shared)

    def _authorizer(self, authorizer: Authorizer) -> AuthorizerPort:
        shared = self._shared
        if authorizer.kind == "lambda":
            function = shared.stack.functions[authorizer.function or ""]
            return LambdaAuthorizer(authorizer, function, shared.invoker, shared.clock.monotonic, shared.ids.invocation)
        # Cryptography costs 10 MB of memory that a system without JWT authorizers keeps.
        from emulator.gateway.jwks import KeySource
        from emulator.gateway.jwt_authorizer import JwtAuthorizer

        issuer = authorizer.issuer or ""
        keys = KeySource(issuer, shared.clock.monotonic, published_at=shared.published_keys.get(issuer))
        return JwtAuthorizer(authorizer, keys, shared.clock.now)
