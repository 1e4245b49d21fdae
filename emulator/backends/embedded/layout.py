"""Where the embedded backend keeps what; shared by parent and child."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders below `root`."""

    root: Path

    @property
    def ministack(self) -> Path:
        """MiniStack's STATE_DIR: the current snapshot's files and its own key files."""
        return self.root / "ministack"

    @property
    def objects(self) -> Path:
        """Bytes and metadata of S3 objects."""
        return self.root / "s3"

    @property
    def snapshots(self) -> Path:
        """One folder per snapshot, named by its number."""
        return self.root / "snapshots"

    @property
    def journal(self) -> Path:
        """One file per segment, named by the number of the snapshot that it continues."""
        return self.root / "journal"

    @property
    def temporary(self) -> Path:
        """TMPDIR of the child."""
        return self.root / "tmp"

    @property
    def log(self) -> Path:
        """What the child prints."""
        return self.root / "backend.log"

    def make(self) -> None:
        """Create every folder; raises OSError when the disk is full or not writable."""
        for folder in (self.ministack, self.objects, self.snapshots, self.journal, self.temporary):
            folder.mkdir(parents=True, exist_ok=True)
