"""A real backend with the tables, the bucket and the secret of assets, and its handlers loaded as a cold start does."""

from __future__ import annotations

import importlib
import logging
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.backends import Backend
from tests.fakes.assets_account import Account, Handler


@pytest.fixture
def account(backend: Backend) -> Account:
    assert backend.endpoints.default is not None
    name = uuid.uuid4().hex[:12]
    made = Account(backend.endpoints.default, f"users-{name}", f"assets-{name}", f"assets-{name}", f"test-{name}")
    by_time = _index("createdAt-index", ("listing", "S"), ("createdAt", "N"))
    _create(made, made.users_table, "userId", _index("email-index", ("email", "S")), by_time)
    by_status = _index("status-index", ("status", "S"), ("createdAt", "N"))
    _create(made, made.assets_table, "assetId", by_status, by_time)
    made.client("s3").create_bucket(Bucket=made.bucket)
    secret = f"/assets/{made.stage}/paging-secret"
    made.client("ssm").put_parameter(Name=secret, Value="of at least thirty-two characters", Type="SecureString")
    return made


@pytest.fixture
def load(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Handler]]:
    """Loads a handler module anew, with these variables on top: a cold start."""

    def cold_start(module: str, **variables: str) -> Handler:
        for name, value in {**account.variables(), **variables}.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop(f"assets.handlers.{module}", None)
        # Powertools finds its logger again by the service's name; a new process has none.
        logging.Logger.manager.loggerDict.pop("assets", None)
        loaded: Handler = importlib.import_module(f"assets.handlers.{module}").handler
        return loaded

    yield cold_start
    for name in [name for name in sys.modules if name.startswith("assets.handlers.")]:
        del sys.modules[name]


def _index(name: str, *keys: tuple[str, str]) -> dict[str, Any]:
    return {"name": name, "keys": keys}


def _create(account: Account, table: str, key: str, *indexes: dict[str, Any]) -> None:
    kinds = {key: "S", **{name: kind for index in indexes for name, kind in index["keys"]}}
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
        KeySchema=_schema(key),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index["name"],
                "KeySchema": _schema(*(name for name, _ in index["keys"])),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in indexes
        ],
    )
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})


def _schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]
