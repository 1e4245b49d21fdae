"""The SAM CLI in a virtual environment of its own: it pins packages that Terrarium needs in other versions.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/using-sam-cli.html
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulator.errors import DeployError

REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "deploy.txt"


@dataclass(frozen=True, slots=True)
class SamCli:
    """An installed SAM CLI. `environment` goes on top of our own, which carries credentials and endpoints."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, arguments: Sequence[str], *, cwd: Path, quiet: bool = False) -> None:
        """Run one command: it talks on our terminal, or with `quiet` asks nothing and its output is kept for the error.

        Raises DeployError naming the command.
        """
        done = subprocess.run(
            [str(self.folder / "bin" / "sam"), *arguments],
            cwd=cwd,
            env=self._environment(),
            stdin=subprocess.DEVNULL if quiet else None,
            stdout=subprocess.PIPE if quiet else sys.stderr,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DeployError(
                f"sam {arguments[0]} failed",
                where=str(cwd),
                found=(done.stdout or "").strip()[-2000:] or f"exit code {done.returncode}, see above",
                fix="Correct it and try again.",
            )

    def _environment(self) -> dict[str, str]:
        # `sam build` takes the Python of the function's Runtime from PATH, and that Python's pip.
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**os.environ, **self.environment, "PATH": path, "SAM_CLI_TELEMETRY": "0"}


def installed(state: Path, report: Callable[[str], None], environment: Mapping[str, str] | None = None) -> SamCli:
    """The SAM CLI under `state`/tools/sam, installed on the first call; raises DeployError when it cannot be."""
    folder = state / "tools" / "sam"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "requirements.sha256"
    if not stamp.is_file() or stamp.read_text() != wanted:
        report("installing the SAM CLI (once, 210 MB)")
        _install(folder)
        stamp.write_text(wanted)
    return SamCli(folder, environment or {})


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    uv = [sys.executable, "-m", "uv"]
    packages = ["--python", str(folder / "bin" / "python"), "--require-hashes", "--requirement", str(REQUIREMENTS)]
    for command in (
        [*uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
        [*uv, "pip", "install", "--quiet", "--system-certs", *packages],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise DeployError(
                "The SAM CLI could not be installed",
                where=str(REQUIREMENTS),
                found=done.stderr.strip()[-800:],
                fix="The first time needs the network; afterwards it is kept under .terrarium/tools.",
            )
