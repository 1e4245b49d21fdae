"""kill -9 in mid-load: what was answered with 2xx or 302 is there afterwards, and the system serves again by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil
import pytest
import requests
from botocore.exceptions import BotoCoreError, ClientError

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.shortener_load import ShortenerLoad
from tests.e2e.terrarium_command import COMMAND, ROOT, Terrarium, aws
from tests.fakes.processes import is_running
from tests.fakes.waiting import wait_for

SERVES_AGAIN_WITHIN_S = 20.0
COUNTED_WITHIN_S = 30.0
UNTHROTTLED = {"ThrottlingRate": "100000", "ThrottlingBurst": "100000"}


@dataclass(frozen=True)
class Town:
    """A shortener with its demo data, and somebody else's diary."""

    terrarium: Terrarium
    shortener: str
    diary: str
    backend: str
    token: str
    pages: str
    """The diary's table."""

    def read(self, code: str) -> requests.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        return requests.get(f"{self.shortener}/links/{code}", headers=headers, timeout=15)

    def clicks(self, code: str) -> int:
        headers = {"authorization": f"Bearer {self.token}"}
        answer = requests.get(f"{self.shortener}/links/{code}/stats", headers=headers, timeout=15)
        return int(answer.json()["total"]) if answer.status_code == 200 else 0

    def system(self, url: str) -> psutil.Process:
        return self.terrarium.listener(int(url.rpartition(":")[2]))

    def embedded_backend(self) -> psutil.Process:
        return self.terrarium.listener(self.terrarium.backend_port)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    terrarium = Terrarium(tmp_path_factory.mktemp("town") / "state")
    try:
        up = terrarium.up("services/shortener/template.yaml", APPLICATIONS / "diary", parameters=UNTHROTTLED)
        assert up.returncode == 0, up.stdout + up.stderr
        backend = terrarium.status()["backend"]["endpoint"]
        token = access_token(terrarium, "demo-grace")
        shortener, diary = (f"http://127.0.0.1:{port}" for port in terrarium.ports[:2])
        yield Town(terrarium, shortener, diary, backend, token, terrarium.system("diary")["outputs"]["Pages"])
    finally:
        terrarium.end()


def access_token(terrarium: Terrarium, user: str) -> str:
    """As a person gets one: with what `terrarium env` exports."""
    script = 'eval "$("$0" env)" && exec "$1" seed/access_token.py --user "$2"'
    command = ["sh", "-c", script, COMMAND, sys.executable, user]
    done = subprocess.run(command, cwd=ROOT, env=terrarium.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def kill_in_mid_load(town: Town, victim: Callable[[], psutil.Process]) -> ShortenerLoad:
    """Load, kill -9, load until links are created again and some more."""
    with ShortenerLoad(town.shortener, town.token) as load:
        assert wait_for(lambda: len(load.created) >= 100 and load.followed.total() >= 100, 15.0), load.answers
        victim().kill()
        killed = time.monotonic()
        count = len(load.created)
        # A request in flight may be answered just after the kill: twenty more cannot be.
        assert wait_for(lambda: load.served_since(killed) and len(load.created) >= count + 20, SERVES_AGAIN_WITHIN_S), (
            load.answers
        )
    return load


def assert_nothing_was_lost(town: Town, load: ShortenerLoad) -> None:
    with ThreadPoolExecutor(4) as readers:
        found = dict(
            zip(load.created, readers.map(lambda code: town.read(code).status_code, load.created), strict=True)
        )
    assert {code: status for code, status in found.items() if status != 200} == {}
    short = dict(load.followed)

    def all_counted() -> bool:
        for code in list(short):
            if town.clicks(code) >= short[code]:
                del short[code]
        return not short

    assert wait_for(all_counted, COUNTED_WITHIN_S, every_s=0.2), {
        code: (town.clicks(code), n) for code, n in short.items()
    }


def test_killed_function_loses_nothing_and_is_replaced(town: Town) -> None:
    def function() -> psutil.Process:
        environments = town.terrarium.environments_of(town.system(town.shortener))
        return max(environments, key=lambda one: sum(one.cpu_times()[:2]))

    load = kill_in_mid_load(town, function)

    assert_nothing_was_lost(town, load)


def test_killing_every_function_at_once_loses_nothing(town: Town) -> None:
    def functions() -> psutil.Process:
        first, *others = town.terrarium.environments_of(town.system(town.shortener))
        for other in others:
            other.kill()
        return first

    load = kill_in_mid_load(town, functions)

    assert_nothing_was_lost(town, load)


def test_killed_warm_process_loses_nothing_and_is_replaced(town: Town) -> None:
    load = kill_in_mid_load(town, lambda: town.system(town.shortener).children()[0])

    assert_nothing_was_lost(town, load)


def test_killed_system_loses_nothing_and_serves_again_by_itself(town: Town) -> None:
    functions = town.terrarium.environments_of(town.system(town.shortener))

    load = kill_in_mid_load(town, lambda: town.system(town.shortener))

    assert_nothing_was_lost(town, load)
    assert wait_for(lambda: town.terrarium.status()["code"] == 0)
    assert wait_for(lambda: not any(is_running(function) for function in functions))


@pytest.mark.usefixtures("own_backend")
def test_killed_backend_loses_nothing_and_serves_again_by_itself(town: Town) -> None:
    load = kill_in_mid_load(town, town.embedded_backend)

    assert_nothing_was_lost(town, load)
    assert wait_for(lambda: town.terrarium.status()["code"] == 0)


def accept_events(town: Town, name: str, victim: psutil.Process) -> list[str]:
    """Ids of the events that were accepted (202) before and after the victim was killed."""
    accepted: list[str] = []

    def submit(writer: int) -> None:
        client, pause = aws("lambda", town.diary), threading.Event()
        for number in range(60):
            event = f"{name}-{writer}-{number}"
            if writer == number - 30 == 0:
                victim.kill()
            try:
                client.invoke(FunctionName="diary-Write", InvocationType="Event", Payload=json.dumps({"id": event}))
            except (BotoCoreError, ClientError):
                pause.wait(0.1)
            else:
                accepted.append(event)

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(submit, range(4)))
    return accepted


def unwritten(town: Town, events: list[str]) -> list[str]:
    """Those of the events that the function has not written down (yet); all while nobody answers."""
    table = aws("dynamodb", town.backend)
    try:
        return [
            event for event in events if "Item" not in table.get_item(TableName=town.pages, Key={"id": {"S": event}})
        ]
    except (BotoCoreError, ClientError):
        return events


def assert_all_run(town: Town, accepted: list[str]) -> None:
    left = accepted

    def all_written() -> bool:
        nonlocal left
        left = unwritten(town, left)
        return not left

    assert len(accepted) > 100
    assert wait_for(all_written, 30.0, every_s=0.2), left


def test_accepted_events_run_although_the_system_was_killed(town: Town) -> None:
    accepted = accept_events(town, "system", town.system(town.diary))

    assert_all_run(town, accepted)


@pytest.mark.usefixtures("own_backend")
def test_accepted_events_run_although_the_backend_was_killed(town: Town) -> None:
    accepted = accept_events(town, "backend", town.embedded_backend())

    assert_all_run(town, accepted)
