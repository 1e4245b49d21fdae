"""How the template of a REST API spells the names of request headers."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.model import RestApi, RestMethod

_HEADER = "method.request.header."


def spelled_headers(api: RestApi) -> Iterator[str]:
    """Names in parameters, identity sources and what mocks allow for CORS."""
    for method in api.methods:
        yield from _allowed(method)
    for method in api.methods:
        named = (*method.request_parameters, *method.integration.request_parameters.values())
        yield from (name.removeprefix(_HEADER) for name in named if name.startswith(_HEADER))
    for authorizer in api.authorizers.values():
        for source in authorizer.identity_sources:
            if source.startswith(_HEADER):
                yield source.removeprefix(_HEADER)


def _allowed(method: RestMethod) -> Iterator[str]:
    for response in method.integration.responses:
        value = response.parameters.get("method.response.header.Access-Control-Allow-Headers", "")
        names = (name.strip() for name in value.strip("'").split(","))
        yield from (name for name in names if name and name != "*")
