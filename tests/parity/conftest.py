"""The shortener as people reach it, wherever TARGET says it runs: `local` (default) or `aws`.

local: SHORTENER_API_URL and AWS_ENDPOINT_URL name a running system; without them one is started for the session, with
       a real OpenID provider process in Google's place, on the backend of TERRARIUM_TEST_ENDPOINT or an embedded one.
aws:   the stack SHORTENER_STACK (default "shortener"), found by its outputs, with the credentials of the environment.

Only HTTP and boto3 from here on: nothing in this folder knows what answers.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from seed.shortener.access_token import mint
from seed.shortener.secret_values import ensure
from tests.fakes.openid_provider import CLIENT_ID, RunningProvider, running_provider

ROOT = Path(__file__).parents[2]
HOME = "http://localhost:3000/signed-in"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@dataclass(frozen=True)
class Shortener:
    """A deployed shortener: its API, its account, and how to be somebody."""

    url: str
    stage: str
    endpoint: str | None
    region: str
    table: str
    bucket: str
    secret: str
    provider: RunningProvider | None = None

    def client(self, service: str) -> Any:
        return _client(service, self.endpoint, self.region)

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
    if os.environ.get("TARGET", "local") == "aws":
        yield _deployed(os.environ.get("SHORTENER_STACK", "shortener"))
    elif url := os.environ.get("SHORTENER_API_URL"):
        yield _found(url, os.environ.get("AWS_ENDPOINT_URL"), os.environ.get("AWS_REGION", "us-east-1"))
    else:
        with running_provider() as provider, _started(tmp_path_factory.mktemp("up"), provider) as (api, endpoint):
            yield _found(api, endpoint, KEYS["AWS_REGION"], provider)


def _found(url: str, endpoint: str | None, region: str, provider: RunningProvider | None = None) -> Shortener:
    ssm = _client("ssm", endpoint, region)
    names = ("/shortener/table-name", "/shortener/events-bucket")
    table, bucket = (ssm.get_parameter(Name=name)["Parameter"]["Value"] for name in names)
    secret = ensure(ssm, "dev")["jwt-secret"]
    return Shortener(url, "dev", endpoint, region, table, bucket, secret, provider)


def _deployed(stack: str) -> Shortener:
    region = boto3.Session().region_name
    answer = _client("cloudformation", None, region).describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in answer["Outputs"]}
    stage = outputs["TokenIssuer"].removeprefix("shortener-")
    secret = ensure(_client("ssm", None, region), stage)["jwt-secret"]
    url, table, bucket = outputs["ApiUrl"], outputs["TableName"], outputs["EventsBucketName"]
    return Shortener(url, stage, None, region, table, bucket, secret)


@contextmanager
def _started(state: Path, provider: RunningProvider) -> Iterator[tuple[str, str]]:
    """`terrarium up` with a state folder and ports of its own; its API and its backend."""
    backend_port, port, console = _free_ports(3)
    terrarium = str(Path(sys.executable).with_name("terrarium"))
    environment = {
        **os.environ,
        **KEYS,
        "TERRARIUM_STATE": str(state),
        "TERRARIUM_BACKEND_PORT": str(backend_port),
        "TERRARIUM_CONSOLE_PORT": str(console),
    }
    parameters = {
        "ThrottlingRate": "2000",
        "ThrottlingBurst": "2000",
        "GoogleClientId": CLIENT_ID,
        "GoogleIssuer": provider.issuer,
        "GoogleTokenUrl": f"{provider.issuer}/token",
        "GoogleJwksUrl": f"{provider.issuer}/jwks",
    }
    options = [f"--parameter={name}={value}" for name, value in parameters.items()]
    if endpoint := os.environ.get("TERRARIUM_TEST_ENDPOINT"):
        options += ["--backend", "external", "--endpoint", endpoint]
    up = [terrarium, "up", "--detach", "--stack", "shortener", "--port-base", str(port), *options]
    started = subprocess.run(up, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        status = [terrarium, "status", "--json"]
        said = json.loads(subprocess.run(status, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)
        (system,) = said["stacks"]
        yield system["http"]["Api"], said["backend"]["endpoint"]
    finally:
        subprocess.run([terrarium, "down"], cwd=ROOT, env=environment, capture_output=True, check=False)


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _client(service: str, endpoint: str | None, region: str) -> Any:
    keys: dict[str, str] = {}
    if endpoint is not None:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=endpoint, region_name=region, **keys)  # type: ignore[call-overload]
