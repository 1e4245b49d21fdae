"""Reads what inside/aws_calls.py writes: one JSON line for each AWS call of an invocation."""

from __future__ import annotations

import contextlib
import json
import os

from emulator.model import AwsCall

_READ_BYTES = 65_536


class AwsCallReader:
    """Owns one environment's calls pipe, both ends."""

    def __init__(self) -> None:
        self.fd, self.write_fd = os.pipe()
        os.set_blocking(self.fd, False)
        self._data = b""

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self.fd, _READ_BYTES):
                self._data += data
                if len(data) < _READ_BYTES:
                    return

    def take(self) -> tuple[AwsCall, ...]:
        """The calls read since the last `take`."""
        if not self._data:
            return ()
        *lines, self._data = self._data.split(b"\n")
        calls = []
        for line in lines:
            # The handler's process could write anything here; what is not ours is not a call.
            with contextlib.suppress(ValueError, TypeError):
                calls.append(AwsCall(*json.loads(line)))
        return tuple(calls)

    def close(self) -> None:
        os.close(self.fd)
        os.close(self.write_fd)
