"""kill -9 of everything at random while messages run through queues into functions: none is lost, groups keep order."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil
import pytest

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.parcel_service import GROUPS, ParcelService, letters, parcels
from tests.e2e.terrarium_command import EXTERNAL, Terrarium
from tests.fakes.waiting import wait_for

MESSAGES = 10_000
KILLS = {"function": 8, "system": 3, "warm process": 1, "backend": 0 if EXTERNAL else 3}
PAUSE_S = (0.2, 2.0)
DRAINED_WITHIN_S = 90.0


@pytest.fixture
def service(terrarium: Terrarium) -> ParcelService:
    up = terrarium.up(APPLICATIONS / "parcels")
    assert up.returncode == 0, up.stdout + up.stderr
    return ParcelService.of(terrarium)


@dataclass(frozen=True)
class Assassin:
    """Kills processes of a run at random times; `chance` is seeded, `idle` when no function has anything to do."""

    terrarium: Terrarium
    chance: random.Random
    idle: Callable[[], bool]

    def kill_all_in_turn(self, victims: Sequence[str]) -> None:
        """In random order; what is not alive when its turn comes is waited for, unless nothing will start it."""
        for victim in self.chance.sample(victims, len(victims)):
            threading.Event().wait(self.chance.uniform(*PAUSE_S))
            killed = wait_for(lambda victim=victim: self.kill(victim) or self.spared(victim), 20.0)  # type: ignore[misc]
            assert killed, victim

    def spared(self, victim: str) -> bool:
        return victim == "function" and self.idle()

    def kill(self, victim: str) -> bool:
        """False when there is no such process now."""
        with suppress(psutil.Error, StopIteration, IndexError):
            self._find(victim).kill()
            return True
        return False

    def _find(self, victim: str) -> psutil.Process:
        if victim == "backend":
            return self.terrarium.listener(self.terrarium.backend_port)
        system = self.terrarium.listener(self.terrarium.ports[0])
        finders: dict[str, Callable[[], Sequence[psutil.Process]]] = {
            "system": lambda: [system],
            "warm process": system.children,
            "function": lambda: self.terrarium.environments_of(system),
        }
        return self.chance.choice(finders[victim]())


def test_no_message_is_lost_and_groups_keep_their_order(service: ParcelService, tell: Callable[[str], None]) -> None:
    seed, began = random.randrange(1_000_000), time.monotonic()
    print(f"seed {seed}")
    sending = service.start_sending(MESSAGES)
    victims = [victim for victim, times in KILLS.items() for _ in range(times)]

    Assassin(service.terrarium, random.Random(seed), service.drained).kill_all_in_turn(victims)
    killed_s = time.monotonic() - began
    for sender in sending:
        sender.result(60.0)
    assert wait_for(service.drained, DRAINED_WITHIN_S, every_s=0.5), service.left()

    seen = service.appearances()
    duplicates = sum(len(times) - 1 for times in seen.values())
    expected = [*parcels(MESSAGES), *(letter for group in range(GROUPS) for letter in letters(MESSAGES, group))]
    tell(f"{len(victims)} kills in {killed_s:.0f} s (seed {seed}), {len(seen)} of {len(expected)} messages seen")
    tell(f"the queues empty after {time.monotonic() - began:.0f} s, {duplicates} duplicates")
    assert [message for message in expected if message not in seen] == []
    for group in range(GROUPS):
        written = letters(MESSAGES, group)
        assert sorted(written, key=lambda letter: seen[letter][0]) == written
