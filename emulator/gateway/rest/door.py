"""Builds the endpoint of a REST API from its parts and the integrations of its methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.request_ids import Ids
from emulator.gateway.rest.endpoint import RestApiEndpoint
from emulator.gateway.rest.integration_request import RequestMapping
from emulator.gateway.rest.integration_response import ResponseMapping
from emulator.gateway.rest.lambda_custom import LambdaCustom
from emulator.gateway.rest.lambda_proxy import LambdaProxy
from emulator.gateway.rest.mock_integration import MockIntegration
from emulator.gateway.rest.not_run import NotRun
from emulator.gateway.rest.parts import parts_of
from emulator.gateway.rest.ports import IntegrationPort, MappingTemplates
from emulator.gateway.rest.several_stages import SeveralStages
from emulator.gateway.rest.spelling import spelled_headers
from emulator.model import AsyncInvoker, Clock, Invoker, RestApi, RestIntegration, Stack
from emulator.payloads.rest_headers import HeaderNames


@dataclass(frozen=True, slots=True)
class RestSurroundings:
    """What the REST APIs of a system share. published_keys: as for JWT authorizers of HTTP APIs."""

    stack: Stack
    invoker: Invoker
    async_invoker: AsyncInvoker
    clock: Clock
    ids: Ids
    access_log: Callable[[RestApi, str], None]
    published_keys: Mapping[str, str]
    firewall: Callable[[RestApi], FirewallPort | None]

    def door(self, api: RestApi) -> RestApiEndpoint | SeveralStages:
        """What answers for the API, at all of its stages."""
        first = self._endpoint(api)
        return (
            SeveralStages(first, [self._endpoint(one) for one in api.further_stages]) if api.further_stages else first
        )

    def _endpoint(self, api: RestApi) -> RestApiEndpoint:
        parts = parts_of(api, self.stack, self.invoker, self.clock, self.ids, self.published_keys)
        names = HeaderNames(spelled_headers(api))
        integrations = {
            (method.resource_path, method.http_method): self._integration(method.integration, parts.templates, names)
            for method in api.methods
        }
        firewall = self.firewall(api)
        return RestApiEndpoint(api, self.stack, parts, integrations, self.clock, self.ids, self.access_log, firewall)

    def _integration(
        self, integration: RestIntegration, templates: MappingTemplates, names: HeaderNames
    ) -> IntegrationPort:
        function = self.stack.functions.get(integration.function or "")
        request, response = RequestMapping(integration, templates), ResponseMapping(integration, templates)
        if integration.kind == "mock":
            return MockIntegration(request, response)
        if integration.kind == "aws_proxy" and function is not None:
            return LambdaProxy(integration, function, self.invoker, self.ids.invocation, names)
        if integration.kind == "aws" and function is not None:
            return LambdaCustom(
                integration, function, self.invoker, self.async_invoker, self.ids.invocation, request, response
            )
        if integration.kind in ("http", "http_proxy"):
            return self._http(integration, names, None if integration.kind == "http_proxy" else (request, response))
        return NotRun(integration)

    def _http(
        self, integration: RestIntegration, names: HeaderNames, mappings: tuple[RequestMapping, ResponseMapping] | None
    ) -> IntegrationPort:
        # Only an API with such a method loads a client.
        import urllib3

        from emulator.gateway.rest.http_integration import HttpIntegration

        return HttpIntegration(integration, urllib3.PoolManager(maxsize=8), names, mappings)
