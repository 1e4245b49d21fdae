"""LocalStack in Docker: the service `localstack` of ./docker-compose.yml, published on 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from emulator.backends.reachability import answers, wait_until
from emulator.errors import BackendMissingError, BackendUnavailableError
from emulator.model import Endpoints

_START_TIMEOUT_S = 180.0
_DOCKER_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 60.0
_COMPOSE_FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
_SERVICE = "localstack"

Runner = Callable[..., "subprocess.CompletedProcess[str]"]


class LocalstackBackend:
    """Starts and stops the container with Docker Compose; its data is where docker-compose.yml puts it.

    A LocalStack that already answers on the port is used, and left running by `stop`.
    """

    kind = "localstack"
    keeps_data = False

    def __init__(
        self,
        port: int,
        report: Callable[[str], None],
        *,
        compose_file: Path = _COMPOSE_FILE,
        run: Runner = subprocess.run,
        which: Callable[[str], str | None] = shutil.which,
    ) -> None:
        self._port, self._report, self._file, self._run, self._which = port, report, compose_file, run, which
        self._started = False

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(default=f"http://127.0.0.1:{self._port}")

    def start(self) -> None:
        """Return once it is healthy.

        Raises BackendMissingError (no Docker, no daemon, no image) or BackendUnavailableError.
        """
        if self.healthy():
            return
        compose = self._compose()
        self._report("starting LocalStack in Docker")
        result = self._run([*compose, "up", "--detach", _SERVICE], **_captured(_START_TIMEOUT_S), env=self._variables())
        if result.returncode != 0:
            raise _not_started(_complaint(result.stderr))
        self._started = True
        if not wait_until(self.healthy, timeout_s=_START_TIMEOUT_S, every_s=0.2):
            self.stop()
            raise BackendUnavailableError(
                "LocalStack started but does not become healthy",
                where=f"127.0.0.1:{self._port}",
                fix=f"Look into `docker compose logs {_SERVICE}`.",
            )

    def healthy(self) -> bool:
        return answers(f"http://127.0.0.1:{self._port}", "/_localstack/health")

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Remove the container if `start` started it; what it keeps is in the folder docker-compose.yml gives it."""
        if self._started:
            self.wipe()

    def wipe(self) -> None:
        """Remove the container, its anonymous volumes and its network; raises BackendUnavailableError when Docker
        refuses."""
        self._do("down", "--volumes", "--remove-orphans")
        self._started = False

    def process_ids(self) -> tuple[int, ...]:
        """The container's processes are Docker's."""
        return ()

    def _do(self, *arguments: str) -> None:
        result = self._run([*self._compose(), *arguments], **_captured(_STOP_TIMEOUT_S), env=self._variables())
        if result.returncode != 0:
            raise BackendUnavailableError(
                f"`docker compose {arguments[0]}` failed for LocalStack",
                found=_complaint(result.stderr),
                fix="Look into `docker ps -a`.",
            )

    def _variables(self) -> dict[str, str]:
        return {**os.environ, "TERRARIUM_BACKEND_PORT": str(self._port)}

    def _compose(self) -> list[str]:
        """`docker compose`, or `docker-compose` where only that exists."""
        if self._which("docker") is None:
            raise BackendMissingError(
                "Docker is not installed",
                found="no `docker` on PATH",
                fix="Install Docker with Compose, or use the embedded backend (BACKEND=embedded).",
            )
        daemon = self._run(["docker", "info", "--format", "{{.ServerVersion}}"], **_captured(_DOCKER_TIMEOUT_S))
        if daemon.returncode != 0:
            raise BackendMissingError(
                "The Docker daemon does not answer",
                found=_complaint(daemon.stderr),
                fix="Start Docker, or use the embedded backend (BACKEND=embedded).",
            )
        return [*self._compose_command(), "--file", str(self._file)]

    def _compose_command(self) -> list[str]:
        plugin = self._run(["docker", "compose", "version"], **_captured(_DOCKER_TIMEOUT_S))
        if plugin.returncode == 0:
            return ["docker", "compose"]
        if self._which("docker-compose") is not None:
            return ["docker-compose"]
        raise BackendMissingError(
            "Docker Compose is not installed",
            found="neither `docker compose` nor `docker-compose`",
            fix="Install the Compose plugin of Docker, or use the embedded backend (BACKEND=embedded).",
        )


def _captured(timeout_s: float) -> dict[str, object]:
    return {"capture_output": True, "text": True, "timeout": timeout_s, "check": False}


def _not_started(complaint: str) -> BackendMissingError | BackendUnavailableError:
    lowered = complaint.lower()
    if any(sign in lowered for sign in ("pull access", "manifest", "no such image", "registry", "dial tcp", "lookup")):
        return BackendMissingError(
            "The LocalStack image is not on this machine and cannot be pulled",
            found=complaint,
            fix="Pull localstack/localstack:4.14.0 where there is a network, or use BACKEND=embedded.",
        )
    return BackendUnavailableError(
        "LocalStack could not be started",
        found=complaint or "no message",
        fix="Run `docker compose up localstack` to see why.",
    )


def _complaint(output: str) -> str:
    """The line that names the error, else the last one: Compose ends with a line that says nothing."""
    lines = [line.strip() for line in (output or "").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and not line.startswith("Encountered errors")]
    return (errors or lines or [""])[-1]
