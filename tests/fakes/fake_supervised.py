"""The real supervisor over stand-ins: `python fake_supervised.py PLAN.json` behaves like the daemon, but its backend
is a process that only sleeps and its systems are `fake_system.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from emulator.errors import BackendMissingError
from emulator.model import Endpoints
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, to_line
from emulator.supervisor.session import run

FAKE_SYSTEM = (sys.executable, str(Path(__file__).with_name("fake_system.py")))


class SleepingBackend:
    """Holds a process that does nothing; `missing` stands for a machine without Docker."""

    kind = "embedded"

    def __init__(self, endpoint: str, *, missing: bool = False, keeps_data: bool = True) -> None:
        self.endpoints, self.keeps_data = Endpoints(endpoint), keeps_data
        self.starts = 0
        self._missing = missing
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._missing:
            raise BackendMissingError("Docker is not running", fix="Start it.")
        self.starts += 1
        self._process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])

    def healthy(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def wipe(self) -> None:
        pass

    def process_ids(self) -> tuple[int, ...]:
        return () if self._process is None else (self._process.pid,)


def main() -> int:
    plan = Plan.from_json(Path(sys.argv[1]).read_text())
    backend = SleepingBackend(
        f"http://127.0.0.1:{plan.backend_port}",
        missing=plan.backend == "localstack",
        keeps_data=plan.backend != "external",
    )
    return run(plan, tell, create=lambda *_: backend, command=FAKE_SYSTEM)


def tell(event: Event) -> None:
    print(to_line(event), flush=True)


if __name__ == "__main__":
    sys.exit(main())
