"""A real backend with the shortener's table, bucket and secrets, and its handlers loaded as a cold start does."""

from __future__ import annotations

import importlib
import sys
import uuid
from collections.abc import Callable, Iterator

import pytest

from emulator.backends import Backend
from tests.fakes.shortener_account import Account, Handler


@pytest.fixture(scope="session")
def endpoint(backend: Backend) -> str:
    assert backend.endpoints.default is not None
    return backend.endpoints.default


@pytest.fixture
def account(endpoint: str) -> Account:
    name = uuid.uuid4().hex[:12]
    made = Account(endpoint, f"shortener-{name}", f"events-{name}", f"test-{name}")
    keys = ("PK", "SK", "GSI1PK", "GSI1SK")
    made.client("dynamodb").create_table(
        TableName=made.table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=_key("PK", "SK"),
        GlobalSecondaryIndexes=[
            {"IndexName": "GSI1", "KeySchema": _key("GSI1PK", "GSI1SK"), "Projection": {"ProjectionType": "ALL"}}
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    made.client("dynamodb").get_waiter("table_exists").wait(TableName=made.table, WaiterConfig={"Delay": 1})
    made.client("s3").create_bucket(Bucket=made.bucket)
    for secret in ("jwt-secret", "paging-secret", "ip-salt", "user-agent-salt"):
        value = f"{secret} of at least thirty-two bytes"
        made.client("ssm").put_parameter(Name=f"/shortener/{made.stage}/{secret}", Value=value, Type="SecureString")
    return made


@pytest.fixture
def load(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Handler]]:
    """Loads a handler module anew, with these variables on top: a cold start."""

    def cold_start(module: str, **variables: str) -> Handler:
        for name, value in {**account.variables(), **variables}.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop(f"shortener.handlers.{module}", None)
        loaded: Handler = importlib.import_module(f"shortener.handlers.{module}").handler
        return loaded

    yield cold_start
    for name in [name for name in sys.modules if name.startswith("shortener.handlers.")]:
        del sys.modules[name]


def _key(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
