"""What `up`, `down` and `reset` keep and leave: data survive `down`, nothing survives `reset`, no process survives
either. A second `up` needs no network."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.e2e import without_network
from tests.e2e.conftest import APPLICATIONS
from tests.e2e.terrarium_command import COMMAND, Terrarium
from tests.fakes.free_ports import is_free
from tests.fakes.waiting import wait_for

TEMPLATES = (APPLICATIONS / "library", APPLICATIONS / "weather.yaml")
SECONDS = 15.0
"""So long a second start may take on a machine that does other things besides; mostly it is two."""
IN_ONE_NETWORK = """
"$0" up "$1" "$2" --detach --port-base "$3" || exit 1
"$4" -c 'import sys, urllib.request
for url in sys.argv[1:]: print(urllib.request.urlopen(url, timeout=15).read().decode())' \\
    "http://127.0.0.1:$3/books/1" "http://127.0.0.1:$5/v1/days/monday" || exit 2
"$0" down || exit 3
"""


def fill(terrarium: Terrarium) -> None:
    library, weather = (f"http://127.0.0.1:{port}" for port in terrarium.ports[:2])
    requests.post(f"{library}/books/1/loans", json={"reader": "ada"}, timeout=15).raise_for_status()
    requests.put(f"{weather}/v1/days/monday", json={"high": 21}, timeout=15).raise_for_status()


def found(terrarium: Terrarium) -> tuple[int, int]:
    """The status of a book and of a weather reading."""
    library, weather = (f"http://127.0.0.1:{port}" for port in terrarium.ports[:2])
    urls = (f"{library}/books/1", f"{weather}/v1/days/monday")
    book, reading = (requests.get(url, timeout=15).status_code for url in urls)
    return book, reading


def assert_nothing_runs(terrarium: Terrarium) -> None:
    assert wait_for(lambda: not terrarium.processes(), 5.0), [one.cmdline() for one in terrarium.processes()]
    assert all(is_free(port) for port in terrarium.ports)


@pytest.mark.usefixtures("own_backend")
def test_data_survive_down_and_nothing_survives_reset(terrarium: Terrarium) -> None:
    assert terrarium.up(*TEMPLATES).returncode == 0
    fill(terrarium)
    assert terrarium.run("down").returncode == 0
    assert_nothing_runs(terrarium)

    began = time.monotonic()
    assert terrarium.up(*TEMPLATES).returncode == 0
    assert time.monotonic() - began < SECONDS
    assert found(terrarium) == (200, 200)

    assert terrarium.run("reset").returncode == 0
    assert_nothing_runs(terrarium)
    assert {path.name for path in terrarium.state.iterdir()} <= {"cache", "tools"}
    assert terrarium.up(*TEMPLATES).returncode == 0
    assert found(terrarium) == (404, 500)


@pytest.mark.usefixtures("own_backend")
def test_second_start_needs_no_network_and_keeps_the_data(terrarium: Terrarium) -> None:
    if not without_network.possible():
        pytest.skip("this machine does not let us cut the network off (unshare -rn)")
    assert terrarium.up(*TEMPLATES).returncode == 0
    fill(terrarium)
    terrarium.run("down")

    script = [sys.executable, without_network.__file__, "sh", "-c", IN_ONE_NETWORK, COMMAND, *map(str, TEMPLATES)]
    ports = (str(terrarium.ports[0]), sys.executable, str(terrarium.ports[1]))
    offline = subprocess.run(
        [*script, *ports], env=terrarium.environment(), capture_output=True, text=True, timeout=90, check=False
    )

    assert offline.returncode == 0, offline.stdout + offline.stderr
    assert '{"isbn": "1", "reader": "ada"}' in offline.stdout
    assert '"reading": {"high": 21}' in offline.stdout
    assert_nothing_runs(terrarium)


def test_second_up_of_what_runs_changes_nothing(terrarium: Terrarium) -> None:
    terrarium.up(TEMPLATES[0])
    before = {(one.pid, one.create_time()) for one in terrarium.processes()}

    again = terrarium.up(TEMPLATES[0])

    assert again.returncode == 0
    assert "already up" in again.stdout
    assert {(one.pid, one.create_time()) for one in terrarium.processes()} == before


def test_two_terrariums_side_by_side_do_not_meet(terrarium: Terrarium, tmp_path: Path) -> None:
    other = Terrarium(tmp_path / "other")
    try:
        assert terrarium.up(TEMPLATES[0]).returncode == 0
        assert other.up(TEMPLATES[0]).returncode == 0
        assert terrarium.run("down").returncode == 0

        assert other.status()["code"] == 0
        assert not terrarium.processes()
    finally:
        other.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_up_that_is_ended_while_it_starts_leaves_nothing(terrarium: Terrarium, number: signal.Signals) -> None:
    command = [COMMAND, "up", *map(str, TEMPLATES), "--detach", "--port-base", str(terrarium.ports[0])]
    with subprocess.Popen(command, env=terrarium.environment(), stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        assert any("starting" in line for line in up.stdout)
        up.send_signal(number)
        up.wait(30)

    assert_nothing_runs(terrarium)
