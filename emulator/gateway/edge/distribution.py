"""One distribution: takes a viewer's request through firewall, behaviour, cache and origin to an answer.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehavior.html
"""

from __future__ import annotations

from dataclasses import replace

from emulator.gateway.edge.admission import Admission
from emulator.gateway.edge.answers import Answer
from emulator.gateway.edge.behaviors import BehaviorTable
from emulator.gateway.edge.fetching import Fetching
from emulator.gateway.edge.identity import EdgeIds
from emulator.gateway.edge.viewer_path import sent_path, written
from emulator.gateway.edge.viewer_response import viewer_response
from emulator.gateway.edge.visit import Visit, visit_of
from emulator.model import Distribution
from emulator.payloads.http_message import HttpRequest, HttpResponse


class DistributionEndpoint:
    """Everything about one distribution is prepared here once; a request only passes through."""

    def __init__(self, distribution: Distribution, admission: Admission, fetching: Fetching, ids: EdgeIds) -> None:
        self._distribution, self._admission, self._fetching, self._ids = distribution, admission, fetching, ids
        self._behaviors = BehaviorTable(distribution.behaviors)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to any request; never raises for what a viewer or an origin did."""
        edge_id = self._ids.request()
        path = self._path(request)
        behavior = self._behaviors.match(path)
        admitted = self._admission.admitted(request, behavior, edge_id)
        visit = visit_of(request if isinstance(admitted, Answer) else admitted, behavior, path, edge_id)
        answer = admitted if isinstance(admitted, Answer) else self._answer(visit)
        return viewer_response(self._with_error_page(visit, answer), visit, self._ids.via)

    def _path(self, request: HttpRequest) -> str:
        """The default root object stands for the root only.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
        """
        root, path = self._distribution.default_root_object, sent_path(request)
        return written(f"/{root}") if root and path == "/" else path

    def _answer(self, visit: Visit) -> Answer:
        return self._admission.refusal(visit) or self._fetching.answer(visit)

    def _with_error_page(self, visit: Visit, answer: Answer) -> Answer:
        """The page that the distribution has for a status. Where the page itself fails, its status is what viewers get.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html
        """
        configured = self._distribution.error_pages.get(answer.response.status)
        if answer.final or configured is None or configured.page is None:
            return answer
        path = written(configured.page)
        page = self._fetching.answer(visit.for_page(path, self._behaviors.match(path))).response
        status = page.status if page.status >= 400 else configured.response_status or page.status
        return replace(answer, response=replace(page, status=status), result="Error", whole=False)
