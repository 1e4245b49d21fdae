"""MiniStack's own API Gateway in front of its own Lambda, with the same handler in a zip."""

from __future__ import annotations

import io
import os
import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from tests.bench.contender import APP, EXPECTED_BODY, PEERS, PORT_MINISTACK, WORK, Door, UnavailableError
from tests.bench.http_wire import Target, target
from tests.bench.processes import Process, ask, wait_for_answer, wait_until

ENDPOINT = f"http://127.0.0.1:{PORT_MINISTACK}"


class MiniStack:
    """A MiniStack of its own, besides the one that Terrarium runs as its backend."""

    name = "MiniStack"

    def __init__(self) -> None:
        self._home = PEERS / "ministack"
        self._process: Process | None = None

    def start(self) -> Mapping[Door, Target]:
        self.launch()
        door = target(f"{ENDPOINT}/_aws/execute-api/{_deploy()}/$default/hello")
        wait_for_answer(self.process, door, body=EXPECTED_BODY, timeout_s=30)
        return {"http": door}

    def launch(self) -> None:
        """Start it with nothing in it; raises UnavailableError."""
        command = Path(sys.executable).parent / "ministack"
        if not command.exists():
            raise UnavailableError("MiniStack is not installed beside this Python")
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir(parents=True)
        settings = {"GATEWAY_PORT": str(PORT_MINISTACK), "BIND_HOST": "127.0.0.1", "TMPDIR": str(self._home)}
        settings |= {"IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
        log = WORK / "logs" / "ministack.log"
        self._process = Process([str(command)], cwd=self._home, log=log, env={**os.environ, **settings})
        health = target(f"{ENDPOINT}/_ministack/health")
        if not wait_until(lambda: bool(ask(health)), timeout_s=30):
            raise UnavailableError(f"MiniStack did not start: {self._process.tail()}")

    @property
    def process(self) -> Process:
        """What `launch` started."""
        if self._process is None:
            raise UnavailableError("MiniStack does not run")
        return self._process

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None
            shutil.rmtree(self._home, ignore_errors=True)


def _deploy() -> str:
    """Create function, HTTP API, route and stage; return the API's id."""
    lambda_, gateway = _client("lambda"), _client("apigatewayv2")
    function = lambda_.create_function(
        FunctionName="bench-hello",
        Runtime="python3.11",
        Handler="hello.handler",
        Role="arn:aws:iam::000000000000:role/bench",
        Code={"ZipFile": _artifact()},
        Timeout=10,
        MemorySize=256,
    )
    api_id = str(gateway.create_api(Name="bench", ProtocolType="HTTP")["ApiId"])
    integration = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function["FunctionArn"],
        PayloadFormatVersion="2.0",
    )
    gateway.create_route(ApiId=api_id, RouteKey="GET /hello", Target=f"integrations/{integration['IntegrationId']}")
    gateway.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return api_id


def _artifact() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(APP / "src" / "hello.py", "hello.py")
    return buffer.getvalue()


def _client(service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
