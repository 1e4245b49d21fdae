"""Resident memory of an environment's process, read from /proc; zero where there is no /proc."""

from __future__ import annotations

import os

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class MemoryGauge:
    """Keeps the highest value seen. MB are 2**20 bytes, as Lambda counts them."""

    def __init__(self, pid: int) -> None:
        self._path = f"/proc/{pid}/statm"
        self._peak_pages = 0

    @property
    def last_mb(self) -> int:
        return self._peak_pages * _PAGE_BYTES >> 20

    def sample(self) -> int:
        """Resident pages now."""
        try:
            fd = os.open(self._path, os.O_RDONLY)
        except OSError:
            return 0
        try:
            pages = int(os.read(fd, 64).split()[1])
        except (OSError, IndexError):
            return 0
        finally:
            os.close(fd)
        self._peak_pages = max(self._peak_pages, pages)
        return pages

    def peak_mb(self) -> int:
        self.sample()
        return self.last_mb

    def over_mb(self, limit_mb: int) -> bool:
        """True when the process holds more than its function's MemorySize."""
        return self.sample() * _PAGE_BYTES > limit_mb << 20
