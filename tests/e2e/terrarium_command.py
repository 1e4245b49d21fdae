"""Terrarium as a person has it: the command, its ports, and the processes that come and go with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psutil
import requests
from botocore.config import Config

from tests.fakes.free_ports import free_row
from tests.fakes.processes import is_running

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("terrarium"))
EXTERNAL = os.environ.get("TERRARIUM_TEST_ENDPOINT")
"""The backend these tests are told to use; without it each run has an embedded one of its own."""
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


@dataclass(frozen=True)
class Terrarium:
    """One state folder and its ports. `folder` is where the commands are given."""

    state: Path
    folder: Path = ROOT
    ports: range = field(default_factory=lambda: free_row(9))
    prefix: tuple[str, ...] = ()
    """What each command is started through."""

    @property
    def backend_port(self) -> int:
        return self.ports[-1]

    @property
    def log(self) -> str:
        """What the processes of the run have written."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.state / "logs").glob("*.log")))

    def run(self, *arguments: str, within_s: float = 120.0, **variables: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        command = [*self.prefix, COMMAND, *arguments]
        environment = self.environment(variables)
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=within_s, check=False
        )

    def up(
        self, *templates: str | Path, parameters: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        backend = ["--backend", "external", "--endpoint", EXTERNAL] if EXTERNAL else []
        options = [f"--parameter={name}={value}" for name, value in (parameters or {}).items()]
        return self.run("up", *map(str, templates), "--detach", "--port-base", str(self.ports[0]), *backend, *options)

    def end(self) -> None:
        """Leave nothing behind, also when `down` cannot (a state folder that only the processes see)."""
        self.run("down")
        for process in self.processes():
            with suppress(psutil.Error):
                process.terminate()
        psutil.wait_procs(self.processes(), timeout=20)
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()

    def status(self) -> dict[str, Any]:
        """What `terrarium status --json` says, with its exit code as "code"."""
        done = self.run("status", "--json")
        return {**(json.loads(done.stdout) if done.stdout else {}), "code": done.returncode}

    def system(self, name: str) -> dict[str, Any]:
        return next(stack for stack in self.status()["stacks"] if stack["name"] == name)

    def environment(self, variables: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TERRARIUM_", "AWS_"))}
        ours = {"TERRARIUM_STATE": str(self.state), "TERRARIUM_BACKEND_PORT": str(self.backend_port)}
        return kept | ours | dict(variables or {})

    def processes(self) -> list[psutil.Process]:
        """Every process of this run, whoever its parent is now: each names our state folder in its environment or its
        command, or descends from one that does."""
        found: dict[int, psutil.Process] = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                words = (process.environ().get("TERRARIUM_STATE", ""), *process.cmdline())
                if any(word == str(self.state) or word.startswith(f"{self.state}/") for word in words):
                    found |= {one.pid: one for one in (process, *process.children(recursive=True))}
        return [process for process in found.values() if is_running(process)]

    def listener(self, port: int) -> psutil.Process:
        """The process that serves a port."""
        return next(process for process in self.processes() if port in listening_ports(process))

    def environments_of(self, system: psutil.Process) -> list[psutil.Process]:
        """The functions' processes: the system's grandchildren, of the warm process they were forked from."""
        return [one for child in system.children() for one in child.children()]


def listening_ports(process: psutil.Process) -> Sequence[int]:
    with suppress(psutil.Error):
        return [one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    return []


def aws(service: str, endpoint: str) -> Any:
    """A client that does not try again: what these tests count must be counted once."""
    return boto3.client(service, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}), **KEYS)  # type: ignore[call-overload]


def answered(url: str, method: str = "GET", **arguments: Any) -> requests.Response | None:
    """The answer, None when nobody answers."""
    try:
        return requests.request(method, url, timeout=15, allow_redirects=False, **arguments)
    except requests.RequestException:
        return None
