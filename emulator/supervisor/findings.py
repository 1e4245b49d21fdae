"""What this machine has and lacks, finding by finding: the value behind `terrarium doctor`. Changes nothing."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emulator.errors import TerrariumError
from emulator.runtime import interpreter
from emulator.supervisor import machine

Verdict = Literal["ok", "optional", "missing"]
COMFORTABLE_MEMORY_MB = 1_000
COMFORTABLE_DISK_MB = 2_000
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+))?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `missing` stops Terrarium, `optional` only something named in `fix`."""

    name: str
    verdict: Verdict
    found: str
    fix: str = ""


def examine(root: Path, state: Path, ports: Sequence[int], running: bool) -> Iterator[Finding]:
    """Look at everything, quickest first."""
    yield python()
    yield packages(root / "requirements" / "terrarium.txt")
    yield state_folder(state)
    yield disk(state)
    yield memory()
    yield from () if running else (port(number) for number in ports)
    yield program("uv", [str(Path(sys.executable).parent / "uv"), "--version"], "missing", "Run `make up` again.")
    yield program("make", ["make", "--version"], "optional", "Only `make …` needs it: apt-get install make.")
    yield program("git", ["git", "--version"], "optional", "Only needed to fetch and commit: apt-get install git.")
    yield from other_pythons()
    yield from docker()


def python() -> Finding:
    """The interpreter we run on."""
    version = sys.version.split()[0]
    good = (3, 11) <= sys.version_info[:2] < (3, 15)
    return Finding(
        "Python", "ok" if good else "missing", f"{version} ({sys.executable})", "Install Python 3.11 to 3.14."
    )


def packages(pins: Path) -> Finding:
    """Every pinned package, at its pinned version."""
    if not pins.is_file():
        return Finding("packages", "ok", "installed as a package")
    wrong = [f"{name} {version}" for name, version in _pinned(pins) if _installed(name) != version]
    if wrong:
        return Finding(
            "packages", "missing", f"not installed: {', '.join(wrong[:8])}", "Run `make up`: it installs them."
        )
    return Finding("packages", "ok", "all pinned packages are installed")


def state_folder(state: Path) -> Finding:
    """Can we write?"""
    try:
        machine.check_state_folder(state)
    except TerrariumError as error:
        return Finding("state folder", "missing", error.sentence(), error.fix)
    return Finding("state folder", "ok", str(state))


def disk(state: Path) -> Finding:
    """Room for data and dependencies."""
    folder = next(folder for folder in (state, *state.parents) if folder.exists())
    free_mb = shutil.disk_usage(folder).free // 1_048_576
    verdict: Verdict = "ok" if free_mb >= COMFORTABLE_DISK_MB else "optional"
    return Finding(
        "disk", verdict, f"{free_mb} MB free", f"{COMFORTABLE_DISK_MB} MB are comfortable; LocalStack needs more."
    )


def memory() -> Finding:
    """Memory for the systems and their execution environments."""
    free_mb = machine.memory_available_mb()
    verdict: Verdict = "ok" if free_mb >= COMFORTABLE_MEMORY_MB or free_mb == 0 else "optional"
    return Finding("memory", verdict, f"{free_mb} MB available", "Run fewer systems: make up STACKS=shortener.")


def port(number: int) -> Finding:
    """One port that `up` will want."""
    if machine.port_is_free(number):
        return Finding(f"port {number}", "ok", "free")
    return Finding(
        f"port {number}",
        "missing",
        f"taken by {machine.listener_on(number)}",
        "Stop that program, or set TERRARIUM_PORT_BASE or TERRARIUM_BACKEND_PORT.",
    )


def program(name: str, command: Sequence[str], absent: Verdict, fix: str) -> Finding:
    """A program and its version."""
    answer = _answer(command)
    return Finding(name, absent, "not found", fix) if answer is None else Finding(name, "ok", answer)


def other_pythons() -> Iterator[Finding]:
    """Interpreters for templates that declare another Runtime than ours, as the runtime finds them."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in ("3.11", "3.12", "3.13", "3.14"):
        if version != own:
            found = interpreter.find(f"python{version}")
            name, fix = f"Python {version}", f"Only functions with Runtime python{version} want it; they run on "
            yield (
                Finding(name, "ok", str(found.executable))
                if found.exact
                else Finding(name, "optional", "not found", f"{fix}{found.version} meanwhile.")
            )


def docker() -> Iterator[Finding]:
    """What BACKEND=localstack needs."""
    need = "Only BACKEND=localstack needs it: "
    engine = program("Docker", ["docker", "info", "--format", "{{.ServerVersion}}"], "optional", need + "start Docker.")
    if engine.verdict != "ok":
        found = "installed, but its engine does not answer" if shutil.which("docker") else "not found"
        yield Finding(
            "Docker", "optional", found, need + "install Docker (Debian: apt-get install docker.io) and start it."
        )
        return
    yield engine
    plugin = program("Docker Compose", ["docker", "compose", "version", "--short"], "optional", "")
    alone = program(
        "Docker Compose", ["docker-compose", "version", "--short"], "optional", need + "install docker-compose."
    )
    yield plugin if plugin.verdict == "ok" else alone
    image = ["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "localstack/localstack"]
    yield program("LocalStack image", image, "optional", need + "docker pull localstack/localstack:4.14.0.")


def _answer(command: Sequence[str]) -> str | None:
    """First line that a command prints, None when it is absent, fails, hangs or prints nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


def _pinned(pins: Path) -> Iterator[tuple[str, str]]:
    """Names and versions that apply on this platform."""
    for line in pins.read_text().splitlines():
        found = _PIN.match(line)
        if found and _applies(found.group(3)):
            yield found.group(1), found.group(2)


def _applies(marker: str | None) -> bool:
    if not marker:
        return True
    from packaging.markers import Marker

    return Marker(marker.strip()).evaluate()


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
