"""A real WebSocket server in this process, whose functions are Python functions of the parsed event."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from emulator.gateway.websocket import WebSocketServer
from emulator.model import (
    Function,
    Stack,
    WebSocketApi,
    WebSocketAuthorizer,
    WebSocketIntegration,
    WebSocketRoute,
)
from emulator.model.websocket_apis import CONNECT, DEFAULT, DISCONNECT
from tests.fakes.free_ports import free_port
from tests.fakes.http_apis import PLACE
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.shifted_clock import ShiftedClock
from tests.fakes.stacks import function
from tests.fakes.waiting import wait_for

STAGE = "prod"
TO_WORKER = WebSocketIntegration("lambda", "Worker")
GUARD = WebSocketAuthorizer("guard", "Guard", ("route.request.header.Token",))
GUARDED = WebSocketRoute(CONNECT, TO_WORKER, authorizer="guard")


def route(key: str, **values: Any) -> WebSocketRoute:
    return WebSocketRoute(key, **{"integration": TO_WORKER, **values})


USUAL = tuple(route(key) for key in (CONNECT, DISCONNECT, DEFAULT))


def api(*routes: WebSocketRoute, logical_id: str = "Chat", **values: Any) -> WebSocketApi:
    fields: dict[str, Any] = {"stage": STAGE, "authorizers": {"guard": GUARD}, **values}
    by_key = {one.key: one for one in routes or USUAL}
    return WebSocketApi(logical_id, "abc123def4", "chat", PLACE, routes=by_key, **fields)


@dataclass(frozen=True)
class Refusal:
    """What a handshake got instead of a connection."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class RunningApis:
    """Functions: Worker behind the routes, Guard as authorizer. Events in the order of their invocation."""

    server: WebSocketServer
    invoker: ScriptedInvoker
    clock: ShiftedClock
    port: int
    log_lines: list[str]

    def connect(self, path: str = f"/{STAGE}", **options: Any) -> ClientConnection:
        """An open connection."""
        fields = {"proxy": None, "compression": None, "open_timeout": 10, "close_timeout": 5, **options}
        return connect(f"ws://127.0.0.1:{self.port}{path}", **fields)

    def refused(self, path: str = f"/{STAGE}", **options: Any) -> Refusal:
        """How a connection is refused."""
        try:
            with self.connect(path, **options):
                pass
        except InvalidStatus as error:
            response = error.response
            headers = {name.lower(): value for name, value in response.headers.raw_items()}
            return Refusal(response.status_code, bytes(response.body or b""), headers)
        raise AssertionError("the connection was accepted")

    def management(self, stage: str = STAGE, **credentials: str) -> Any:
        """boto3's client of the management API."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **credentials}
        return boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=f"http://127.0.0.1:{self.port}/{stage}",
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=1),
            **keys,
        )

    def events(self, event_type: str, count: int = 1) -> list[dict[str, Any]]:
        """So many events of this type, once they have come."""

        def found() -> list[dict[str, Any]]:
            return [event for event in self.invoker.events if event["requestContext"]["eventType"] == event_type]

        wait_for(lambda: len(found()) >= count, within_s=5)
        return found()

    def tcp(self, data: bytes = b"") -> socket.socket:
        """A bare connection that sent `data`."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        connection.sendall(data)
        return connection


@contextmanager
def running(
    *apis: WebSocketApi,
    answer: Callable[[Any], Any] = lambda event: {"statusCode": 200},
    worker: Function | None = None,
    threads: int = 8,
) -> Iterator[RunningApis]:
    """Serves the APIs, the first at the root."""
    here = apis or (api(),)
    functions = {"Worker": worker or function(), "Guard": function("Guard")}
    by_id = {one.logical_id: one for one in here}
    stack = Stack("demo", Path("template.yaml"), "us-east-1", "000000000000", functions, websocket_apis=by_id)
    invoker, clock, port = ScriptedInvoker(answer), ShiftedClock(), free_port()
    lines: list[str] = []
    server = WebSocketServer(
        stack,
        invoker,
        clock,
        host="127.0.0.1",
        port=port,
        threads=threads,
        credentials={"test": "test"},
        access_log=lambda _, line: lines.append(line),
    )
    server.start()
    try:
        yield RunningApis(server, invoker, clock, port, lines)
    finally:
        server.stop()


def closed_with(connection: ClientConnection) -> tuple[int, str]:
    """The code and reason with which the server ends a connection."""
    with suppress(ConnectionClosed):
        while True:
            connection.recv(timeout=10)
    assert connection.protocol.close_rcvd is not None
    return connection.protocol.close_rcvd.code, connection.protocol.close_rcvd.reason


def message(connection: ClientConnection) -> Any:
    """The next message, parsed."""
    return json.loads(connection.recv(timeout=5))
