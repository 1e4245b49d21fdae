"""Snapshots in a forked child, made current in one step, and the journal segments between them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.backends.embedded.checkpoints import Checkpoints
from emulator.backends.embedded.layout import Layout
from emulator.backends.embedded.segment import records
from emulator.backends.embedded.snapshots import Snapshots


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    made.make()
    return made


def saving(text: str) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        (folder / "dynamodb.json").unlink(missing_ok=True)
        (folder / "dynamodb.json").write_text(text)

    return save


def complaining(_folder: Path) -> None:
    logging.getLogger("persistence").error("failed to save dynamodb: disk full")


def everything(snapshots: Snapshots) -> list[bytes]:
    """What a start would replay."""
    current = snapshots.current()
    return [record for number, path in snapshots.segments() if number >= current for record in records(path)]


def snapshot_in_background(checkpoints: Checkpoints) -> None:
    async def run() -> None:
        checkpoints.start()
        await checkpoints.settle()

    asyncio.run(run())


def test_first_start_has_neither_snapshot_nor_records(layout: Layout) -> None:
    snapshots = Snapshots(layout)
    snapshots.lay_out()
    assert snapshots.current() == 0
    assert everything(snapshots) == []


def test_snapshot_takes_the_place_of_the_journal_before_it(layout: Layout) -> None:
    snapshots = Snapshots(layout)
    checkpoints = Checkpoints(snapshots, saving("state"))
    checkpoints.append(b"before")
    snapshot_in_background(checkpoints)
    checkpoints.append(b"after")
    assert everything(snapshots) == [b"after"]
    snapshots.lay_out()
    assert (layout.ministack / "dynamodb.json").read_text() == "state"


def test_failed_snapshot_keeps_the_whole_journal(layout: Layout) -> None:
    snapshots = Snapshots(layout)
    checkpoints = Checkpoints(snapshots, complaining)
    checkpoints.append(b"before")
    snapshot_in_background(checkpoints)
    checkpoints.append(b"after")
    checkpoints.now()
    assert everything(snapshots) == [b"before", b"after"]


def test_state_of_services_that_were_not_loaded_is_taken_over(layout: Layout) -> None:
    snapshots = Snapshots(layout)
    Checkpoints(snapshots, saving("state")).now()

    def save_nothing(_folder: Path) -> None:
        return

    Checkpoints(snapshots, save_nothing).now()
    snapshots.lay_out()
    assert (layout.ministack / "dynamodb.json").read_text() == "state"


def test_crash_between_snapshot_and_switch_replays_from_the_old_one(layout: Layout) -> None:
    snapshots = Snapshots(layout)
    checkpoints = Checkpoints(snapshots, saving("old"))
    checkpoints.now()
    checkpoints.append(b"later")
    snapshots.write(snapshots.current() + 5, saving("half"))
    again = Snapshots(layout)
    again.prune()
    again.lay_out()
    assert (layout.ministack / "dynamodb.json").read_text() == "old"
    assert everything(again) == [b"later"]


def test_every_start_writes_a_segment_of_its_own(layout: Layout) -> None:
    for record in (b"one", b"two", b"three"):
        Checkpoints(Snapshots(layout), saving("")).append(record)
    assert everything(Snapshots(layout)) == [b"one", b"two", b"three"]


def test_snapshot_is_due_once_the_journal_outgrows_its_limit(layout: Layout) -> None:
    checkpoints = Checkpoints(Snapshots(layout), saving(""), smallest_journal=100)
    checkpoints.append(b"x" * 50)
    assert not checkpoints.due()
    checkpoints.append(b"x" * 50)
    assert checkpoints.due()
    snapshot_in_background(checkpoints)
    assert not checkpoints.due()


def test_journal_may_grow_to_the_size_of_the_snapshot(layout: Layout) -> None:
    checkpoints = Checkpoints(Snapshots(layout), saving("x" * 1000), smallest_journal=100)
    checkpoints.append(b"x" * 200)
    snapshot_in_background(checkpoints)
    checkpoints.append(b"x" * 500)
    assert not checkpoints.due()
