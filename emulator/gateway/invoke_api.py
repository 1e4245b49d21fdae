"""The Lambda API of a system: Invoke, and as much of Get and List as tools ask for before they invoke.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass

import flask

from emulator.errors import BackendError
from emulator.gateway import function_reference
from emulator.gateway.function_description import configuration, description
from emulator.gateway.function_reference import FunctionDirectory
from emulator.gateway.request_ids import Ids
from emulator.model import AsyncInvoker, Clock, Function, Invocation, Invoker, Outcome, Stack
from emulator.payloads import invoke_error
from emulator.payloads.http_message import HttpResponse

_LOG_TAIL_BYTES = 4_096
_CLIENT_CONTEXT_LIMIT_BYTES = 3_583
_THROTTLED = "ReservedFunctionConcurrentInvocationLimitExceeded"


class _RefusedError(Exception):
    """The request is answered with an error of Lambda's."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass(frozen=True, slots=True)
class InvokeApi:
    """The Lambda API for the functions of one stack."""

    stack: Stack
    invoker: Invoker
    async_invoker: AsyncInvoker
    clock: Clock
    ids: Ids

    def blueprint(self) -> flask.Blueprint:
        """The API as Flask routes."""
        blueprint = flask.Blueprint("invoke_api", __name__, url_prefix="/2015-03-31/functions")
        directory = FunctionDirectory(self.stack)
        blueprint.add_url_rule("/", "list", lambda: self._list(directory), methods=["GET"], strict_slashes=False)
        rules = (
            ("/<path:name>/invocations", "POST", self._invoke),
            ("/<path:name>/configuration", "GET", lambda function: _json(configuration(function))),
            ("/<path:name>", "GET", lambda function: _json(description(function))),
        )
        for rule, method, answer in rules:
            blueprint.add_url_rule(rule, rule, _named(self, directory, answer), methods=[method])
        return blueprint

    def find(self, directory: FunctionDirectory, text: str) -> Function:
        reference = function_reference.parse(text, flask.request.args.get("Qualifier"))
        if reference is None:
            raise _RefusedError(invoke_error.invalid_parameter(f"{text!r} is not the name or ARN of a function."))
        function = directory.find(reference)
        if function is None:
            raise _RefusedError(invoke_error.function_not_found(reference.arn(self.stack)))
        return function

    def _list(self, directory: FunctionDirectory) -> flask.Response:
        return _json({"Functions": [configuration(function) for function in directory.all()], "NextMarker": None})

    def _invoke(self, function: Function) -> flask.Response:
        kind = flask.request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind not in ("RequestResponse", "Event", "DryRun"):
            raise _RefusedError(invoke_error.invalid_parameter(f"{kind!r} is not an invocation type."))
        payload = _payload(kind)
        request_id = self.ids.invocation()
        if kind == "DryRun":
            return flask.Response(status=204, headers={"x-amzn-RequestId": request_id})
        trace_id = self.ids.trace(flask.request.headers.get("X-Amzn-Trace-Id"), self.clock.now())
        if kind == "Event":
            return self._submit(function, payload, request_id, trace_id)
        invocation = Invocation(function, payload, request_id, trace_id, "invoke", _client_context())
        return _outcome(self.invoker.invoke(invocation), trace_id)

    def _submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> flask.Response:
        try:
            self.async_invoker.submit(function, payload, request_id, trace_id)
        except BackendError as error:
            raise _RefusedError(invoke_error.service_failure(str(error))) from error
        return flask.Response(status=202, headers={"x-amzn-RequestId": request_id, "X-Amzn-Trace-Id": trace_id})


def _named(
    api: InvokeApi, directory: FunctionDirectory, answer: Callable[[Function], flask.Response]
) -> Callable[[str], flask.Response]:
    """A view that finds the function first and answers with Lambda's error when something is refused."""

    def view(name: str) -> flask.Response:
        try:
            return answer(api.find(directory, name))
        except _RefusedError as refused:
            return as_flask(refused.response)

    return view


def as_flask(response: HttpResponse) -> flask.Response:
    return flask.Response(response.body, response.status, list(response.headers))


def _payload(kind: str) -> bytes:
    """The event, checked for size and form; nothing at all is an empty object."""
    limit = invoke_error.ASYNC_LIMIT_BYTES if kind == "Event" else invoke_error.SYNC_LIMIT_BYTES
    declared = flask.request.content_length or 0
    # One byte more than allowed is enough to know.
    body = b"" if declared > limit else flask.request.stream.read(limit + 1)
    if max(declared, len(body)) > limit:
        raise _RefusedError(invoke_error.request_too_large(max(declared, len(body)), kind))
    if not body:
        return b"{}"
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        message = f"Could not parse request body into json: Could not parse payload into json: {error}"
        raise _RefusedError(invoke_error.invalid_request_content(message)) from error
    return body


def _client_context() -> str | None:
    encoded = flask.request.headers.get("X-Amz-Client-Context")
    if not encoded:
        return None
    refusal = _RefusedError(
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


def _outcome(outcome: Outcome, trace_id: str) -> flask.Response:
    if outcome.kind == "throttled":
        return as_flask(invoke_error.too_many_requests(_THROTTLED))
    headers = {
        "content-type": "application/json",
        "x-amzn-RequestId": outcome.request_id,
        "X-Amzn-Trace-Id": trace_id,
        "X-Amz-Executed-Version": function_reference.LATEST,
    }
    if outcome.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    if flask.request.headers.get("X-Amz-Log-Type") == "Tail":
        headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log_tail[-_LOG_TAIL_BYTES:]).decode("ascii")
    return flask.Response(outcome.payload, 200, headers)


def _json(document: object) -> flask.Response:
    return flask.Response(json.dumps(document), content_type="application/json")
