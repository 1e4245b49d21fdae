"""The HTTP API as one application: routes in, answers out, every error in the shape that all systems share.

Routes are classes with a `router()`; see order_routes.
https://docs.aws.amazon.com/powertools/python/latest/core/event_handler/api_gateway/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from botocore.exceptions import BotoCoreError, ClientError

from orders.domain.errors import MalformedRequestError, OrdersError
from orders.journal import correlated, count, log
from orders.web import caller, replies
from orders.web.caller import Event

MAX_BODY_CHARACTERS = 65_536
_TRY_AGAIN = (
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "InternalServerError",
    "ServiceUnavailable",
)


class Application:
    """`answer` takes an HTTP API event (payload 2.0) and returns API Gateway's answer."""

    def __init__(
        self,
        *routers: APIGatewayHttpRouter,
        admit: Callable[[Event], None] = lambda _: None,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        """`admit` raises ForbiddenError before anything of a request is read; `limits` gives routes ("POST /x") that
        take more than 64 KB their own limit, in characters."""
        self._admit, self._limits = admit, limits or {}
        self.resolver = APIGatewayHttpResolver(enable_validation=True)
        for router in routers:
            self.resolver.include_router(router)
        self.resolver.not_found(self._no_route)
        self.resolver.exception_handler(OrdersError)(self._refused)
        self.resolver.exception_handler(RequestUnsupportedContentType)(self._other_type)
        self.resolver.exception_handler(RequestValidationError)(self._invalid)
        self.resolver.exception_handler([ClientError, BotoCoreError])(self._dependency)
        self.resolver.exception_handler(Exception)(self._fault)

    def answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        correlation, route = caller.correlation_id(event), str(event.get("routeKey", ""))
        with correlated(correlation, route=route):
            reply = self._resolved(event, context)
            status = int(reply["statusCode"])
            log.info("answered", status=status)
            count(Requests=1, Failures=int(status >= 500))
        headers = {"cache-control": "no-store", **reply.get("headers", {}), "x-correlation-id": correlation}
        return {**reply, "headers": headers}

    def _resolved(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            self._admit(event)
            if len(event.get("body") or "") > self._limits.get(str(event.get("routeKey")), MAX_BODY_CHARACTERS):
                raise MalformedRequestError("The body is too large.", "too_large")
        except OrdersError as failure:
            return replies.plain(replies.refusal(failure, caller.request_id(event)))
        return self.resolver.resolve(event, context)

    def _request_id(self) -> str:
        return caller.request_id(self.resolver.current_event.raw_event)

    def _refused(self, failure: OrdersError) -> Response[Any]:
        if failure.code == "unavailable":
            log.error("unavailable", why=str(failure))
        return replies.refusal(failure, self._request_id())

    def _no_route(self, _failure: Exception) -> Response[Any]:
        return replies.error("not_found", "There is nothing here.", self._request_id())

    def _other_type(self, _failure: RequestUnsupportedContentType) -> Response[Any]:
        return replies.error("unsupported_media_type", "Send Content-Type: application/json.", self._request_id())

    def _invalid(self, failure: RequestValidationError) -> Response[Any]:
        """400 for what is not JSON, or not an object; 422 with one detail per field otherwise."""
        found = failure.errors()
        if any(error["type"] == "json_invalid" for error in found):
            return replies.error("malformed_request", "The body is not JSON.", self._request_id())
        details = [(_field(error["loc"]), str(error["msg"]).removeprefix("Value error, ")) for error in found]
        return replies.error("invalid_field", "Some fields are not valid.", self._request_id(), details)

    def _dependency(self, failure: Exception) -> Response[Any]:
        """A table or queue that does not answer is 503; one that refuses us is our own fault, 500."""
        if isinstance(failure, ClientError) and failure.response["Error"]["Code"] not in _TRY_AGAIN:
            return self._fault(failure)
        log.error("unavailable", why=str(failure))
        return replies.error("unavailable", "The service cannot answer right now; try again.", self._request_id())

    def _fault(self, failure: Exception) -> Response[Any]:
        log.error("fault", exc_info=failure)
        return replies.error("internal_error", "Something broke on our side.", self._request_id())


def _field(location: tuple[Any, ...]) -> str:
    """Where in the request: `lines.0.quantity`."""
    parts = [str(part) for part in location]
    # A model of the whole query stands once more in its own name.
    while parts and parts[0] in ("body", "query", "path", "header"):
        parts = parts[1:]
    return ".".join(parts) or "body"
