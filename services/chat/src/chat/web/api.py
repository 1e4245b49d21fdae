"""An HTTP API of Powertools' routes: validates, answers, and turns what goes wrong into the shared error shape.

https://docs.aws.amazon.com/powertools/python/latest/core/event_handler/api_gateway/
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.domain.errors import ChatError
from chat.journal import Journal
from chat.web import replies
from chat.web.request import Event, check_body, correlation_id, request_id

_NOT_FOUND = {"code": "not_found", "message": "There is nothing here.", "details": []}


def resolver(*routers: APIGatewayHttpRouter) -> APIGatewayHttpResolver:
    """The routes of one function, or of all for the OpenAPI document."""
    app = APIGatewayHttpResolver(enable_validation=True)
    for router in routers:
        app.include_router(router)
    return app


class Api:
    """Answers the requests of one function."""

    def __init__(self, app: APIGatewayHttpResolver, journal: Journal) -> None:
        self._app, self._journal = app, journal
        app.exception_handler(ChatError)(self._refused)
        app.exception_handler(RequestValidationError)(self._invalid)
        app.exception_handler(NotFoundError)(self._not_found)

    def __call__(self, event: Event, context: Any) -> replies.Reply:
        """The answer to one request. What nobody foresaw is raised: the gateway answers 500 and the alarm counts it."""
        correlation = correlation_id(event)
        try:
            check_body(event)
        except ChatError as failure:
            reply = replies.refusal(failure, request_id(event))
        else:
            reply = self._app.resolve(dict(event), context)
        reply["headers"] = {"cache-control": "no-store", **reply.get("headers", {}), "x-correlation-id": correlation}
        status = reply["statusCode"]
        counts = {"Requests": 1, "Failures": int(status >= 500)}
        self._journal.note("INFO", "answered", correlation, counts, route=str(event.get("routeKey")), status=status)
        return reply

    def _refused(self, failure: ChatError) -> Response[str]:
        event = self._app.current_event.raw_event
        if failure.code == "unavailable":
            self._journal.note("ERROR", "unavailable", correlation_id(event), why=str(failure))
        return _response(replies.refusal(failure, request_id(event)))

    def _invalid(self, failure: RequestValidationError) -> Response[str]:
        said = replies.invalid(replies.details_of(failure.errors()))
        return _response(replies.error(said, request_id(self._app.current_event.raw_event)))

    def _not_found(self, _failure: NotFoundError) -> Response[str]:
        return _response(replies.error(_NOT_FOUND, request_id(self._app.current_event.raw_event)))


def _response(reply: replies.Reply) -> Response[str]:
    return Response(status_code=reply["statusCode"], headers=reply["headers"], body=reply["body"])
