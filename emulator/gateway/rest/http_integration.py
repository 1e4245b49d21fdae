"""The HTTP integrations: a request of a REST API goes on to another server, whole or mapped.

https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import SKIP_HEADER

from emulator.gateway.rest.integration_request import RequestMapping
from emulator.gateway.rest.integration_response import ResponseMapping
from emulator.gateway.rest.parameters import mapped_parameters
from emulator.gateway.rest.ports import Answered, Mapped, Refusal
from emulator.model import RestIntegration
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.remapped_headers import NEVER_SENT, remapped
from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_headers import headers_for_function

_VARIABLE = re.compile(r"\{([^{}]+?)\+?\}")
_TIMED_OUT = Refusal("INTEGRATION_TIMEOUT", error="Execution failed due to a timeout error")


class HttpIntegration:
    """One method's server. Without mappings (HTTP_PROXY) the request goes on and the answer comes back as they are."""

    def __init__(
        self,
        integration: RestIntegration,
        pool: urllib3.PoolManager,
        mappings: tuple[RequestMapping, ResponseMapping] | None,
    ) -> None:
        self._integration, self._pool, self._mappings = integration, pool, mappings

    def respond(self, call: RestCall) -> Answered | Refusal:
        """What the server answers, whatever it is; 504 when it does not."""
        sent = Mapped("") if self._mappings is None else self._mappings[0].applied(call)
        if isinstance(sent, Refusal):
            return sent
        answer = self._asked(call, sent)
        if isinstance(answer, Refusal) or self._mappings is None:
            return answer if isinstance(answer, Refusal) else Answered(answer, answer.status)
        response = self._mappings[1].applied(call, answer, str(answer.status), sent.overrides)
        return response if isinstance(response, Refusal) else Answered(response, answer.status)

    def _asked(self, call: RestCall, sent: Mapped) -> HttpResponse | Refusal:
        integration, whole = self._integration, self._mappings is None
        verb = integration.http_method
        try:
            answer = self._pool.request(
                call.request.method if verb == "ANY" else verb,
                self._url(call, sent),
                body=(call.request.body if whole else sent.text.encode("utf-8", "replace")) or None,
                headers=self._headers(call, sent),
                timeout=integration.timeout_ms / 1000,
                retries=False,
                redirect=False,
                decode_content=False,
            )
        except ReadTimeoutError:
            return _TIMED_OUT
        except (HTTPError, ValueError) as error:
            return Refusal("INTEGRATION_FAILURE", error=f"Network error communicating with endpoint: {error}"[:300])
        headers = tuple((name.lower(), value) for name, value in answer.headers.items())
        kept = tuple(pair for pair in headers if pair[0] not in NEVER_SENT)
        return HttpResponse(answer.status, remapped(kept) if whole else kept, answer.data)

    def _url(self, call: RestCall, sent: Mapped) -> str:
        parameters = self._integration.request_parameters
        path = {**mapped_parameters(parameters, "integration.request.path", call), **sent.path}
        url = _VARIABLE.sub(
            lambda match: quote(path.get(match.group(1), match.group()), safe="/%"), self._integration.uri or ""
        )
        query = call.query if self._mappings is None else []
        query += mapped_parameters(parameters, "integration.request.querystring", call).items()
        query += sent.querystring.items()
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url

    def _headers(self, call: RestCall, sent: Mapped) -> urllib3.HTTPHeaderDict:
        own = {"user-agent": f"AmazonAPIGateway_{call.api.api_id}", "x-amzn-apigateway-api-id": call.api.api_id}
        headers = urllib3.HTTPHeaderDict({"accept-encoding": SKIP_HEADER, **own})
        if self._mappings is None:
            for name, value in headers_for_function(call.request):
                if name.lower() != "host":
                    headers[name] = value
        else:
            headers["Content-Type"] = "application/json"
        named = mapped_parameters(self._integration.request_parameters, "integration.request.header", call)
        for name, value in {**named, **sent.headers}.items():
            headers[name] = value
        return headers
