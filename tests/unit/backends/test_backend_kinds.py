"""The choice of a backend, and the kinds that start nothing."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from emulator.backends import create
from emulator.backends.backend import Backend
from emulator.backends.reachability import answers, port_holder, port_is_free
from emulator.errors import UsageError
from emulator.model import Endpoints


def made(kind: str, tmp_path: Path, endpoint: str | None = None) -> Backend:
    return create(kind, state=tmp_path, port=4148, endpoint=endpoint, region="us-east-1", report=print)


@pytest.mark.parametrize("kind", ["embedded", "localstack"])
def test_backends_of_ours_are_on_the_loopback_interface(kind: str, tmp_path: Path) -> None:
    backend = made(kind, tmp_path)
    assert backend.kind == kind
    assert backend.endpoints == Endpoints("http://127.0.0.1:4148")
    assert backend.process_ids() == ()
    assert not backend.healthy()


def test_aws_is_the_sdks_own_endpoint(tmp_path: Path) -> None:
    backend = made("aws", tmp_path)
    backend.start()
    assert backend.healthy()
    assert backend.endpoints == Endpoints()


@pytest.mark.parametrize("endpoint", [None, "", "localhost:4566"])
def test_external_needs_a_url(endpoint: str | None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs an endpoint"):
        made("external", tmp_path, endpoint)


def test_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Unknown backend"):
        made("moto", tmp_path)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(500 if self.path == "/broken" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test quiet."""


def test_external_is_healthy_when_it_answers_http(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        backend = made("external", tmp_path, f"{url}/")
        backend.start()
        assert backend.healthy()
        assert backend.endpoints.default == url
        assert not answers(url, "/broken")
        server.shutdown()


def test_holder_of_a_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not port_is_free(port)
        assert port_holder(port).startswith("process ")
    assert port_is_free(port)
