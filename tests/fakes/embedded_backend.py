"""A real embedded backend for tests of sources, on a free port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.backends import Backend, create
from emulator.cloud.clients import Clients
from tests.fakes.free_ports import free_port


@contextmanager
def running_backend(state: Path) -> Iterator[Backend]:
    """Started, and stopped at the end."""
    backend = create("embedded", state=state, port=free_port(), endpoint=None, region="us-east-1", report=print)
    backend.start()
    try:
        yield backend
    finally:
        backend.stop()


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
