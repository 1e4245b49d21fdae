"""A state folder on a small file system of its own, which only the processes of that Terrarium see (Linux).

https://man7.org/linux/man-pages/man7/mount_namespaces.7.html
"""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from tests.e2e.terrarium_command import Terrarium


def on_small_disk(terrarium: Terrarium, megabytes: int, options: str = "", full_at: str = "") -> Terrarium:
    """The same Terrarium there. As soon as the file `full_at` exists, something else fills the disk. Skips the test
    where mounting is not allowed."""
    if not _may_mount():
        pytest.skip("this machine does not let us mount a small disk (unshare -rm)")
    terrarium.state.mkdir()
    script = f'mount -t tmpfs -o size={megabytes}m{options} none "$TERRARIUM_STATE" && {_filling(full_at)} exec "$@"'
    return replace(terrarium, prefix=("unshare", "-rm", "sh", "-c", script, "sh"))


def _filling(full_at: str) -> str:
    if not full_at:
        return ""
    wait = f'while ! [ -e "$TERRARIUM_STATE/{full_at}" ]; do sleep 0.01; done'
    return f'({wait}; head -c 1G /dev/zero > "$TERRARIUM_STATE/ballast") 2> /dev/null &'


def _may_mount() -> bool:
    try:
        return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
