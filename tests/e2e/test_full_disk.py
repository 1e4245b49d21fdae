"""A disk that is full while everything runs: a write is refused or kept, never lost; reads go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.small_disk import on_small_disk
from tests.e2e.terrarium_command import Terrarium, aws
from tests.fakes.waiting import wait_for


@pytest.fixture
def small(terrarium: Terrarium, own_backend: None) -> Terrarium:
    """The library on a disk of 180 MB. What runs sees that disk; we look in through one of its processes."""
    up = on_small_disk(terrarium, 180).up(APPLICATIONS / "library")
    assert up.returncode == 0, up.stderr
    return terrarium


def ballast(terrarium: Terrarium) -> Path:
    backend = terrarium.listener(terrarium.backend_port)
    return Path(f"/proc/{backend.pid}/root{terrarium.state}/ballast")


def fill(path: Path) -> None:
    """Not one byte is left."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    for size in (65_536, 4_096, 64, 1):
        try:
            while True:
                os.write(descriptor, b"x" * size)
        except OSError:
            continue
    os.close(descriptor)


def accepted(put: Callable[[str], Any], ids: list[str]) -> list[str]:
    taken = []
    for one in ids:
        try:
            put(one)
        except ClientError:
            continue
        taken.append(one)
    return taken


def test_write_on_a_full_disk_is_refused_or_kept_and_reads_go_on(small: Terrarium) -> None:
    url, endpoint = f"http://127.0.0.1:{small.ports[0]}", f"http://127.0.0.1:{small.backend_port}"
    table = aws("dynamodb", endpoint)

    def put(isbn: str) -> None:
        item = {"isbn": {"S": isbn}, "reader": {"S": "ada" * 300}}
        table.put_item(TableName="library-Shelf", Item=item)

    def readable(isbn: str) -> bool:
        try:
            return requests.get(f"{url}/books/{isbn}", timeout=15).status_code == 200
        except requests.RequestException:
            return False

    before = accepted(put, ["before"])
    fill(ballast(small))
    during = accepted(put, [f"during-{number}" for number in range(30)])
    read_meanwhile = readable("before")
    ballast(small).unlink()
    assert wait_for(lambda: accepted(put, ["after"]), 10.0)
    small.listener(small.backend_port).kill()

    assert len(during) < 30
    assert read_meanwhile
    for isbn in (*before, *during, "after"):
        assert wait_for(lambda isbn=isbn: readable(isbn), 20.0), isbn
