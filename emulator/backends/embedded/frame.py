"""One request's time and randomness: recorded while it runs, given again when it is replayed.

MiniStack makes ids, receipt handles, stream labels and sequence numbers from the clock and the random source. With
both taken from a frame, replaying the same requests on the same snapshot gives the same state to the last byte.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

_LONGEST_DRAW = 0xFFFF


@dataclass(slots=True)
class Frame:
    """`now` in seconds since the epoch. `draws` collects the random bytes taken, or holds those to give again."""

    now: float
    draws: list[bytes] = field(default_factory=list)
    replaying: bool = False
    open: bool = True

    def draw(self, size: int, source: Callable[[int], bytes]) -> bytes:
        """`size` random bytes: the recorded ones at replay while they last and fit, else fresh ones."""
        if self.replaying:
            return self.draws.pop(0) if self.draws and len(self.draws[0]) == size else source(size)
        drawn = source(size)
        if size <= _LONGEST_DRAW:
            self.draws.append(drawn)
        return drawn


_current: ContextVar[Frame | None] = ContextVar("terrarium_frame", default=None)


@contextmanager
def entered(frame: Frame) -> Iterator[Frame]:
    """Time stands still and random bytes are recorded inside.

    Threads that a request leaves behind inherit its context: closing the frame gives them the real clock again.
    """
    token = _current.set(frame)
    try:
        yield frame
    finally:
        frame.open = False
        _current.reset(token)


def install() -> Callable[[], float]:
    """Put frames under `time.time` and the random source of this process; returns the real clock.

    Before any module that binds those names is imported. `uuid.uuid4` and `secrets` draw from the same source.
    """
    real_time, real_gmtime, real_random = time.time, time.gmtime, os.urandom

    def framed_time() -> float:
        frame = _current.get()
        return frame.now if frame is not None and frame.open else real_time()

    def framed_gmtime(seconds: float | None = None) -> time.struct_time:
        return real_gmtime(framed_time() if seconds is None else seconds)

    def framed_random(size: int) -> bytes:
        frame = _current.get()
        return frame.draw(size, real_random) if frame is not None and frame.open else real_random(size)

    for module, name, replacement in (
        (time, "time", framed_time),
        (time, "gmtime", framed_gmtime),
        (os, "urandom", framed_random),
        (random, "_urandom", framed_random),
    ):
        setattr(module, name, replacement)
    return real_time


class FramedDatetime(datetime):
    """`datetime` whose `now` follows the frame; a C type does not ask `time.time`."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> FramedDatetime:
        return cls.fromtimestamp(time.time(), tz)
