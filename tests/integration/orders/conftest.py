"""A real backend with everything the template of orders describes, and its handlers loaded as a cold start does."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterator

import pytest

from emulator.backends import Backend
from tests.fakes.orders_account import Handler, OrdersAccount, made


@pytest.fixture(scope="session")
def orders_account(backend: Backend) -> OrdersAccount:
    """One for the session: tests take ids of their own."""
    return made(backend.endpoints)


@pytest.fixture
def load_orders(orders_account: OrdersAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Handler]]:
    """Loads a handler module of orders anew, with these variables on top: a cold start."""

    def cold_start(module: str, **variables: str) -> Handler:
        for name, value in {**orders_account.variables, **variables}.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop(f"orders.handlers.{module}", None)
        # Powertools finds its logger again by the service's name; a new process has none.
        logging.Logger.manager.loggerDict.pop("orders", None)
        loaded: Handler = importlib.import_module(f"orders.handlers.{module}").handler
        return loaded

    yield cold_start
    for name in [name for name in sys.modules if name.startswith("orders.handlers.")]:
        del sys.modules[name]
