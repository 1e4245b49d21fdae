"""A REST API with several stages: the first segment of the path says which one is meant."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.gateway.rest.endpoint import RestApiEndpoint
from emulator.payloads.http_message import HttpRequest, HttpResponse


class SeveralStages:
    """The first stage also answers for paths outside of all of them, which is 403."""

    def __init__(self, first: RestApiEndpoint, further: Sequence[RestApiEndpoint]) -> None:
        self._first, self._further = first, tuple(further)

    def respond(self, request: HttpRequest) -> HttpResponse:
        chosen = next((stage for stage in self._further if stage.serves(request)), self._first)
        return chosen.respond(request)
