"""Installs what functions import: the packages of AWS's Lambda image, and each system's own requirements.txt.

Folders are made once per content of the requirements and Python version, and used offline ever after.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from emulator.errors import DiskFullError, RuntimeSetupError
from emulator.runtime.interpreter import Interpreter

IMAGE_REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "lambda-image.txt"


class Packages:
    """Keeps its folders under `cache`; safe when several processes ask at once."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def image(self, interpreter: Interpreter) -> Path:
        """What the Lambda image carries beside the interpreter: boto3, botocore, the runtime client."""
        return self._folder(IMAGE_REQUIREMENTS, interpreter, what="the Lambda image's packages")

    def of(self, code: Path, interpreter: Interpreter) -> Path | None:
        """What `code`/requirements.txt names; None when there is no such file or it names nothing."""
        requirements = code / "requirements.txt"
        if not requirements.is_file() or not _names_something(requirements):
            return None
        return self._folder(requirements, interpreter, what=f"the packages of {requirements}")

    def _folder(self, requirements: Path, interpreter: Interpreter, what: str) -> Path:
        kind = " ".join([interpreter.version, *_platform(interpreter.version)])
        content = hashlib.sha256(requirements.read_bytes() + kind.encode()).hexdigest()[:16]
        folder = self._cache / f"python{interpreter.version}-{content}"
        if not folder.is_dir():
            self._cache.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=self._cache))
            try:
                _install(requirements, interpreter, fresh, what)
                _put_in_place(fresh, folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        return folder


def _names_something(requirements: Path) -> bool:
    lines = (line.strip() for line in requirements.read_text().splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _install(requirements: Path, interpreter: Interpreter, target: Path, what: str) -> None:
    command = [
        sys.executable, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", "--system-certs",
        "--python", str(interpreter.executable), "--target", str(target), "-r", str(requirements.resolve()),
        *_platform(interpreter.version),
    ]  # fmt: skip
    # What any project on this machine has installed before is in uv's own cache and needs no network again.
    done = _run([*command, "--offline"], target)
    if done.returncode != 0:
        done = _run(command, target)
    if "No space left on device" in done.stderr:
        raise DiskFullError(
            f"The disk became full while installing {what}",
            where=str(target.parent),
            found="No space left on device",
            fix="Free some space, or point TERRARIUM_STATE at another disk.",
        )
    if done.returncode != 0:
        raise RuntimeSetupError(
            f"Could not install {what}",
            where=str(requirements),
            found=done.stderr.strip()[-800:],
            fix="The first start needs the network; afterwards the packages are kept under .terrarium/cache.",
        )


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def _platform(version: str) -> list[str]:
    """Wheels as `sam build` takes them for Lambda's Linux, so that the very same files run here; elsewhere our own.

    Amazon Linux 2 up to Python 3.11, Amazon Linux 2023 (glibc 2.34) after:
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    name, ours = platform.libc_ver()
    if sys.platform != "linux" or name != "glibc":
        return []
    newer = int(version.split(".")[1]) >= 12 and tuple(map(int, ours.split(".")[:2])) >= (2, 34)
    return ["--python-platform", f"{platform.machine()}-{'manylinux_2_34' if newer else 'manylinux2014'}"]


def _put_in_place(fresh: Path, folder: Path) -> None:
    fresh.chmod(0o755)
    try:
        fresh.rename(folder)
    except OSError:
        # Another process was quicker: its folder has the same content.
        if not folder.is_dir():
            raise
