"""The mock integration: no backend; the request template says which integration response is meant.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
"""

from __future__ import annotations

import re

from emulator.gateway.rest.integration_request import RequestMapping
from emulator.gateway.rest.integration_response import ResponseMapping
from emulator.gateway.rest.ports import Answered, Refusal
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.rest_call import RestCall

# AWS reads `{statusCode: 200}` without quotation marks as well, which many templates write.
_STATUS_CODE = re.compile(r"""["']?\bstatusCode["']?\s*:\s*["']?(\d{3})\b""")
_NO_STATUS = Refusal(
    "API_CONFIGURATION_ERROR",
    "Internal server error",
    error="Unable to parse statusCode of the mock's request template",
)


class MockIntegration:
    """One method's mock."""

    def __init__(self, request: RequestMapping, response: ResponseMapping) -> None:
        self._request = request
        self._response = response

    def respond(self, call: RestCall) -> Answered | Refusal:
        mapped = self._request.applied(call)
        if isinstance(mapped, Refusal):
            return mapped
        named = _STATUS_CODE.search(mapped.text)
        if named is None:
            return _NO_STATUS
        status = int(named.group(1))
        response = self._response.applied(call, HttpResponse(status, (), b""), str(status), mapped.overrides)
        return response if isinstance(response, Refusal) else Answered(response, status)
