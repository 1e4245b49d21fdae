"""Which queue or other thing a person means, and how queues are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.cli.queues import age, choose, row
from emulator.cli.redrive import one_queue, route_of
from emulator.cli.running_stacks import RunningStack
from emulator.cli.send import content, letter, one_place, refuse_others
from emulator.cloud.inventory import Place
from emulator.cloud.queue_survey import Queue
from emulator.errors import UsageError

HOST = "http://127.0.0.1:4566/000000000000"


def queue(name: str, depth: int = 0, dead: str | None = None) -> Queue:
    prefix = "arn:aws:sqs:us-east-1:000000000000:"
    return Queue(name, f"{HOST}/{name}", prefix + name, depth, 0, 0, prefix + dead if dead else None)


DEAD, WORK, OTHER, PRIVATE = (
    queue("shop-dead", 2),
    queue("shop-work", 1, "shop-dead"),
    queue("depot-work", 0, "gone"),
    queue("terrarium-shop-Worker-async"),
)
QUEUES = [OTHER, DEAD, WORK, PRIVATE, queue("somebody-elses")]
SHOP = RunningStack(
    "shop",
    "shop",
    {
        "Work": "http://sqs.localhost:4566/000000000000/shop-work",
        "Dead": DEAD.url,
        "Events": "shop-events",
        "Files": "shop-files",
    },
)
DEPOT = RunningStack("depot", "depot", {"Work": OTHER.url})
PLACES = [
    Place("queue", "shop-work", WORK.url),
    Place("queue", "depot-work", OTHER.url),
    Place("bus", "shop-events", "shop-events"),
    Place("bucket", "shop-files", "shop-files"),
    Place("topic", "news", "arn:aws:sns:us-east-1:000000000000:news"),
    Place("bucket", "news", "news"),
]


def test_queues_of_running_stacks_are_shown_and_private_ones_only_when_asked_for() -> None:
    assert choose(QUEUES, [SHOP, DEPOT], private=False) == [DEAD, WORK, OTHER]
    assert choose(QUEUES, [SHOP], private=True) == [DEAD, WORK, PRIVATE]


def test_row_names_queue_and_dead_letter_queue_as_the_template_does() -> None:
    shown = row(WORK, QUEUES, [SHOP], 3.14159)
    assert (shown.stack, shown.logical_id, shown.oldest_age_s) == ("shop", "Work", 3.1)
    assert (shown.dead_letter_queue, shown.dead_letter_depth) == ("Dead", 2)


def test_dead_letter_queue_that_is_gone_has_a_name_and_no_depth() -> None:
    shown = row(OTHER, QUEUES, [DEPOT], None)
    assert (shown.dead_letter_queue, shown.dead_letter_depth) == ("gone", None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (0.4, "0s"), (59, "59s"), (200, "3m 20s"), (7500, "2h 5m"), (356_400, "4d 3h")],
)
def test_age_is_short(seconds: float | None, text: str) -> None:
    assert age(seconds) == text


@pytest.mark.parametrize("text", ["Dead", "shop-dead", DEAD.arn, DEAD.url])
def test_queue_is_found_by_logical_id_name_arn_and_url(text: str) -> None:
    assert one_queue(text, QUEUES, [SHOP]) == DEAD


def test_queue_that_several_stacks_have_is_asked_for() -> None:
    with pytest.raises(UsageError, match="Several queues"):
        one_queue("Work", QUEUES, [SHOP, DEPOT])


def test_queue_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(UsageError) as raised:
        one_queue("Wrok", QUEUES, [SHOP])
    assert "Work" in raised.value.sentence()


def test_redrive_may_name_either_end() -> None:
    assert route_of(DEAD, QUEUES) == route_of(WORK, QUEUES)
    assert route_of(WORK, QUEUES).sources == [WORK]


def test_naming_one_of_several_sources_leaves_the_others_messages() -> None:
    assert route_of(WORK, [*QUEUES, queue("more", 0, "shop-dead")]).others


@pytest.mark.parametrize(("named", "said"), [(OTHER, "is gone"), (PRIVATE, "no dead-letter queue")])
def test_queue_without_dead_letters_cannot_be_redriven(named: Queue, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        route_of(named, QUEUES)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Work", "queue"),
        ("Events", "bus"),
        ("shop-files", "bucket"),
        (WORK.arn, "queue"),
        ("arn:aws:events:us-east-1:000000000000:event-bus/shop-events", "bus"),
        ("arn:aws:s3:::news", "bucket"),
        ("arn:aws:sns:us-east-1:000000000000:news", "topic"),
        ("https://sqs.us-east-1.amazonaws.com/000000000000/shop-work", "queue"),
    ],
)
def test_target_is_found_by_logical_id_name_arn_and_url(text: str, kind: str) -> None:
    assert one_place(text, PLACES, [SHOP]).kind == kind


@pytest.mark.parametrize(("text", "stacks"), [("news", [SHOP]), ("Work", [SHOP, DEPOT])])
def test_target_that_could_be_several_things_is_asked_for(text: str, stacks: list[RunningStack]) -> None:
    with pytest.raises(UsageError, match="Several things"):
        one_place(text, PLACES, stacks)


def test_target_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(UsageError) as raised:
        one_place("Nothing", PLACES, [SHOP])
    assert "Work (queue), Events (bus), Files (bucket)" in raised.value.sentence()


def test_option_that_would_be_lost_is_refused() -> None:
    with pytest.raises(UsageError, match="--detail-type"):
        refuse_others(PLACES[0], {"detail_type": "x", "group": "g"})


def test_event_is_a_file_or_the_text_itself(tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"\xffcat")
    assert content(str(tmp_path / "cat.jpg")) == (b"\xffcat", "cat.jpg")
    assert content('{"a": 1}') == (b'{"a": 1}', None)
    assert content("x" * 5000) == (b"x" * 5000, None)
    with pytest.raises(UsageError, match="no such file"):
        content("odrer.json")


def test_object_gets_its_key_from_the_file_and_its_type_from_the_key() -> None:
    made = letter(PLACES[3], b"cat", "cat.jpg", {"attribute": ("owner=ada",)})
    assert (made.key, made.content_type, dict(made.attributes)) == ("cat.jpg", "image/jpeg", {"owner": "ada"})
    assert letter(PLACES[3], b"cat", "cat.jpg", {"key": "a.txt", "content_type": "x/y"}).content_type == "x/y"


@pytest.mark.parametrize(
    ("place", "body", "given", "said"),
    [
        (PLACES[3], b"cat", {}, "needs a key"),
        (PLACES[0], b"\xff", {}, "takes text"),
        (PLACES[0], b"", {}, "no empty message"),
        (PLACES[2], b"hello", {}, "JSON object"),
        (Place("queue", "a.fifo", f"{HOST}/a.fifo"), b"hello", {}, "message group"),
        (PLACES[0], b"hello", {"attribute": ("colour",)}, "attribute needs a name and a value"),
    ],
)
def test_what_the_target_could_not_take_is_refused(place: Place, body: bytes, given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        letter(place, body, None, given)
