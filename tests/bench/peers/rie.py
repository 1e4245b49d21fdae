"""AWS's own Runtime Interface Emulator with AWS's own runtime client: the binary every Lambda base image carries.

Taken out of the aws-sam-cli wheel, where `sam local invoke` keeps it. It holds one environment and serves the
Invoke API only. Linux only. https://docs.aws.amazon.com/lambda/latest/dg/images-test.html
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.contender import APP, EXPECTED_BODY, PEERS, PORT_RIE, WORK, Door, UnavailableError
from tests.bench.http_wire import Target, target
from tests.bench.processes import Process, listens, run, wait_for_answer, wait_until

SAM_CLI = "aws-sam-cli==1.170.0"
BINARIES = {"x86_64": "aws-lambda-rie-x86_64", "aarch64": "aws-lambda-rie-arm64"}


class RuntimeInterfaceEmulator:
    """The emulator around `python -m awslambdaric hello.handler`."""

    name = "AWS RIE"

    def __init__(self, handler: str = "hello.handler") -> None:
        self._handler = handler
        self._home = PEERS / "rie"
        self._process: Process | None = None

    def start(self) -> Mapping[Door, Target]:
        door = self.listen()
        if self._process:
            wait_for_answer(self._process, door, body=EXPECTED_BODY.replace(b'"', b'\\"'), timeout_s=30)
        return {"invoke": door}

    def listen(self) -> Target:
        """Start the emulator without calling the function, so that the first call is a cold start."""
        binary = self._install()
        self._process = Process(
            [
                str(binary),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{PORT_RIE}"),
                *("--runtime-api-address", f"127.0.0.1:{PORT_RIE + 1}"),
                *("--log-level", "error"),
                *(sys.executable, "-m", "awslambdaric", self._handler),
            ],
            cwd=APP / "src",
            log=WORK / "logs" / "rie.log",
            env=self._environment(),
        )
        if not wait_until(lambda: listens(PORT_RIE), timeout_s=30):
            raise UnavailableError(f"the emulator did not start: {self._process.tail()}")
        # The emulator knows its only function by the name "function".
        url = f"http://127.0.0.1:{PORT_RIE}/2015-03-31/functions/function/invocations"
        return target(url, body=(APP / "event.json").read_bytes())

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def _install(self) -> Path:
        name = BINARIES.get(platform.machine())
        if sys.platform != "linux" or name is None:
            raise UnavailableError(f"no binary for {sys.platform} on {platform.machine()}")
        binary = self._home / SAM_CLI.replace("==", "-") / name
        if not binary.exists():
            self._extract(name, binary)
        return binary

    def _extract(self, name: str, binary: Path) -> None:
        """Install the wheel alone, without what it depends on, into a folder, and keep the one file."""
        folder = self._home / "wheel"
        uv = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--system-certs",
            "--no-deps",
            "--target",
            str(folder),
            SAM_CLI,
        ]
        self._home.mkdir(parents=True, exist_ok=True)
        run(uv, cwd=self._home, timeout_s=300)
        found = folder / "samcli" / "local" / "rapid" / name
        if not found.exists():
            raise UnavailableError(f"{SAM_CLI} carries no {name}")
        binary.parent.mkdir(parents=True, exist_ok=True)
        found.rename(binary)
        binary.chmod(0o755)

    def _environment(self) -> dict[str, str]:
        settings = {"AWS_LAMBDA_FUNCTION_TIMEOUT": "10", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"}
        return {
            **settings,
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "LAMBDA_TASK_ROOT": str(APP / "src"),
        }
