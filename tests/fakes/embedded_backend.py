"""A real embedded backend for tests of sources, on a free port of 4200-4249."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.backends import Backend, create
from emulator.cloud.clients import Clients

PORTS = range(4200, 4250)


@contextmanager
def running_backend(state: Path) -> Iterator[Backend]:
    """Started, and stopped at the end."""
    backend = create("embedded", state=state, port=free_port(), endpoint=None, region="us-east-1", report=print)
    backend.start()
    try:
        yield backend
    finally:
        backend.stop()


def free_port() -> int:
    """Parallel test processes begin to look at different places."""
    first = os.getpid() * 7 % len(PORTS)
    for port in (*PORTS[first:], *PORTS[:first]):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


def table_with_stream(clients: Clients, name: str) -> str:
    """Create a table with the key pk; its stream's ARN."""
    answer = clients.get("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return str(answer["TableDescription"]["LatestStreamArn"])
