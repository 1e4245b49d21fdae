"""A WebSocket application of somebody else: who may connect, what all hear, and what outlives a change of code."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.terrarium_command import Terrarium, aws
from tests.fakes.waiting import wait_for


@dataclass(frozen=True)
class Harbour:
    """The running application; `source` is the folder of its code."""

    terrarium: Terrarium
    source: Path
    url: str
    endpoint: str
    outputs: dict[str, str]

    def arrive(self, name: str, berth: int, **options: Any) -> ClientConnection:
        """A ship on the radio."""
        return connect(f"{self.url}?pass=berth-{berth}", additional_headers={"Ship-Name": name}, proxy=None, **options)

    def refusal(self, query: str, **headers: str) -> int:
        """The status with which nobody gets on the radio."""
        with pytest.raises(InvalidStatus) as refused, connect(f"{self.url}{query}", additional_headers=headers):
            pass
        return int(refused.value.response.status_code)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The items of a table, their values as text."""
        items = aws("dynamodb", self.endpoint).scan(TableName=self.outputs[table], ConsistentRead=True)["Items"]
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in items]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    folder = tmp_path_factory.mktemp("harbour")
    copy = shutil.copytree(APPLICATIONS / "harbour", folder / "harbour")
    terrarium = Terrarium(folder / "state")
    try:
        up = terrarium.up(copy / "template.yaml")
        assert up.returncode == 0, up.stdout + up.stderr
        status = terrarium.status()
        assert status["code"] == 0
        (stack,) = status["stacks"]
        url = stack["websocket"]["Radio"]
        assert url in up.stdout
        yield Harbour(terrarium, copy / "src", url, status["backend"]["endpoint"], stack["outputs"])
    finally:
        terrarium.end()


def test_url_of_the_template_is_the_one_to_connect_to(harbour: Harbour) -> None:
    assert harbour.outputs["RadioUrl"] == harbour.url
    assert harbour.outputs["ConnectionsUrl"] == harbour.url.replace("ws://", "http://")


def test_nobody_gets_on_the_radio_without_a_good_pass(harbour: Harbour) -> None:
    assert harbour.refusal("") == 401
    assert harbour.refusal("?pass=forged") == 403
    assert harbour.refusal("?pass=torn") == 500
    assert harbour.refusal("?pass=berth-1", **{"Ship-Name": "pirate"}) == 418
    assert harbour.rows("ShipsName") == []


def test_all_ships_hear_a_hail_and_who_left_is_gone(harbour: Harbour) -> None:
    with harbour.arrive("anna", 2, subprotocols=["morse"]) as anna, harbour.arrive("bob", 3) as bob:
        assert (anna.subprotocol, bob.subprotocol) == ("morse", None)
        assert {row["name"]: row["berth"] for row in harbour.rows("ShipsName")} == {"anna": "2", "bob": "3"}
        anna.send("hello")
        assert anna.recv(timeout=10) == "heard hello"
        anna.send(json.dumps({"action": "hail", "words": "ahoi"}))
        assert [bob.recv(timeout=10), anna.recv(timeout=10)] == ["ahoi", "ahoi"]
        # One of the addresses that the function wrote to was nobody's: 410.
        assert anna.recv(timeout=10) == "1 lost"
        bob.close(4000, "fishing")
        left = wait_for(lambda: [row for row in harbour.rows("LogName") if row["ship"] == "bob"])

    assert left == [{"ship": "bob", "code": "4000"}]


def test_function_that_fails_leaves_the_connection_open(harbour: Harbour) -> None:
    with harbour.arrive("carl", 4) as carl:
        carl.send("storm")
        assert json.loads(carl.recv(timeout=10))["message"] == "Internal server error"
        carl.send("calm")
        assert carl.recv(timeout=10) == "heard calm"


def test_connection_outlives_a_change_of_code(harbour: Harbour) -> None:
    code = harbour.source / "radio.py"

    def answer(ship: ClientConnection) -> str:
        ship.send("hello")
        return str(ship.recv(timeout=10))

    with harbour.arrive("dora", 5) as dora:
        assert answer(dora) == "heard hello"
        code.write_text(code.read_text().replace("heard", "understood"))
        assert wait_for(lambda: answer(dora) == "understood hello")


def test_taken_websocket_port_is_named_before_anything_starts(terrarium: Terrarium, tmp_path: Path) -> None:
    copy = shutil.copytree(APPLICATIONS / "harbour", tmp_path / "harbour")
    port = terrarium.ports[0] + 100
    with socket.create_server(("127.0.0.1", port)):
        up = terrarium.up(copy / "template.yaml")

    assert up.returncode != 0
    assert f"Port {port} is taken and the WebSocket API of harbour needs it" in up.stderr


def test_stopping_says_goodbye(harbour: Harbour) -> None:
    """The last of this file: the application is down afterwards."""
    with harbour.arrive("emil", 6) as emil:
        down = harbour.terrarium.run("down")
        with pytest.raises(ConnectionClosed) as ended:
            emil.recv(timeout=10)

    assert down.returncode == 0
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1001
