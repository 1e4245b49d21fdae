"""The errors of Lambda's Invoke API, to the letter as far as AWS publishes them.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
"""

from __future__ import annotations

import json

from emulator.payloads.http_message import HttpResponse

SYNC_LIMIT_BYTES = 6_291_456
ASYNC_LIMIT_BYTES = 1_048_576
"""Raised from 256 KB in 2025: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def function_not_found(arn: str) -> HttpResponse:
    return _error(404, "ResourceNotFoundException", Type="User", Message=f"Function not found: {arn}")


def invalid_request_content(message: str) -> HttpResponse:
    return _error(400, "InvalidRequestContentException", Type="User", message=message)


def invalid_parameter(message: str) -> HttpResponse:
    return _error(400, "InvalidParameterValueException", Type="User", message=message)


def request_too_large(size: int, invocation_type: str) -> HttpResponse:
    limit = ASYNC_LIMIT_BYTES if invocation_type == "Event" else SYNC_LIMIT_BYTES
    message = f"{size} byte payload is too large for the {invocation_type} invocation type (limit {limit} bytes)"
    return _error(413, "RequestTooLargeException", Type="User", message=message)


def too_many_requests(reason: str) -> HttpResponse:
    return _error(429, "TooManyRequestsException", Reason=reason, Type="User", message="Rate Exceeded.")


def service_failure(message: str) -> HttpResponse:
    return _error(500, "ServiceException", Type="Service", Message=message)


def access_denied(message: str) -> HttpResponse:
    return _error(403, "AccessDeniedException", Message=message)


def not_implemented(message: str) -> HttpResponse:
    return _error(501, "UnsupportedOperationException", Type="User", Message=message)


def _error(status: int, code: str, **document: str) -> HttpResponse:
    body = json.dumps(document, separators=(",", ":")).encode()
    return HttpResponse(status, (("content-type", "application/json"), ("x-amzn-errortype", code)), body)
