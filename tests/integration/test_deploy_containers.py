"""LocalStack and the shortener in containers: the project's own docker-compose.yml on ports of the test."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from emulator.backends.compose import Compose
from seed.shortener.access_token import mint
from seed.shortener.secret_values import ensure
from tests.fakes.free_ports import kept_ports
from tests.fakes.waiting import wait_for

ROOT = Path(__file__).parents[2]
BACKEND_PORT, SYSTEM_PORT = kept_ports(2)
PAGE_PORT = SYSTEM_PORT + 200
BASE = os.environ.get("TERRARIUM_BASE_IMAGE", "terrarium-base:bookworm")


def images_are_here() -> bool:
    if shutil.which("docker") is None:
        return False
    images = ["localstack/localstack:4.14.0", BASE]
    return subprocess.run(["docker", "image", "inspect", *images], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.localstack,
    pytest.mark.slow,
    pytest.mark.skipif(not images_are_here(), reason="needs Docker, LocalStack's image and a base image"),
]


@dataclass(frozen=True)
class Containers:
    compose: Compose
    endpoint: str = f"http://127.0.0.1:{BACKEND_PORT}"
    url: str = f"http://127.0.0.1:{SYSTEM_PORT}"

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1", **keys)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return requests.request(method, f"{self.url}{path}", timeout=30, allow_redirects=False, **arguments)

    @property
    def bearer(self) -> dict[str, str]:
        secret = ensure(self.client("ssm"), "dev")["jwt-secret"]
        return {"authorization": f"Bearer {mint(secret, 'grace', 'user', 'dev')}"}


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    folder = tmp_path_factory.mktemp("containers")
    file = folder / "docker-compose.yml"
    text = (ROOT / "docker-compose.yml").read_text().replace("context: .", f"context: {ROOT}")
    text = text.replace("./emulator/", f"{ROOT}/emulator/").replace("3001", str(SYSTEM_PORT))
    text = text.replace("3201", str(PAGE_PORT))
    file.write_text(text)
    compose = Compose(
        file,
        {
            "COMPOSE_PROJECT_NAME": f"terrarium-test-{os.getpid()}",
            "TERRARIUM_BACKEND_PORT": str(BACKEND_PORT),
            "TERRARIUM_BASE_IMAGE": BASE,
            "TERRARIUM_IMAGE": "terrarium:test",
            "TERRARIUM_LAMBDA_URL": f"http://shortener:{SYSTEM_PORT}",
        },
    )
    try:
        compose.up(["localstack"])
        compose.wait_healthy("localstack", print)
        compose.up(["shortener"], build=True)
        compose.wait_healthy("shortener", print)
        found = Containers(compose)
        ensure(found.client("ssm"), "dev")
        yield found
    finally:
        compose.down()


def test_link_is_created_followed_and_counted(containers: Containers) -> None:
    link = {"url": "https://example.com/there", "code": "contained"}
    created = containers.call("POST", "/links", json=link, headers=containers.bearer)
    assert created.status_code == 201, created.text
    followed = containers.call("GET", "/contained")
    assert (followed.status_code, followed.headers["location"]) == (302, "https://example.com/there")

    def clicks() -> int:
        answer = containers.call("GET", "/links/contained/stats", headers=containers.bearer)
        return int(answer.json()["total"])

    assert wait_for(lambda: clicks() == 1, within_s=30, every_s=0.25)


def test_localstack_calls_our_functions(containers: Containers) -> None:
    event = {"version": "2.0", "headers": {}, "requestContext": {"requestId": "r", "http": {"method": "GET"}}}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "shortener-Redirect", "Payload": event},
        "End": True,
    }
    workflows = containers.client("stepfunctions")
    machine = workflows.create_state_machine(
        name="call",
        definition=json.dumps({"StartAt": "Call", "States": {"Call": task}}),
        roleArn="arn:aws:iam::000000000000:role/any",
    )["stateMachineArn"]
    run = workflows.start_execution(stateMachineArn=machine)["executionArn"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = workflows.describe_execution(executionArn=run)
        return found if found["status"] != "RUNNING" else None

    found = wait_for(ended, within_s=30, every_s=0.1)
    assert found is not None
    assert found["status"] == "SUCCEEDED", found
    assert json.loads(found["output"])["Payload"]["statusCode"] == 302


def test_forged_signature_of_a_presigned_url_is_refused(containers: Containers) -> None:
    storage = containers.client("s3")
    storage.create_bucket(Bucket="drawer")
    storage.put_object(Bucket="drawer", Key="note", Body=b"private")
    url = storage.generate_presigned_url("get_object", {"Bucket": "drawer", "Key": "note"})
    assert requests.get(url, timeout=10).content == b"private"
    forged = re.sub("Signature=[^&]{4}", "Signature=AAAA", url)
    assert requests.get(forged, timeout=10).status_code == 403


def test_only_loopback_is_published(containers: Containers) -> None:
    ids = [containers.compose.container(service) for service in ("localstack", "shortener")]
    shown = ["docker", "inspect", "--format", "{{json .HostConfig.PortBindings}}", *ids]
    bindings = [
        binding
        for line in subprocess.run(shown, capture_output=True, text=True, check=True).stdout.splitlines()
        for published in json.loads(line).values()
        for binding in published
    ]
    assert {int(binding["HostPort"]) for binding in bindings} == {BACKEND_PORT, SYSTEM_PORT, PAGE_PORT}
    assert {binding["HostIp"] for binding in bindings} == {"127.0.0.1"}
