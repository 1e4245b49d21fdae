"""Drives Docker Compose on one docker-compose.yml: `docker compose`, or `docker-compose` where only that exists."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from emulator.backends.compose_failures import explained
from emulator.errors import BackendMissingError, BackendUnavailableError

HEALTHY_WITHIN_S = 900.0
"""A first start may install the dependencies of a system's functions over a slow network."""

_POLL_S = 0.25
_END_WITHIN_S = 10.0
_ENDS_WITH_INPUT = """
exec 3<&0 4>&2 2>/dev/null
"$@" </dev/null 2>&4 3<&- 4>&- & command=$!
{ cat >/dev/null; kill $command; } <&3 & watch=$!
wait $command; code=$?
kill $watch
exit $code
"""


class Compose:
    """The services of one file. `environment` is what its `${…}` see, on top of our own environment."""

    def __init__(self, file: Path, environment: Mapping[str, str] | None = None) -> None:
        self._file = file
        self._environment = {**os.environ, **(environment or {})}
        self._command: tuple[str, ...] | None = None

    def up(self, services: Sequence[str], *, build: bool = False) -> None:
        """Create and start containers; those that run unchanged stay.

        Raises BackendMissingError (Docker, or an image that cannot be had) or PortInUseError.
        """
        self._run("up", "--detach", "--no-deps", *(["--build"] if build else []), *services)

    def wait_healthy(self, service: str, report: Callable[[str], None]) -> None:
        """Return once the service's healthcheck passes; raises BackendUnavailableError with its last words."""
        deadline = time.monotonic() + HEALTHY_WITHIN_S
        container, said = self.container(service), ""
        while (health := self._health_of(container)) != "healthy":
            if health in ("exited", "dead", "") or time.monotonic() > deadline:
                raise BackendUnavailableError(
                    f"The container of {service} does not get ready",
                    where=str(self._file),
                    found=f"{health or 'no container'}: {self.last_words(service)}",
                    fix=f"`docker logs {container[:12] or service}` says more.",
                )
            if health != said:
                report(f"{service}: {health}")
                said = health
            time.sleep(_POLL_S)

    def health(self, service: str) -> str:
        """ "starting", "healthy" or "unhealthy"; "exited", "dead", … when it does not run; "" without a container."""
        return self._health_of(self.container(service))

    def _health_of(self, container: str) -> str:
        if not container:
            return ""
        shown = "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}"
        done = _execute(["docker", "inspect", "--format", shown, container], self._environment)
        status, _, health = done.stdout.strip().partition(" ")
        return health if status == "running" else status

    def container(self, service: str) -> str:
        """Id of the service's container, running or not; "" when there is none."""
        return self._run("ps", "--all", "--quiet", service).strip().partition("\n")[0]

    def logs(self, service: str, lines: int) -> str:
        """The last lines the service's container printed."""
        done = _execute(["docker", "logs", "--tail", str(lines), self.container(service)], self._environment)
        return (done.stdout + done.stderr).strip()

    def start_in(self, service: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a command in the service's container; its output is ours. `end_in` ends it.

        Docker leaves such a command running when its caller goes away; here it ends together with its input.
        """
        inside = ["sh", "-c", _ENDS_WITH_INPUT, "sh", *command]
        caller = ["docker", "exec", "--interactive", self.container(service), *inside]
        # A session of its own: Ctrl-C is for us, who then end it.
        return subprocess.Popen(caller, env=self._environment, stdin=subprocess.PIPE, start_new_session=True)

    def last_words(self, service: str) -> str:
        """What it printed last, on one line for an error."""
        return self.logs(service, 3).replace("\n", " | ")

    def stop(self, services: Sequence[str] = ()) -> None:
        """Stop containers (all without names), keeping them and their data."""
        self._run("stop", *services)

    def down(self) -> None:
        """Remove all containers and the network."""
        self._run("down", "--remove-orphans")

    def _run(self, *arguments: str) -> str:
        if self._command is None:
            self._command = _available(self._environment)
        done = _execute([*self._command, "--file", str(self._file), *arguments], self._environment)
        if done.returncode != 0:
            raise explained(done.stderr or done.stdout, self._file)
        return done.stdout


def end_in(process: subprocess.Popen[bytes]) -> None:
    """End a command that `start_in` started."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _available(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The Compose command of this machine, with a Docker engine behind it."""
    for command in (("docker", "compose"), ("docker-compose",)):
        if _execute([*command, "version"], environment).returncode == 0:
            engine = _execute(["docker", "info", "--format", "{{.ServerVersion}}"], environment)
            if engine.returncode == 0:
                return command
            raise BackendMissingError(
                "Docker does not answer",
                found=engine.stderr.strip().splitlines()[-1] if engine.stderr.strip() else "no engine",
                fix="Start Docker (Linux: `dockerd` as root or `systemctl start docker`), or use the embedded backend.",
            )
    raise BackendMissingError(
        "Docker Compose is not on this machine",
        found="neither `docker compose` nor `docker-compose`",
        fix="Install Docker Desktop or the packages docker.io and docker-compose, or use the embedded backend.",
    )


def _execute(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: not found")
