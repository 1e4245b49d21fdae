"""Origin failover: a second origin for what the first one cannot answer.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
"""

from __future__ import annotations

from emulator.gateway.edge.origins import OriginFailure, OriginPort, OriginRequest
from emulator.payloads.http_message import HttpResponse

_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FailoverOrigin:
    """Every request goes to the primary origin first, however often it failed before."""

    def __init__(self, primary: OriginPort, secondary: OriginPort, statuses: frozenset[int]) -> None:
        self._primary, self._secondary, self._statuses = primary, secondary, statuses

    def send(self, request: OriginRequest) -> HttpResponse | OriginFailure:
        """The secondary's answer where the primary's is one of the statuses, or none at all."""
        answer = self._primary.send(request)
        if request.method not in _METHODS:
            return answer
        failed = isinstance(answer, OriginFailure) or answer.status in self._statuses
        return self._secondary.send(request) if failed else answer
