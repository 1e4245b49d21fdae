"""The systems as people reach them: running_system.py says where.

Only HTTP and boto3 from here on: nothing in this folder knows what answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from seed.shortener.access_token import mint
from seed.shortener.secret_values import ensure
from tests.fakes.openid_provider import CLIENT_ID, RunningProvider, running_provider
from tests.parity.assets_system import AssetsSystem
from tests.parity.chat_system import ChatSystem
from tests.parity.orders_system import OrdersSystem
from tests.parity.running_system import System, must_be_started, running

HOME = "http://localhost:3000/signed-in"


@dataclass(frozen=True)
class Shortener:
    """A deployed shortener: its API, its account, and how to be somebody."""

    system: System
    stage: str
    table: str
    bucket: str
    secret: str
    provider: RunningProvider | None = None

    @property
    def url(self) -> str:
        return self.system.url

    @property
    def public_url(self) -> str:
        """Where people find the page, and where short links begin."""
        return self.system.parameter("public-url")

    def client(self, service: str) -> Any:
        return self.system.client(service)

    def token(self, user: str, role: str = "user") -> str:
        return mint(self.secret, user, role, self.stage)

    def call(self, method: str, path: str, user: str | None = None, **arguments: Any) -> requests.Response:
        """One request; redirects are not followed."""
        headers = {**arguments.pop("headers", {})}
        if user is not None:
            headers["authorization"] = f"Bearer {self.token(user)}"
        return requests.request(
            method, f"{self.url}{path}", headers=headers, timeout=30, allow_redirects=False, **arguments
        )

    def create(self, user: str, **body: Any) -> dict[str, Any]:
        """A link, for tests that need one."""
        answer = self.call("POST", "/links", user, json={"url": "https://example.com/a", **body})
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created


@pytest.fixture(scope="session")
def shortener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shortener]:
    """With a real OpenID provider process in Google's place where it is started here."""
    with ExitStack() as running_ones:
        provider = running_ones.enter_context(running_provider()) if must_be_started("shortener") else None
        parameters = {"ThrottlingRate": "2000", "ThrottlingBurst": "2000", **_in_place_of_google(provider)}
        system = running_ones.enter_context(running("shortener", tmp_path_factory.mktemp("up"), parameters))
        stage = "dev" if system.endpoint else system.outputs()["TokenIssuer"].removeprefix("shortener-")
        secret = ensure(system.client("ssm"), stage)["jwt-secret"]
        table, bucket = system.parameter("table-name"), system.parameter("events-bucket")
        yield Shortener(system, stage, table, bucket, secret, provider)


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AssetsSystem]:
    parameters = {"ThrottlingRate": "2000", "ThrottlingBurst": "2000"}
    with running("assets", tmp_path_factory.mktemp("up"), parameters) as system:
        names = [system.parameter(name) for name in ("bucket", "users-table", "assets-table")]
        yield AssetsSystem(system, *names)


@pytest.fixture(scope="session")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrdersSystem]:
    """Impatient: what fails comes again after a second, and so does a payment gateway that was left alone."""
    impatient = {"RetrySeconds": "1", "PaymentBreakerSeconds": "1"}
    parameters = {"ThrottlingRate": "2000", "ThrottlingBurst": "2000", **impatient}
    with running("orders", tmp_path_factory.mktemp("up"), parameters) as system:
        yield OrdersSystem(system)


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatSystem]:
    """Forgetful: the end of a session is seen within a second."""
    parameters = {"ThrottlingRate": "5000", "ThrottlingBurst": "5000", "SessionCacheSeconds": "1"}
    with running("chat", tmp_path_factory.mktemp("up"), parameters) as system:
        yield ChatSystem(system)


def _in_place_of_google(provider: RunningProvider | None) -> dict[str, str]:
    if provider is None:
        return {}
    return {
        "GoogleClientId": CLIENT_ID,
        "GoogleAuthorizeUrl": f"{provider.issuer}/authorize",
        "GoogleIssuer": provider.issuer,
        "GoogleTokenUrl": f"{provider.issuer}/token",
        "GoogleJwksUrl": f"{provider.issuer}/jwks",
    }
