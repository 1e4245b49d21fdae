"""Lambda's Invoke API of a system. As hot as the HTTP APIs, so it does not pass through Flask's machinery either.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import parse_qs

from emulator.errors import BackendError
from emulator.gateway import function_reference
from emulator.gateway.function_reference import FunctionDirectory, RefusedError
from emulator.gateway.request_ids import Ids
from emulator.model import AsyncInvoker, Clock, Function, Invocation, Invoker, Outcome
from emulator.payloads import invoke_error
from emulator.payloads.http_message import HttpRequest, HttpResponse

PREFIX, SUFFIX = "/2015-03-31/functions/", "/invocations"
_KINDS = ("RequestResponse", "Event", "DryRun")
_LOG_TAIL_BYTES = 4_096
_CLIENT_CONTEXT_LIMIT_BYTES = 3_583
_THROTTLED = "ReservedFunctionConcurrentInvocationLimitExceeded"


class InvokeApi:
    """POST /2015-03-31/functions/<name or ARN>/invocations for the functions of one stack."""

    def __init__(
        self, functions: FunctionDirectory, invoker: Invoker, async_invoker: AsyncInvoker, clock: Clock, ids: Ids
    ) -> None:
        self._functions, self._invoker, self._async_invoker = functions, invoker, async_invoker
        self._clock, self._ids = clock, ids

    @staticmethod
    def serves(method: str, path: str) -> bool:
        return method == "POST" and path.startswith(PREFIX) and path.endswith(SUFFIX)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Lambda's answer; what the function did wrong is in it."""
        try:
            qualifier = parse_qs(request.query).get("Qualifier", [None])[0] if request.query else None
            function = self._functions.named(request.path[len(PREFIX) : -len(SUFFIX)], qualifier)
            return self._invoke(function, request, dict(request.headers))
        except RefusedError as refused:
            return refused.response

    def _invoke(self, function: Function, request: HttpRequest, headers: dict[str, str]) -> HttpResponse:
        kind = headers.get("x-amz-invocation-type", "RequestResponse")
        if kind not in _KINDS:
            raise RefusedError(invoke_error.invalid_parameter(f"{kind!r} is not an invocation type."))
        payload = _payload(kind, request.body)
        request_id = self._ids.invocation()
        if kind == "DryRun":
            return HttpResponse(204, (("x-amzn-RequestId", request_id),), b"")
        if kind == "Event":
            return self._submit(function, payload, request_id, request.trace_id)
        context = _client_context(headers.get("x-amz-client-context"))
        outcome = self._invoker.invoke(Invocation(function, payload, request_id, request.trace_id, "invoke", context))
        return _answer(outcome, request.trace_id, tail=headers.get("x-amz-log-type") == "Tail")

    def _submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> HttpResponse:
        try:
            self._async_invoker.submit(function, payload, request_id, trace_id)
        except BackendError as error:
            raise RefusedError(invoke_error.service_failure(str(error))) from error
        return HttpResponse(202, (("x-amzn-RequestId", request_id), ("X-Amzn-Trace-Id", trace_id)), b"")


def _payload(kind: str, body: bytes) -> bytes:
    """The event, checked for size and form; nothing at all is an empty object."""
    limit = invoke_error.ASYNC_LIMIT_BYTES if kind == "Event" else invoke_error.SYNC_LIMIT_BYTES
    if len(body) > limit:
        raise RefusedError(invoke_error.request_too_large(len(body), kind))
    if not body:
        return b"{}"
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        message = f"Could not parse request body into json: Could not parse payload into json: {error}"
        raise RefusedError(invoke_error.invalid_request_content(message)) from error
    return body


def _client_context(encoded: str | None) -> str | None:
    if not encoded:
        return None
    refusal = RefusedError(
        invoke_error.invalid_request_content("Client context must be a valid Base64-encoded JSON object.")
    )
    if len(encoded) > _CLIENT_CONTEXT_LIMIT_BYTES:
        raise refusal
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
        document = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        raise refusal from None
    if not isinstance(document, dict):
        raise refusal
    return text


def _answer(outcome: Outcome, trace_id: str, *, tail: bool) -> HttpResponse:
    if outcome.kind == "throttled":
        return invoke_error.too_many_requests(_THROTTLED)
    headers = [
        ("content-type", "application/json"),
        ("x-amzn-RequestId", outcome.request_id),
        ("X-Amzn-Trace-Id", trace_id),
        ("X-Amz-Executed-Version", function_reference.LATEST),
    ]
    if outcome.failed:
        headers.append(("X-Amz-Function-Error", "Unhandled"))
    if tail:
        headers.append(("X-Amz-Log-Result", base64.b64encode(outcome.log_tail[-_LOG_TAIL_BYTES:]).decode("ascii")))
    return HttpResponse(200, tuple(headers), outcome.payload)
