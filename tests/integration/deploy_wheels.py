"""Wheels for Lambda's platform, fetched once: with them `sam build` needs no network."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def offline_pip(requirements: Path, pip: Path, cache: Path) -> dict[str, str]:
    """Variables that make pip take everything in `requirements` from a folder under `cache`.

    Fills the folder on the first call; skips the test when there is no network for that.
    """
    folder = cache / f"wheels-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=cache))
        platform = ["--only-binary", ":all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.11"]
        done = subprocess.run(
            [pip, "download", "--quiet", *platform, "--dest", fresh, "--requirement", requirements],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(fresh)
            pytest.skip(f"the wheels of {requirements} need the network once: {done.stderr.strip()[-200:]}")
        fresh.rename(folder)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}
