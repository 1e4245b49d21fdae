"""A system as people reach it, wherever TARGET says it runs: `local` (default) or `aws`.

local: <SYSTEM>_API_URL, AWS_ENDPOINT_URL and, where it has sockets, <SYSTEM>_SOCKET_URL name a running one; without
       them `terrarium up` starts one for the session, on the backend of TERRARIUM_TEST_ENDPOINT or an embedded one.
aws:   the stack <SYSTEM>_STACK (default: the system's name), with the credentials and region of the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from tests.fakes.free_ports import free_row

ROOT = Path(__file__).parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@dataclass(frozen=True)
class System:
    """A deployed system: where its API answers, and its account. `endpoint` is None on AWS."""

    name: str
    stack: str
    url: str
    endpoint: str | None
    region: str
    beside: Mapping[str, str] = field(default_factory=dict)
    """Addresses of services that another backend serves, by boto3's name."""
    socket_url: str = ""
    """Where its WebSocket API is, if it has one."""

    def client(self, service: str) -> Any:
        keys: dict[str, str] = {}
        if self.endpoint is not None:
            keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        # The functions of a system here are called at the system's own address.
        url = self.endpoint and {**self.beside, "lambda": self.url}.get(service, self.endpoint)
        return boto3.client(service, endpoint_url=url, region_name=self.region, **keys)  # type: ignore[call-overload]

    def parameter(self, name: str) -> str:
        """What the stack published in Parameter Store as /<stack>/<name>."""
        return str(self.client("ssm").get_parameter(Name=f"/{self.stack}/{name}")["Parameter"]["Value"])

    def outputs(self) -> dict[str, str]:
        """The stack's outputs; on AWS only, local backends know no stacks."""
        answer = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0]
        return {one["OutputKey"]: one["OutputValue"] for one in answer["Outputs"]}


def must_be_started(name: str) -> bool:
    """True when nothing names a running one."""
    return not _on_aws() and _variable(name, "API_URL") is None


@contextmanager
def running(name: str, state: Path, parameters: Mapping[str, str], *options: str) -> Iterator[System]:
    """The system. One started here gets `state` as its folder, the template `parameters` and options of `terrarium up`;
    it is stopped at the end."""
    stack = _variable(name, "STACK") or name
    if _on_aws():
        deployed = System(name, stack, "", None, str(boto3.Session().region_name))
        outputs = deployed.outputs()
        socket_url = outputs.get("SocketUrl", "")
        yield System(name, stack, outputs["ApiUrl"], None, deployed.region, socket_url=socket_url)
    elif url := _variable(name, "API_URL"):
        region = os.environ.get("AWS_REGION", KEYS["AWS_REGION"])
        socket_url = _variable(name, "SOCKET_URL") or ""
        yield System(name, stack, url, os.environ["AWS_ENDPOINT_URL"], region, socket_url=socket_url)
    else:
        given = [f"--parameter={key}={value}" for key, value in parameters.items()]
        with _started(name, state, [*given, *options]) as (api, socket_url, backend):
            by_service = backend.get("by_service", {})
            yield System(name, name, api, backend["endpoint"], KEYS["AWS_REGION"], by_service, socket_url)


@contextmanager
def _started(name: str, state: Path, options: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """`terrarium up` with a state folder and ports of its own; its API, its socket or nothing, and its backend as
    `status --json` has it."""
    # A system keeps the port of its place among the project's, and LocalStack's companion the one after the backend.
    backend_port, _, console, port, *_ = free_row(10)
    terrarium = str(Path(sys.executable).with_name("terrarium"))
    environment = {
        **os.environ,
        **KEYS,
        "TERRARIUM_STATE": str(state),
        "TERRARIUM_BACKEND_PORT": str(backend_port),
        "TERRARIUM_CONSOLE_PORT": str(console),
    }
    if endpoint := os.environ.get("TERRARIUM_TEST_ENDPOINT"):
        options = [*options, "--backend", "external", "--endpoint", endpoint]
    up = [terrarium, "up", "--detach", "--stack", name, "--port-base", str(port), *options]
    started = subprocess.run(up, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        status = [terrarium, "status", "--json"]
        said = json.loads(subprocess.run(status, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)
        (system,) = said["stacks"]
        yield system["http"]["Api"], system["websocket"].get("SocketApi", ""), said["backend"]
    finally:
        subprocess.run([terrarium, "down"], cwd=ROOT, env=environment, capture_output=True, check=False)


def _on_aws() -> bool:
    return os.environ.get("TARGET", "local") == "aws"


def _variable(name: str, what: str) -> str | None:
    return os.environ.get(f"{name.upper()}_{what}")
