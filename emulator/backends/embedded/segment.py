"""One journal file: records appended with a single write each, so that kill -9 tears at most the last one."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_HEAD = struct.Struct("!II")


class Segment:
    """An open journal file, for one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.size = os.fstat(self._descriptor).st_size

    def append(self, record: bytes) -> None:
        """Hand the record to the kernel, where it survives the death of this process.

        Raises OSError when the disk is full; the file is then as it was.
        """
        data = _HEAD.pack(len(record), zlib.crc32(record)) + record
        try:
            written = os.write(self._descriptor, data)
            if written != len(data):
                raise OSError("the journal's disk is full")
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += written

    def close(self) -> None:
        os.close(self._descriptor)


def records(path: Path) -> Iterator[bytes]:
    """Every whole record in order; a torn end is dropped."""
    data = path.read_bytes()
    offset = 0
    while offset + _HEAD.size <= len(data):
        length, checksum = _HEAD.unpack_from(data, offset)
        offset += _HEAD.size
        record = data[offset : offset + length]
        if len(record) != length or zlib.crc32(record) != checksum:
            return
        yield record
        offset += length
