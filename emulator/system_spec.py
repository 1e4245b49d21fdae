"""What a system's process is told when it starts: one frozen value that travels as a JSON file.

The supervisor writes it, the system's process reads it. Knows nothing of templates or backends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.model import Endpoints

WEBSOCKET_PORT_AFTER = 100
"""So far behind a system's own port is the one of its WebSocket APIs."""


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """One system to run: a template, the port of its HTTP API and the backend it uses."""

    name: str
    """Short name (the template's folder): names the log file, the progress line and the seed data."""
    template: Path
    """Absolute path of the SAM, `cdk synth` or CloudFormation template."""
    port: int
    """Port on the loopback interface; WebSocket APIs of the system use `port + 100`."""
    backend: str
    """embedded, localstack, external or aws."""
    endpoints: Endpoints = field(default_factory=Endpoints)
    """Which URL serves which AWS service, as seen from this machine."""
    state: Path = Path(".terrarium")
    """Absolute path of the folder that everything the system writes goes to."""
    config_env: str = "dev"
    """The environment of samconfig.toml whose parameters apply."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Template parameters from the command line; they win over samconfig.toml."""
    debug: tuple[str, ...] = ()
    """Functions (logical id or name) that open a debugger port and have no timeout."""

    @property
    def websocket_port(self) -> int:
        """Port of the system's WebSocket APIs and of their @connections."""
        return self.port + WEBSOCKET_PORT_AFTER

    def to_json(self) -> str:
        """The JSON text that `from_json` reads back to an equal value."""
        return json.dumps(
            {
                "name": self.name,
                "template": str(self.template),
                "port": self.port,
                "backend": self.backend,
                "endpoints": {"default": self.endpoints.default, "by_service": dict(self.endpoints.by_service)},
                "state": str(self.state),
                "config_env": self.config_env,
                "parameters": dict(self.parameters),
                "debug": list(self.debug),
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> SystemSpec:
        """The value `to_json` wrote; raises KeyError or ValueError on anything else."""
        raw: dict[str, Any] = json.loads(text)
        return cls(
            name=raw["name"],
            template=Path(raw["template"]),
            port=int(raw["port"]),
            backend=raw["backend"],
            endpoints=Endpoints(raw["endpoints"]["default"], raw["endpoints"]["by_service"]),
            state=Path(raw["state"]),
            config_env=raw["config_env"],
            parameters=raw["parameters"],
            debug=tuple(raw["debug"]),
        )
