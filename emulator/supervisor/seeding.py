"""Demo data and web pages of the project's own systems: runs `seed/load.py`, once per set of data.

A marker under `.terrarium/seeded/` remembers which seed went into which backend, so that a second start is quick and
a person's own changes are kept. The script itself is idempotent.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from emulator.model import Endpoints
from emulator.supervisor.run_state import RunState
from emulator.supervisor.system_child import spec_of

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True, slots=True)
class Seed:
    """The seed of one system: the script, where its data lies, and the marker's folder."""

    system: str
    script: Path
    state: Path
    region: str
    endpoints: Endpoints
    config_env: str
    """The environment of samconfig.toml the system runs with."""
    data_identity: str | None
    """Names the backend's data; None when they may be gone at every start, so that nothing is worth remembering."""

    def planted(self) -> bool:
        """True when exactly this seed is already in this backend."""
        if self.data_identity is None:
            return False
        try:
            return self._marker().read_text() == self._fingerprint()
        except OSError:
            return False

    def mark(self) -> None:
        """Remember that it is in."""
        self._marker().parent.mkdir(parents=True, exist_ok=True)
        self._marker().write_text(self._fingerprint())

    def start(self, api: str, stack: str) -> subprocess.Popen[bytes]:
        """Start loading through the system's API into the resources of its stack; output goes to `log`."""
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, str(self.script), self.system, *self._arguments(api, stack)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self._environment(), "AWS_ENDPOINT_URL_CLOUDFRONT": _origin(api)},
                cwd=self.script.parent.parent,
            )

    @property
    def log(self) -> Path:
        """What the script printed."""
        return self.state / "logs" / f"seed-{self.system}.log"

    def last_words(self) -> str:
        """The last line the script printed: its error, when it failed."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"

    def _arguments(self, api: str, stack: str) -> list[str]:
        endpoint = ["--endpoint", self.endpoints.default] if self.endpoints.default else []
        return ["--api", api, *endpoint, "--stack", stack, "--env", self.config_env]

    def _environment(self) -> Mapping[str, str]:
        # The addresses are the run's own: a person's for other services must not lead demo data elsewhere.
        others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")}
        return {
            **others,
            **CREDENTIALS,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            **self.endpoints.as_environment(),
        }

    def _marker(self) -> Path:
        return self.state / "seeded" / self.system

    def _fingerprint(self) -> str:
        return f"{self.data_identity} {_hash(self._files())}"

    def _files(self) -> Iterable[Path]:
        seed = self.script.parent
        folders = (seed / "data" / self.system, seed.parent / "services" / self.system / "web")
        data = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
        return [self.script, *sorted((seed / self.system).glob("*.py")), *data]


def seed_of(run: RunState, system: str, root: Path, state: Path, region: str) -> Seed | None:
    """The demo data of one of the project's systems, None when there is none or the backend is AWS itself."""
    script = root / "seed" / "load.py"
    data = root / "seed" / "data" / system
    if run.backend == "aws" or not script.is_file() or not data.is_dir():
        return None
    spec = spec_of(state, system)
    environment = spec.config_env if spec is not None else "dev"
    endpoints = Endpoints(run.endpoint, run.by_service)
    return Seed(system, script, state, region, endpoints, environment, _data_identity(run))


def _origin(url: str) -> str:
    """The system's own port, where also CloudFront's API answers for its distributions."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _data_identity(run: RunState) -> str | None:
    """LocalStack without an account forgets everything with its container, the embedded backend does not."""
    return None if run.backend == "localstack" else f"{run.backend} {run.endpoint}"


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
