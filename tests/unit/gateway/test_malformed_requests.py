"""Whatever a WSGI server may hand over, the gateway answers, and never with a fault of its own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.model import Authorizer, Cors, Route
from tests.fakes.http_apis import FakeSystem, system

LATIN = st.text(st.characters(max_codepoint=255), max_size=30)
STARTS = ["/", "", "/links/", "/guarded/", "/_terrarium/", "/2015-03-31/functions/", "/_api/Api/", "*", "/_api/"]
PATHS = st.builds(lambda start, rest: start + rest, st.sampled_from(STARTS), LATIN)
NAMES = st.sampled_from(
    ["HOST", "COOKIE", "ORIGIN", "AUTHORIZATION", "X_AMZN_TRACE_ID", "ACCESS_CONTROL_REQUEST_METHOD", "X_FORWARDED_FOR"]
)
HEADERS = st.dictionaries(NAMES.map(lambda name: f"HTTP_{name}"), LATIN, max_size=5)


def open_system() -> FakeSystem:
    """A route of each kind, with CORS, an authorizer and an access log, so that all of them read the request."""
    guard = Authorizer("Guard", "lambda", ("$request.header.Authorization", "$request.querystring.q"), function="Guard")
    return system(
        Route("GET", "/guarded/{id}", "Worker", authorizer="Guard"),
        Route("ANY", "/links/{proxy+}", "Worker", "1.0"),
        Route("ANY", "$default", "Worker"),
        cors=Cors(allow_origins=("https://*",)),
        authorizers={"Guard": guard},
        access_log_format='{"path":"$context.path","agent":"$context.identity.userAgent"}',
        answer={"statusCode": 200},
    )


@settings(max_examples=500, deadline=None)
@given(
    method=st.one_of(st.sampled_from(["GET", "POST", "OPTIONS", "HEAD"]), LATIN),
    path=PATHS,
    query=LATIN,
    headers=HEADERS,
    body=st.binary(max_size=40),
    length=st.sampled_from([None, "", "-1", "abc", "3", "40", "9" * 30, "²"]),
)
def test_no_request_makes_the_gateway_fail(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes, length: str | None
) -> None:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "3001",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        **headers,
    }
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    begun: list[str] = []
    list(open_system().app(environ, lambda status, _headers, _info=None: begun.append(status)))
    assert int(begun[0][:3]) < 500
