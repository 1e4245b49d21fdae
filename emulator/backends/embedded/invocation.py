"""How the child process is called: its command line and its environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from emulator.backends.embedded.layout import Layout

LOOPBACK = "127.0.0.1"
_SOURCE_ROOT = Path(__file__).resolve().parents[3]


def command(layout: Layout, port: int, parent: int, host: str = LOOPBACK, name: str = "localhost") -> list[str]:
    """The child ends when its parent is not `parent` (a process id) any more. name: how others on `host` call it."""
    launcher = [sys.executable, "-m", "emulator.backends.embedded.launcher"]
    return [*launcher, str(layout.root), str(port), str(parent), host, name]


def environment(layout: Layout, port: int, region: str, host: str = LOOPBACK) -> dict[str, str]:
    """Nothing of the user's environment: MiniStack reads some 200 variables, AWS_* among them."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(_SOURCE_ROOT),
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": host,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": region,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(layout.ministack),
        "S3_DATA_DIR": str(layout.objects),
        "TMPDIR": str(layout.temporary),
        "HOME": str(layout.temporary),
        # MiniStack would start containers of its own where it finds a Docker socket.
        "DOCKER_HOST": f"unix://{layout.temporary}/no-docker.sock",
        "LOG_LEVEL": "WARNING",
    }
