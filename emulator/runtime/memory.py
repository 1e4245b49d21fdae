"""Resident memory of an environment's process, read from /proc; zero where there is no /proc."""

from __future__ import annotations

import os

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class MemoryGauge:
    """Keeps the highest value seen. MB are 2**20 bytes, as Lambda counts them."""

    def __init__(self, pid: int) -> None:
        self._peak_pages = 0
        try:
            self._fd = os.open(f"/proc/{pid}/statm", os.O_RDONLY)
        except OSError:
            self._fd = -1

    @property
    def last_mb(self) -> int:
        return self._peak_pages * _PAGE_BYTES >> 20

    def sample(self) -> int:
        """Resident pages now."""
        try:
            pages = int(os.pread(self._fd, 64, 0).split()[1])
        except (OSError, IndexError):
            return 0
        self._peak_pages = max(self._peak_pages, pages)
        return pages

    def peak_mb(self) -> int:
        self.sample()
        return self.last_mb

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def over_mb(self, limit_mb: int) -> bool:
        """True when the process holds more than its function's MemorySize."""
        return self.sample() * _PAGE_BYTES > limit_mb << 20
