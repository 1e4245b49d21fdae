"""The backend that integration tests run on: an embedded one of their own, or the one TERRARIUM_TEST_ENDPOINT names,
which is LocalStack, with an embedded one beside it for what LocalStack lacks."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from emulator.backends import COMPANION_PORT_AFTER, Backend, create
from emulator.cloud import Clients
from tests.fakes.free_ports import free_port

REGION = "us-east-1"


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Started; stopped at the end of the session."""
    endpoint = os.environ.get("TERRARIUM_TEST_ENDPOINT")
    started = create(
        "external" if endpoint else "embedded",
        state=tmp_path_factory.mktemp("backend"),
        # The companion takes the next port.
        port=free_port() - (COMPANION_PORT_AFTER if endpoint else 0),
        endpoint=endpoint,
        region=REGION,
        report=print,
        lacking=("cognito-idp", "cognito-identity") if endpoint else (),
    )
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def clients(backend: Backend) -> Clients:
    """AWS clients of that backend."""
    return Clients(backend.endpoints, region=REGION)


@pytest.fixture
def stack() -> str:
    """A stack name nobody else uses, so that tests share one backend."""
    return f"t{uuid.uuid4().hex[:10]}"
