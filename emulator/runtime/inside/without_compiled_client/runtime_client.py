"""Pure-Python stand-in for the compiled half of AWS's runtime client, for platforms that have no build of it.

Same module name, same functions: initialize_client, next, post_invocation_result, post_error.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import http.client
import os

_PREFIX = "/2018-06-01/runtime/invocation"
_connection: http.client.HTTPConnection
_headers: dict[str, str] = {}


def initialize_client(user_agent: str) -> None:
    """One kept-alive connection to the Runtime API, without a timeout: `next` waits for work."""
    global _connection  # noqa: PLW0603  (the module is the client, as in the compiled original)
    _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    _headers["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str | None]]:
    """The next event and its Lambda-Runtime-* headers."""
    _connection.request("GET", f"{_PREFIX}/next", headers=_headers)
    answer = _connection.getresponse()
    return answer.read(), dict(answer.getheaders())


def post_invocation_result(invoke_id: str, data: bytes, content_type: str, _invocation_id: str | None = None) -> None:
    """Hand in the response."""
    _post(f"{_PREFIX}/{invoke_id}/response", data, {"Content-Type": content_type})


def post_error(invoke_id: str, data: str, xray_fault: str, _invocation_id: str | None = None) -> None:
    """Hand in the error."""
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled"}
    _post(
        f"{_PREFIX}/{invoke_id}/error",
        data.encode(),
        {**headers, "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault},
    )


def _post(path: str, data: bytes, headers: dict[str, str]) -> None:
    _connection.request("POST", path, data, {**_headers, **headers})
    answer = _connection.getresponse()
    answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"Runtime API answered {answer.status} to {path}")
