"""Builds the endpoint of a REST API from its parts and the integrations of its methods."""

from __future__ import annotations

from emulator.gateway.rest.api_keys import Allowances
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
from emulator.gateway.surroundings import Surroundings
from emulator.model import RestApi, RestIntegration


class RestDoors:
    """The REST APIs of a system."""

    def __init__(self, shared: Surroundings) -> None:
        self._shared = shared
        self._allowances = Allowances(shared.clock)

    def door(self, api: RestApi) -> RestApiEndpoint | SeveralStages:
        """What answers for the API, at all of its stages."""
        first = self._endpoint(api)
        return (
            SeveralStages(first, [self._endpoint(one) for one in api.further_stages]) if api.further_stages else first
        )

    def _endpoint(self, api: RestApi) -> RestApiEndpoint:
        shared = self._shared
        parts = parts_of(api, shared, self._allowances)
        integrations = {
            (method.resource_path, method.http_method): self._integration(method.integration, parts.templates)
            for method in api.methods
        }
        firewall = shared.stage_firewall(api)
        return RestApiEndpoint(
            api, shared.stack, parts, integrations, shared.clock, shared.ids, shared.access_log, firewall
        )

    def _integration(self, integration: RestIntegration, templates: MappingTemplates) -> IntegrationPort:
        shared = self._shared
        function = shared.stack.functions.get(integration.function or "")
        request, response = RequestMapping(integration, templates), ResponseMapping(integration, templates)
        if integration.kind == "mock":
            return MockIntegration(request, response)
        if integration.kind == "aws_proxy" and function is not None:
            return LambdaProxy(integration, function, shared.invoker, shared.ids.invocation)
        if integration.kind == "aws" and function is not None:
            return LambdaCustom(
                integration, function, shared.invoker, shared.async_invoker, shared.ids.invocation, request, response
            )
        if integration.kind in ("http", "http_proxy"):
            return self._http(integration, None if integration.kind == "http_proxy" else (request, response))
        return NotRun(integration)

    def _http(
        self, integration: RestIntegration, mappings: tuple[RequestMapping, ResponseMapping] | None
    ) -> IntegrationPort:
        # Only an API with such a method loads a client.
        import urllib3

        from emulator.gateway.rest.http_integration import HttpIntegration

        return HttpIntegration(integration, urllib3.PoolManager(maxsize=8), mappings)
