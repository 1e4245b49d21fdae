"""Finds packages that are the same release here and in an artifact, but compiled for another platform.

A wheel says in its WHEEL file what it was built for: https://packaging.python.org/specifications/binary-distribution-format/
Lambda's Python 3.11 has glibc 2.26, later ones 2.34: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPILED = (".so", ".dylib", ".pyd", ".dll")


@dataclass(frozen=True, slots=True)
class OtherBuild:
    """One package, e.g. "cryptography-50.0.2"; `files` are those of its files that the build decides."""

    distribution: str
    here: str
    there: str
    files: frozenset[str]

    def __str__(self) -> str:
        return f"{self.distribution} is built for {self.there} there, for {self.here} here"


def other_builds(artifact: Path, packages: Path) -> tuple[OtherBuild, ...]:
    """Every release that is in both folders with different build tags, by name."""
    return tuple(_found(artifact, packages))


def _found(artifact: Path, packages: Path) -> Iterator[OtherBuild]:
    for metadata in sorted(packages.glob("*.dist-info")):
        there = artifact / metadata.name
        if (there / "WHEEL").is_file() and _tags(metadata) != _tags(there):
            files = {path for folder in (metadata, there) for path in _listed(folder) if _built(path)}
            name = metadata.name.removesuffix(".dist-info")
            yield OtherBuild(name, _tags(metadata), _tags(there), frozenset(files))


def _tags(metadata: Path) -> str:
    lines = (metadata / "WHEEL").read_text().splitlines()
    return " ".join(line.partition(":")[2].strip() for line in lines if line.startswith("Tag:"))


def _listed(metadata: Path) -> Iterator[str]:
    with (metadata / "RECORD").open(newline="") as record:
        yield from (row[0] for row in csv.reader(record) if row)


def _built(path: str) -> bool:
    """Compiled code, libraries packed beside it, and the metadata that name them; never Python source."""
    folder = path.partition("/")[0]
    if path.endswith("/METADATA"):
        return False
    return path.endswith(_COMPILED) or ".so." in path or folder.endswith((".dist-info", ".libs", ".dylibs"))
