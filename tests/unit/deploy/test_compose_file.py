"""docker-compose.yml against the promises of README.md."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
STACKS: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["terrarium"]["stacks"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_port_is_published_on_loopback_only(name: str) -> None:
    assert SERVICES[name]["ports"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name]["ports"])


def ports_beside(stack: str, port: int) -> list[int]:
    """WebSocket APIs are served 100 further, the first distribution 200 further."""
    template = (ROOT / "services" / stack / "template.yaml").read_text()
    return [
        port + further
        for further, sign in ((100, "ProtocolType: WEBSOCKET"), (200, "AWS::CloudFront::Distribution"))
        if sign in template
    ]


@pytest.mark.parametrize(("place", "stack"), list(enumerate(STACKS)))
def test_every_system_has_a_container_on_the_port_of_its_place(place: int, stack: str) -> None:
    port = 3001 + place
    service = SERVICES[stack]
    assert service["ports"] == [f"127.0.0.1:{each}:{each}" for each in (port, *ports_beside(stack, port))]
    assert service["environment"]["PORT"] == port
    assert service["command"][:2] == ["serve", f"services/{stack}/template.yaml"]
    assert service["command"][-2:] == ["--port", str(port)]


def test_localstack_is_pinned_and_refuses_forged_signatures() -> None:
    localstack = SERVICES["localstack"]
    assert localstack["image"] == "localstack/localstack:${LOCALSTACK_TAG:-4.14.0}"
    assert localstack["environment"]["S3_SKIP_SIGNATURE_VALIDATION"] == 0


def test_systems_wait_for_a_healthy_backend() -> None:
    assert all(SERVICES[stack]["depends_on"] == {"localstack": {"condition": "service_healthy"}} for stack in STACKS)


def test_presigned_urls_name_the_backend_as_browsers_reach_it() -> None:
    command = SERVICES["assets"]["command"]
    parameter = command[command.index("--parameter") + 1]
    port = SERVICES["localstack"]["ports"][0].removesuffix(":4566")
    assert parameter == f"PublicS3Endpoint=http://{port}"


def test_companion_is_called_by_the_name_of_its_service() -> None:
    """The embedded backend refuses requests under any other name."""
    companion = SERVICES["companion"]
    assert companion["entrypoint"] == ["python", "-m", "emulator.backends.embedded.alone"]
    assert companion["command"][1:] == ["4567", "${TERRARIUM_REGION:-us-east-1}", "companion"]
    assert companion["ports"] == ["127.0.0.1:${TERRARIUM_COMPANION_PORT:-4567}:4567"]
