"""Any HTTP server as origin: an API of this system, a load balancer, another host.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError
from urllib3.util import SKIP_HEADER, Timeout

from emulator.gateway.edge.origins import OriginFailure, OriginRequest
from emulator.model import Origin
from emulator.payloads import gateway_error
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.sigv4 import UNCHECKED

_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_CONNECTIONS = 64
_STATED_ONCE = frozenset({"host"})
_TRIED_AGAIN = frozenset({"GET", "HEAD"})


class HttpOrigin:
    """One custom origin of one distribution; keeps connections to it, which `close` ends."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        target = urlsplit(origin.url)
        # One pool for each origin: finding the right one in a manager costs a quarter of a request.
        self._pool = urllib3.connection_from_url(origin.url, maxsize=_CONNECTIONS)
        self._base = target.path.rstrip("/") + origin.path
        here = origin.url.startswith("http://127.0.0.1")
        # An API of this system knows itself by its local name, everything else by its own.
        self._host = target.netloc if here else origin.domain_name
        self._own = {**dict(origin.headers), **(dict(UNCHECKED) if origin.signed else {})}
        self._timeout = Timeout(connect=origin.connect_timeout_s, read=origin.read_timeout_s)

    def close(self) -> None:
        """End the connections that are kept."""
        self._pool.close()

    def send(self, request: OriginRequest) -> HttpResponse | OriginFailure:
        """Its answer, whatever it is."""
        if self._origin.host_is_fixed and any(name == "host" for name, _ in request.headers):
            # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
            # API Gateway and function URLs refuse a Host that is not theirs, as the viewer's is not.
            return gateway_error.FORBIDDEN
        attempts = self._origin.connect_attempts if request.method in _TRIED_AGAIN else 1
        failure = OriginFailure("unreachable", "not asked")
        for _ in range(attempts):
            answer = self._once(request)
            if isinstance(answer, HttpResponse):
                return answer
            failure = answer
        return failure

    def _once(self, request: OriginRequest) -> HttpResponse | OriginFailure:
        try:
            answer = self._pool.urlopen(
                request.method,
                self._target(request),
                body=request.body or None,
                headers=self._headers(request),
                timeout=self._timeout,
                retries=False,
                redirect=False,
                decode_content=False,
            )
        except ReadTimeoutError as error:
            return OriginFailure("timed out", str(error))
        except NameResolutionError as error:
            return OriginFailure("unresolvable", str(error))
        except (ConnectTimeoutError, NewConnectionError) as error:
            return OriginFailure("unreachable", str(error))
        except HTTPError as error:
            return OriginFailure("closed", str(error))
        headers = tuple((name.lower(), value) for name, value in answer.headers.items())
        return HttpResponse(answer.status, headers, answer.data)

    def _target(self, request: OriginRequest) -> str:
        """The library writes escapes in upper case, and escapes all of them again where one percent sign is none."""
        path = self._base + request.path
        return _LONE_PERCENT.sub("%25", f"{path}?{request.query}" if request.query else path)

    def _headers(self, request: OriginRequest) -> dict[str, str]:
        """By name, repeated ones joined (cookies are one header already). The origin's own win over the viewer's."""
        headers: dict[str, str] = {"host": self._host}
        for name, value in request.headers:
            known = headers.get(name) if name not in _STATED_ONCE else None
            headers[name] = value if known is None else f"{known}, {value}"
        headers.setdefault("accept-encoding", SKIP_HEADER)
        headers.setdefault("user-agent", SKIP_HEADER)
        return {**headers, **self._own}
