"""The trivial server in C beside this file: not a rival but the ceiling of the load generator itself."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.bench.contender import EXPECTED_BODY, PEERS, PORT_BARE, WORK, Door, UnavailableError
from tests.bench.http_wire import Target, target
from tests.bench.processes import Process, run, wait_for_answer


class BareServer:
    """Compiled on demand with the machine's C compiler."""

    name = "generator's ceiling"

    def __init__(self) -> None:
        self._process: Process | None = None

    def start(self) -> Mapping[Door, Target]:
        compiler = shutil.which("cc")
        if compiler is None:
            raise UnavailableError("needs a C compiler")
        source, binary = Path(__file__).with_suffix(".c"), PEERS / "bare-server"
        PEERS.mkdir(parents=True, exist_ok=True)
        run([compiler, "-O2", "-pthread", "-o", str(binary), str(source)], cwd=PEERS, timeout_s=60)
        self._process = Process([str(binary), str(PORT_BARE)], cwd=PEERS, log=WORK / "logs" / "bare-server.log")
        door = target(f"http://127.0.0.1:{PORT_BARE}/hello")
        wait_for_answer(self._process, door, body=EXPECTED_BODY, timeout_s=10)
        return {"http": door}

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None
