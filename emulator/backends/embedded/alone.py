"""The embedded backend as the only process of a container.

`python -m emulator.backends.embedded.alone ROOT PORT REGION NAME`: NAME is what the other containers call it.
It becomes the very process that `backend.py` would watch; Docker watches it instead. Inside a container, loopback would
reach nobody: docker-compose.yml publishes the port on the host's loopback only.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from emulator.backends.embedded.invocation import command, environment
from emulator.backends.embedded.layout import Layout

_EVERY_INTERFACE = "0.0.0.0"


def main(root: Path, port: int, region: str, name: str) -> None:
    """Does not return."""
    layout = Layout(root)
    layout.make()
    child = command(layout, port, os.getppid(), _EVERY_INTERFACE, name)
    os.execve(child[0], child, environment(layout, port, region, _EVERY_INTERFACE))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
