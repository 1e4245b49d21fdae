"""A real backend with the tables and secrets of chat, and its handlers loaded as a cold start does."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.backends import Backend
from tests.fakes.chat_account import Account, made
from tests.fakes.chat_port_kinds import Ports, fakes, tables


@pytest.fixture(scope="session")
def chat_account(backend: Backend) -> Account:
    """One for the session: tests take ids of their own."""
    assert backend.endpoints.default is not None
    return made(backend.endpoints.default)


@pytest.fixture(params=["fake", "table"])
def ports(request: pytest.FixtureRequest, chat_account: Account) -> Ports:
    """Both kinds, one after the other."""
    return fakes() if request.param == "fake" else tables(chat_account)


@pytest.fixture
def load_chat(chat_account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Loads a handler module of chat anew, with these variables on top: a cold start."""

    def cold_start(module: str, **variables: str) -> Any:
        for name, value in {**chat_account.variables(), **variables}.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop(f"chat.handlers.{module}", None)
        # Powertools finds its logger again by the service's name; a new process has none.
        logging.Logger.manager.loggerDict.pop("chat", None)
        return importlib.import_module(f"chat.handlers.{module}").handler

    yield cold_start
    for name in [name for name in sys.modules if name.startswith("chat.handlers.")]:
        del sys.modules[name]
