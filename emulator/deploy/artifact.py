"""Compares what `sam build` made of a function with what runs here, file for file. Starts nothing, changes nothing.

Here a function sees its code folder and, beside it, the installed packages of its requirements.txt; on AWS both lie
in one folder, code over packages. https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from emulator.deploy.builds import OtherBuild, other_builds

ALLOWED: Mapping[str, str] = {
    "__pycache__": "byte code: made again by the interpreter that runs it",
    "RECORD": "the installer's own list of files: names the byte code and its own marks",
    "INSTALLER": "names the installer: pip there, uv here",
    "REQUESTED": "an installer's mark",
    "direct_url.json": "an installer's mark: where a package came from",
    "uv_cache.json": "an installer's mark: how a package was built",
    ".lock": "uv's lock on the folder it installs into",
}
"""Names that may differ, and why: __pycache__ anywhere, the others in `*.dist-info` or at the top.

One more: programs that come with packages; no function can start them. uv writes them to the folder `bin`, with the
interpreter of this machine; the SAM CLI leaves them out, or where they lie in the wheel, `*.data/scripts`.
"""

_INSTALLED, _IN_WHEEL = re.compile(r"bin/"), re.compile(r"[^/]+\.data/scripts/")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Relative paths. `missing` is here but not in the artifact, `extra` the other way round."""

    compared: int
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    other_builds: tuple[OtherBuild, ...] = ()
    """Packages compiled for another platform there: their compiled files were not compared, all others were."""

    @property
    def same(self) -> bool:
        """True when the artifact is what runs here."""
        return not (self.missing or self.extra or self.different)

    def __str__(self) -> str:
        parts = {"only here": self.missing, "only in the artifact": self.extra, "different": self.different}
        return "; ".join(f"{what}: {', '.join(paths[:5])}" for what, paths in parts.items() if paths) or "the same"


def compare(artifact: Path, code: Path, packages: Path | None) -> Comparison:
    """The built folder against code folder and packages folder (None: the function has no requirements)."""
    builds = other_builds(artifact, packages) if packages else ()
    excused = frozenset[str]().union(*(build.files for build in builds))
    built = _without(excused, _without_scripts(contents(artifact), _IN_WHEEL))
    installed = _without_scripts(contents(packages), _INSTALLED) if packages else {}
    local = _without(excused, {**installed, **contents(code)})
    both = built.keys() & local.keys()
    return Comparison(
        compared=len(both),
        missing=tuple(sorted(local.keys() - both)),
        extra=tuple(sorted(built.keys() - both)),
        different=tuple(sorted(path for path in both if built[path] != local[path])),
        other_builds=builds,
    )


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of every file by its path in the folder, without what may differ."""
    return {path.as_posix(): _digest(folder / path) for path in _files(folder)}


def _without(names: Set[str], files: Mapping[str, str]) -> dict[str, str]:
    return {path: digest for path, digest in files.items() if path not in names}


def _without_scripts(files: Mapping[str, str], scripts: re.Pattern[str]) -> dict[str, str]:
    return {path: digest for path, digest in files.items() if not scripts.match(path)}


def _files(folder: Path) -> Iterator[PurePosixPath]:
    for path in folder.rglob("*"):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and not _may_differ(relative):
            yield relative


def _may_differ(path: PurePosixPath) -> bool:
    if "__pycache__" in path.parts or path.suffix == ".pyc":
        return True
    inside_metadata = path.parts[0].endswith(".dist-info")
    return path.name in ALLOWED and (inside_metadata or len(path.parts) == 1)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
