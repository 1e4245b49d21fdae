"""LocalStack in Docker, started and stopped as `terrarium up --backend localstack` does it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from emulator.backends.localstack import LocalstackBackend
from emulator.cloud import Clients

IMAGE, PORT = "localstack/localstack:4.14.0", 4135
COMPOSE = f"""
services:
  localstack:
    image: {IMAGE}
    ports: ["127.0.0.1:${{TERRARIUM_BACKEND_PORT}}:4566"]
    environment: {{DISABLE_EVENTS: 1}}
"""


def image_is_here() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode == 0


@pytest.mark.localstack
@pytest.mark.slow
@pytest.mark.skipif(not image_is_here(), reason="needs Docker and the LocalStack image")
def test_localstack_starts_serves_and_stops(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(COMPOSE)
    said: list[str] = []
    backend = LocalstackBackend(PORT, said.append, compose_file=tmp_path / "docker-compose.yml")
    try:
        backend.start()
        assert said == ["starting LocalStack in Docker"]
        assert backend.healthy()
        Clients(backend.endpoints, region="us-east-1").get("ssm").put_parameter(Name="/a", Value="1", Type="String")
        backend.stop()
        assert not backend.healthy()
    finally:
        backend.wipe()
        networks = ["docker", "network", "rm", f"{tmp_path.name}_default"]
        subprocess.run(networks, capture_output=True, check=False)
