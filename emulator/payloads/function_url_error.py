"""What a function URL answers by itself, to the letter as far as it has been published.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
(403 and 502 as recorded on AWS: tests/aws/services/lambda_/test_lambda.py of localstack/localstack)
"""

from __future__ import annotations

import json
from typing import Final

from emulator.payloads import invoke_error
from emulator.payloads.http_message import HttpResponse

_JSON: Final = ("content-type", "application/json")
_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)
_TOO_LARGE = f"Request must be smaller than {invoke_error.SYNC_LIMIT_BYTES} bytes for the InvokeFunction operation"


def _refused(status: int, error_type: str, message: str) -> HttpResponse:
    body = json.dumps({"Message": message}, separators=(",", ":")).encode()
    return HttpResponse(status, (_JSON, ("x-amzn-errortype", error_type)), body)


FORBIDDEN: Final[HttpResponse] = _refused(403, "AccessDeniedException", _FORBIDDEN)
TOO_LARGE: Final[HttpResponse] = _refused(413, "RequestEntityTooLargeException", _TOO_LARGE)
THROTTLED: Final[HttpResponse] = invoke_error.too_many_requests("ReservedFunctionConcurrentInvocationLimitExceeded")
FUNCTION_FAILED: Final[HttpResponse] = HttpResponse(502, (_JSON,), b"Internal Server Error")
