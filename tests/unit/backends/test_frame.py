"""Time and randomness of a request, recorded and given again."""

from __future__ import annotations

import subprocess
import sys

from emulator.backends.embedded.frame import Frame, entered


def test_recorded_draws_are_given_again_in_order() -> None:
    live = Frame(1.0)
    drawn = [live.draw(size, lambda size: bytes([size]) * size) for size in (16, 48, 16)]
    again = Frame(1.0, list(live.draws), replaying=True)
    assert [again.draw(len(one), lambda size: b"?" * size) for one in drawn] == drawn


def test_draw_of_another_size_is_fresh() -> None:
    again = Frame(1.0, [b"1234"], replaying=True)
    assert again.draw(2, lambda size: b"x" * size) == b"xx"


def test_frame_is_closed_when_it_is_left() -> None:
    with entered(Frame(1.0)) as frame:
        assert frame.open
    assert not frame.open


def test_clock_and_ids_of_a_process_follow_the_frame() -> None:
    """In a process of its own, since the frame goes under the whole process."""
    program = """
from emulator.backends.embedded import frame
clock = frame.install()
import secrets, time, uuid
def look():
    return time.time(), time.gmtime()[:6], uuid.uuid4(), secrets.token_hex(8), secrets.choice(range(10**6))
before = time.time()
with frame.entered(frame.Frame(1e9)) as live:
    first = look()
with frame.entered(frame.Frame(1e9, list(live.draws), replaying=True)):
    assert look() == first
assert first[:2] == (1e9, (2001, 9, 9, 1, 46, 40))
assert before <= time.time() <= clock() and uuid.uuid4() != first[2]
assert frame.FramedDatetime.now().year > 2020
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
