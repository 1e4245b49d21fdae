"""`terrarium send`, `queues` and `redrive` against a system that runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.terrarium_command import Terrarium, aws
from tests.fakes.waiting import wait_for


def queues(terrarium: Terrarium) -> dict[str, Any]:
    listed = json.loads(terrarium.run("queues", "--json").stdout)
    return {one["logical_id"]: one for one in listed}


def test_letter_is_sent_dies_is_seen_and_is_taken_back(terrarium: Terrarium, tmp_path: Path) -> None:
    shutil.copytree(APPLICATIONS / "mailroom", tmp_path / "mailroom")
    up = terrarium.up(tmp_path / "mailroom" / "template.yaml")
    assert up.returncode == 0, up.stdout + up.stderr
    sqs = aws("sqs", terrarium.status()["backend"]["endpoint"])
    letters = terrarium.system("mailroom")["resources"]["Letters"]

    sent = terrarium.run("send", "Letters", '{"to": "ada"}', "--attribute", "stamp=red")
    assert sent.stdout.startswith("queue mailroom-Letters: message id "), sent.stderr
    assert queues(terrarium)["Letters"]["depth"] == 1

    def dead() -> bool:
        sqs.receive_message(QueueUrl=letters)
        return bool(queues(terrarium)["Letters"]["dead_letter_depth"])

    assert wait_for(dead)
    shown = terrarium.run("queues").stdout
    assert "DeadLetters (1)" in shown
    assert "terrarium-" not in shown

    moved = terrarium.run("redrive", "DeadLetters")
    assert (moved.returncode, moved.stdout.split(" to ")[0]) == (0, "1 message moved from mailroom-DeadLetters")
    (message,) = sqs.receive_message(QueueUrl=letters, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"to": "ada"}
    assert message["MessageAttributes"]["stamp"]["StringValue"] == "red"
    assert terrarium.run("redrive", "Notices").returncode == 1

    (tmp_path / "parcel.txt").write_text("socks")
    for arguments, said in (
        (("Notices", "hello", "--subject", "News"), "topic mailroom-Notices: message id "),
        (("Happenings", '{"what": "rain"}', "--detail-type", "Weather"), "bus mailroom-happenings: event id "),
        (("Parcels", str(tmp_path / "parcel.txt")), "bucket mailroom-parcels"),
    ):
        done = terrarium.run("send", *arguments)
        assert done.stdout.startswith(said), done.stdout + done.stderr
    nowhere = terrarium.run("send", "Nowhere", "hello")
    assert nowhere.returncode == 1
    assert "Letters (queue)" in nowhere.stderr
