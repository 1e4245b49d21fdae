"""`make test`: runs pytest on a backend. `python -m tests.on_backend embedded|localstack [pytest arguments]`.

The embedded backend is started by the tests that need it: several workers then share the files of tests, each with
backends of its own (`-n0` for one after another, as a debugger needs it). LocalStack is started here, once for all of
them; the tests find its address in TERRARIUM_TEST_ENDPOINT.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from emulator import backends, settings
from emulator.errors import TerrariumError

ROOT = Path(__file__).parents[1]
SIDE_BY_SIDE = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
"""Much of the suite waits: for processes, time-outs, messages. Workers beyond the cores would wait for each other.
Files come in their order, e2e first: sorted by number of tests, the slowest would come last and leave a core idle."""


def main(kind: str, arguments: list[str]) -> int:
    """Returns pytest's exit code."""
    if kind == "embedded":
        return run_pytest([*SIDE_BY_SIDE, *arguments], {})
    # What an earlier run left in the tables would come through the streams of this one.
    os.environ["LOCALSTACK_PERSISTENCE"] = "0"
    port = settings.read().backend_port
    backend = backends.create(
        kind,
        state=ROOT / ".terrarium" / "test",
        port=port,
        endpoint=settings.read().endpoint,
        region=settings.read().region,
        report=lambda doing: print(f"... {doing}", flush=True),
    )
    ours = not backend.healthy()
    if ours:
        backend.start()
    try:
        return run_pytest(arguments, {"TERRARIUM_TEST_ENDPOINT": backend.endpoints.default or ""})
    finally:
        if ours:
            backend.stop()


def run_pytest(arguments: list[str], variables: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except TerrariumError as error:
        sys.exit(f"error: {error.sentence()}")
