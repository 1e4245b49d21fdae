"""One function URL: takes a request through its limits, CORS and authorization to the function.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from emulator.gateway.event_json import event_json
from emulator.gateway.function_url_cors import FunctionUrlCors
from emulator.gateway.limits import INVOKE_LIMIT_BYTES
from emulator.model import Clock, FunctionUrl, Invocation, Invoker, Outcome, Stack
from emulator.payloads import function_url, function_url_error
from emulator.payloads.function_url import UrlCall
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.sigv4 import SignatureError
from emulator.payloads.sigv4_verification import verified


class FunctionUrlEndpoint:
    """One URL of one function; waits as long as the function's own timeout lets it."""

    def __init__(
        self,
        url: FunctionUrl,
        stack: Stack,
        invoker: Invoker,
        clock: Clock,
        invocation_id: Callable[[], str],
        credentials: Mapping[str, str],
    ) -> None:
        """`credentials`: the secret of each access key that is known."""
        self._url, self._stack, self._invoker, self._clock = url, stack, invoker, clock
        self._function = stack.functions[url.function]
        self._invocation_id, self._credentials = invocation_id, credentials
        self._cors = FunctionUrlCors(url.cors) if url.cors else None
        streams = url.invoke_mode == "RESPONSE_STREAM"
        self._rendered = function_url.streamed_response if streams else function_url.response

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to any request; never raises for what a client or a handler did."""
        request_id = self._invocation_id()
        # The preflight is answered without the function and without credentials, which browsers do not send with it.
        preflight = self._cors.preflight(request) if self._cors else None
        response = preflight or self._answer(request, request_id)
        if self._cors is not None and preflight is None:
            response = self._cors.applied(request, response)
        ids = (("x-amzn-requestid", request_id), ("x-amzn-trace-id", request.trace_id))
        return HttpResponse(response.status, (*response.headers, *ids), response.body)

    def _answer(self, request: HttpRequest, request_id: str) -> HttpResponse:
        stack = self._stack
        call = self._authorized(UrlCall(self._url.url_id, stack.region, stack.account_id, request, request_id))
        if call is None:
            return function_url_error.FORBIDDEN
        event = event_json(function_url.event(call))
        if len(event) > INVOKE_LIMIT_BYTES:
            return function_url_error.TOO_LARGE
        return self._response(
            self._invoker.invoke(Invocation(self._function, event, request_id, request.trace_id, "http"))
        )

    def _authorized(self, call: UrlCall) -> UrlCall | None:
        """The call with who makes it; None when it is refused.

        What a caller may do is IAM's to say and is not looked at here.
        """
        if self._url.auth_type == "NONE":
            return call if self._url.public else None
        try:
            signed = verified(call.request, "lambda", self._credentials, self._clock.now())
        except SignatureError:
            return None
        return None if signed is None else replace(call, access_key=signed.access_key)

    def _response(self, outcome: Outcome) -> HttpResponse:
        if outcome.kind == "throttled":
            return function_url_error.THROTTLED
        response = self._rendered(outcome.payload) if outcome.kind == "returned" else None
        return response or function_url_error.FUNCTION_FAILED
