"""Ids that sources make, and waiting that can be ended."""

from __future__ import annotations

import re
import threading
import uuid
from itertools import count

from emulator.clock import SystemClock
from emulator.sources.identity import Identity
from emulator.sources.pause import Pause
from tests.fakes.moved_clock import MovedClock
from tests.fakes.waiting import wait_for


def test_trace_header_is_in_the_form_of_x_ray_and_not_sampled() -> None:
    trace_id = Identity(MovedClock(0x65535555)).trace_id()
    assert re.fullmatch(r"Root=1-65535555-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", trace_id)


def test_ids_come_from_the_given_generator() -> None:
    numbers = count(1)
    identity = Identity(MovedClock(), lambda: uuid.UUID(int=next(numbers)))
    assert identity.request_id() == "00000000-0000-0000-0000-000000000001"


def test_wake_ends_one_wait() -> None:
    pause = Pause(SystemClock())
    pause.wake()
    assert pause.wait(60)
    assert pause.wait(0)


def test_stop_ends_every_wait_for_good() -> None:
    pause = Pause(SystemClock())
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda wait=wait: answers.append(wait(60))) for wait in (pause.wait, pause.sleep)
    ]
    for thread in threads:
        thread.start()
    pause.stop()
    for thread in threads:
        thread.join(5)
    assert answers == [False, False]
    assert not pause.wait(60)


def test_clock_that_is_moved_forward_ends_a_wait() -> None:
    clock = MovedClock()
    pause = Pause(clock)
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(pause.sleep(3600)))
    thread.start()
    clock.move(3600)
    assert wait_for(lambda: answers == [True])
    thread.join()
