"""Which environment serves which request."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from emulator.model import Function, Place
from emulator.runtime.pool import Pool
from tests.fakes.still_clock import StillClock
from tests.fakes.waiting import wait_for


class FakeEnvironment:
    def __init__(self, generation: int, usable: bool = True) -> None:
        self.generation, self.usable, self.stopped, self.idle_since = generation, usable, False, 1_600_000_000.0

    def stop(self) -> None:
        self.stopped = True


def pool(start=FakeEnvironment, reserved: int | None = None, clock: StillClock | None = None) -> Pool:
    function = Function("F", "F", "arn", Place("t", 1), "python3.11", "h.f", Path(), reserved_concurrency=reserved)
    return Pool(function, start, clock or StillClock(), at_once=2)


def test_environment_given_back_is_used_again():
    environments = pool()
    first = environments.acquire()
    environments.release(first)

    assert environments.acquire() is first


def test_busy_environments_are_never_shared():
    environments = pool()

    assert environments.acquire() is not environments.acquire()


def test_above_reserved_concurrency_nothing_is_handed_out():
    environments = pool(reserved=1)
    held = environments.acquire()

    assert environments.acquire() is None
    environments.release(held)
    assert environments.acquire() is held


def test_environment_that_ended_while_idle_is_replaced():
    environments = pool()
    first = environments.acquire()
    environments.release(first)
    first.usable = False

    assert environments.acquire() is not first
    assert first.stopped


def test_after_a_change_of_code_only_new_environments_serve():
    environments = pool()
    idle, busy = environments.acquire(), environments.acquire()
    environments.release(idle)

    environments.renew()
    environments.release(busy)

    assert (idle.stopped, busy.stopped) == (True, True)
    assert environments.acquire().generation == 1


def test_one_whose_init_failed_is_handed_out_once_so_that_its_caller_hears_of_it():
    environments = pool(lambda generation: FakeEnvironment(generation, usable=False))
    first = environments.acquire()
    environments.release(first)

    assert first.stopped
    assert environments.acquire() is not first


def test_our_own_fault_while_starting_is_raised_where_somebody_waits():
    def broken(generation: int) -> FakeEnvironment:
        raise OSError("no more processes")

    with pytest.raises(OSError, match="no more processes"):
        pool(broken).acquire()


def test_who_waits_is_served_by_whatever_is_free_first():
    gate = threading.Event()

    def slow(generation: int) -> FakeEnvironment:
        if made:
            gate.wait(10)
        made.append(1)
        return FakeEnvironment(generation)

    made: list[int] = []
    environments = pool(slow)
    busy = environments.acquire()
    got: list[object] = []
    waiting = threading.Thread(target=lambda: got.append(environments.acquire()))
    waiting.start()

    environments.release(busy)

    assert wait_for(lambda: got == [busy])
    gate.set()
    waiting.join()


def test_idle_environments_are_stopped_after_a_while():
    clock = StillClock()
    environments = pool(clock=clock)
    idle = environments.acquire()
    environments.release(idle)

    clock.sleep(700)
    environments.stop_idle(600)

    assert idle.stopped
