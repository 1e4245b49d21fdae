"""HTTP servers behind methods of a REST API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from emulator.model import IntegrationResponse, RestIntegration
from tests.fakes.rest_apis import RestSystem, headers_of, message, method, rest_system


class Echo(BaseHTTPRequestHandler):
    """Answers what it was asked; 418 below /teapot."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        asked = {"verb": self.command, "path": self.path, "body": body, "headers": dict(self.headers)}
        written = json.dumps(asked).encode()
        self.send_response(418 if self.path.startswith("/teapot") else 201)
        self.send_header("X-Echo", "yes")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


def system(uri: str, kind: Any = "http_proxy", **values: Any) -> RestSystem:
    fields: dict[str, Any] = {"http_method": "ANY", **values}
    return rest_system(method("ANY", "/links/{proxy+}", RestIntegration(kind, uri=uri, **fields)))


def test_proxy_passes_request_and_answer_on(server: str) -> None:
    parameters = {"integration.request.path.proxy": "method.request.path.proxy"}
    api = system(f"{server}/into/{{proxy}}", request_parameters=parameters)
    response = api.ask("PUT", "/Prod/links/a/b", query="q=1&q=2", body=b"hello", headers={"x-own": "mine"})
    asked = json.loads(response.body)
    assert (response.status, asked["verb"], asked["path"], asked["body"]) == (201, "PUT", "/into/a/b?q=1&q=2", "hello")
    assert (asked["headers"]["x-own"], headers_of(response)["x-echo"]) == ("mine", "yes")
    assert asked["headers"]["Host"] == server.removeprefix("http://")
    assert asked["headers"]["x-amzn-apigateway-api-id"] == "abc123def4"
    assert headers_of(response)["x-amzn-remapped-server"].startswith("BaseHTTP")
    assert headers_of(response)["x-amzn-remapped-content-length"].isdigit()


def test_custom_integration_maps_both_ways(server: str) -> None:
    api = system(
        f"{server}/fixed",
        "http",
        http_method="POST",
        request_parameters={
            "integration.request.querystring.who": "method.request.path.proxy",
            "integration.request.header.X-Stage": "context.stage",
        },
        request_templates={"application/json": '{"n": 1}'},
        responses=(IntegrationResponse(200, "2\\d\\d", templates={"application/json": "$input.json('$.body')"}),),
    )
    response = api.ask("GET", "/Prod/links/ada", headers={"x-own": "mine"})
    assert (response.status, json.loads(response.body)) == (200, '{"n": 1}')
    assert "x-echo" not in headers_of(response)


def test_status_of_the_server_chooses_the_response(server: str) -> None:
    responses = (IntegrationResponse(200), IntegrationResponse(404, "4\\d\\d", templates={"application/json": "{}"}))
    assert system(f"{server}/teapot", "http", responses=responses).ask("GET", "/Prod/links/a").status == 404


def test_server_that_is_not_there_is_a_gateway_timeout() -> None:
    response = system("http://127.0.0.1:9/nobody").ask("GET", "/Prod/links/a")
    assert message(response) == (504, {"message": "Network error communicating with endpoint"})
