"""The contract of the shortener's ports: fakes and tables must pass the same tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from shortener.adapters.aws_json import AwsJsonClient
from shortener.adapters.destination_table import TableDestinations
from shortener.adapters.event_bucket import BucketArchive
from shortener.adapters.event_outbox import TableOutbox
from shortener.adapters.link_table import EXPIRED_KEPT_S, TableLinks
from shortener.adapters.people_table import TablePeople
from shortener.adapters.sigv4 import Credentials
from shortener.adapters.statistics_table import TableLedger, TableStatistics
from shortener.domain.errors import (
    ChangedMeanwhileError,
    CodeTakenError,
    CountersFullError,
    KeyReusedError,
    UnavailableError,
)
from shortener.domain.model import Counts, Event, Link, State
from shortener.domain.ports import Answered
from shortener.domain.signing_in import Identity, Session

from tests.fakes.shortener_ports import FakeLedger, FakeLinks, FakeNow, FakePeople

THEN = datetime(2026, 2, 25, 6, 0, tzinfo=UTC)
LINK = Link("abcd", "L1", "https://example.com", "ada", THEN, THEN, THEN + timedelta(days=1), tags=("one", "two"))
KINDS = pytest.mark.parametrize("kind", ["fake", "table"])


def event(number: int) -> Event:
    return Event("w", number, "{}")


def client(account: Any) -> AwsJsonClient:
    keys = Credentials("test", "test")
    return AwsJsonClient(
        "dynamodb",
        "DynamoDB_20120810",
        "1.0",
        region="us-east-1",
        url=account.endpoint,
        keys=lambda: keys,
        timeout_s=10,
    )


@pytest.fixture
def links(kind: str, account: Any) -> Any:
    return FakeLinks() if kind == "fake" else TableLinks(client(account), account.table, FakeNow())


@pytest.fixture
def ledger(kind: str, account: Any) -> Any:
    return FakeLedger() if kind == "fake" else TableLedger(client(account), account.table, FakeNow())


@pytest.fixture
def people(kind: str, account: Any) -> Any:
    return FakePeople() if kind == "fake" else TablePeople(client(account), account.table, FakeNow())


@KINDS
def test_link_is_found_as_it_was_added(links: Any) -> None:
    links.add(LINK, event(1), None)
    assert links.find("abcd") == LINK
    assert links.find("none") is None


@KINDS
def test_link_that_never_expires_comes_back_so(links: Any) -> None:
    links.add(replace(LINK, expires_at=None, tags=()), event(1), None)
    assert links.find("abcd").expires_at is None


@KINDS
def test_code_is_given_once(links: Any) -> None:
    links.add(LINK, event(1), None)
    with pytest.raises(CodeTakenError):
        links.add(replace(LINK, link_id="L2"), event(2), None)
    assert links.find("abcd").link_id == "L1"


@KINDS
def test_key_is_answered_once_and_only_to_its_owner(links: Any) -> None:
    answered = Answered("k", "f", LINK)
    links.add(LINK, event(1), answered)
    assert links.answered("ada", "k") == answered
    assert links.answered("bob", "k") is None
    with pytest.raises(KeyReusedError):
        links.add(replace(LINK, code="efgh"), event(2), Answered("k", "g", LINK))
    assert links.find("efgh") is None


@KINDS
def test_change_wins_only_over_the_version_it_saw(links: Any) -> None:
    links.add(LINK, event(1), None)
    links.replace(replace(LINK, state=State.DISABLED, version=2), 1, event(2))
    with pytest.raises(ChangedMeanwhileError):
        links.replace(replace(LINK, version=2), 1, event(3))
    assert links.find("abcd").state is State.DISABLED


@KINDS
def test_change_of_a_code_that_was_deleted_and_taken_again_is_refused(links: Any) -> None:
    links.add(LINK, event(1), None)
    links.remove(LINK, event(2))
    links.add(replace(LINK, link_id="L2", owner="bob"), event(3), None)
    with pytest.raises(ChangedMeanwhileError):
        links.replace(replace(LINK, version=2), 1, event(4))
    with pytest.raises(ChangedMeanwhileError):
        links.remove(LINK, event(5))


@KINDS
def test_removed_link_is_gone(links: Any) -> None:
    links.add(LINK, event(1), None)
    links.remove(LINK, event(2))
    assert links.find("abcd") is None


@KINDS
def test_pages_hold_own_links_newest_first(links: Any) -> None:
    for number in range(5):
        moment = THEN + timedelta(microseconds=number)
        links.add(replace(LINK, code=f"code{number}", created_at=moment), event(number), None)
    links.add(replace(LINK, code="bobs", owner="bob"), event(9), None)
    first = links.owned_by("ada", 3, None)
    second = links.owned_by("ada", 3, first.position)
    assert [link.code for link in (*first.links, *second.links)] == ["code4", "code3", "code2", "code1", "code0"]
    assert second.position is None


@KINDS
def test_counting_moves_the_writers_and_the_counters(ledger: Any) -> None:
    ledger.count("lane", {}, {"w": 5, "v": 2}, {("L1", "2026-02"): Counts(3)})
    ledger.count("lane", {"w": 5}, {"w": 9}, {})
    assert ledger.counted("lane", ["w", "v", "x"]) == {"w": 9, "v": 2}


@KINDS
def test_counting_from_a_place_that_is_left_behind_changes_nothing(ledger: Any) -> None:
    ledger.count("lane", {}, {"w": 5}, {})
    for seen in ({}, {"w": 4}):
        with pytest.raises(ChangedMeanwhileError):
            ledger.count("lane", seen, {"w": 7}, {("L1", "2026-02"): Counts(3)})
    assert ledger.counted("lane", ["w"]) == {"w": 5}


@KINDS
def test_writers_of_one_group_do_not_stand_in_each_others_way(ledger: Any) -> None:
    ledger.count("lane", {}, {"g-w": 5}, {})
    ledger.count("lane", {}, {"g-v": 2, "h-v": 1}, {})
    ledger.count("lane", {"g-w": 5, "h-v": 1}, {"g-w": 6, "h-v": 3}, {})
    assert ledger.counted("lane", ["g-w", "g-v", "h-v", "g-x"]) == {"g-w": 6, "g-v": 2, "h-v": 3}
    with pytest.raises(ChangedMeanwhileError):
        ledger.count("lane", {"g-v": 2, "g-w": 5}, {"g-v": 3, "g-w": 7}, {})
    assert ledger.counted("lane", ["g-v"]) == {"g-v": 2}


@KINDS
def test_lanes_keep_places_of_their_own(ledger: Any) -> None:
    ledger.count("one", {}, {"w": 5}, {})
    assert (ledger.counted("one", ["w"]), ledger.counted("two", ["w"])) == ({"w": 5}, {})
    ledger.count("two", {}, {"w": 2}, {})
    assert (ledger.counted("one", ["w"]), ledger.counted("two", ["w"])) == ({"w": 5}, {"w": 2})


@KINDS
def test_largest_crowd_of_one_group_fits_one_transaction(ledger: Any) -> None:
    names = [f"20260225062-{number:016d}" for number in range(75)]
    ledger.count("lane", {}, dict.fromkeys(names, 1), {})
    ledger.count("lane", dict.fromkeys(names, 1), dict.fromkeys(names, 2), {})
    assert ledger.counted("lane", names) == dict.fromkeys(names, 2)


@KINDS
def test_more_writers_than_one_read_takes_are_found(ledger: Any) -> None:
    names = [f"w{number}" for number in range(150)]
    # Ten at a time, which every DynamoDB takes in one transaction.
    for start in range(0, 150, 10):
        ledger.count("lane", {}, dict.fromkeys(names[start : start + 10], 1), {})
    assert len(ledger.counted("lane", names)) == 150


@KINDS
def test_person_is_created_once_and_keeps_a_role(people: Any) -> None:
    identity = Identity("https://idp", "ada", "ada@example.com", "Ada")
    session = Session("s1", identity.user_id, "f1", 2_000_000_000)
    assert people.signed_in(identity, session, event(1)).role == "user"
    assert people.signed_in(identity, replace(session, session_id="s2"), event(2)).role == "user"
    assert people.caller(identity.user_id).user_id == identity.user_id
    assert people.caller("nobody") is None


@KINDS
def test_person_whose_provider_tells_less_signs_in(people: Any) -> None:
    for email in ("ada@example.com", ""):
        identity = Identity("https://idp", "ada", email)
        assert people.signed_in(identity, Session("s1", identity.user_id, "f1", 2_000_000_000), event(1)).role == "user"


@KINDS
def test_session_moves_on_only_from_the_token_it_knows(people: Any) -> None:
    session = Session("s1", "u", "f1", 2_000_000_000)
    people.signed_in(Identity("i", "s"), session, event(1))
    people.rotate(replace(session, fingerprint="f2"), "f1")
    with pytest.raises(ChangedMeanwhileError):
        people.rotate(replace(session, fingerprint="f3"), "f1")
    assert people.session("s1").fingerprint == "f2"
    people.end("s1")
    assert people.session("s1") is None
    with pytest.raises(ChangedMeanwhileError):
        people.rotate(session, "f2")


def test_statistics_read_what_the_ledger_counted(account: Any) -> None:
    ledger = TableLedger(client(account), account.table, FakeNow())
    february = Counts(3, {"2026-02-25": 3}, {"https://a.example": 2, "direct": 1}, {"DE": 3}, {"bot": 3})
    ledger.count("lane", {}, {"w": 1}, {("L1", "2026-02"): february, ("L2", "2026-02"): february})
    ledger.count(
        "lane", {"w": 1}, {"w": 2}, {("L1", "2026-02"): february, ("L1", "2026-03"): Counts(1, {"2026-03-01": 1})}
    )
    assert TableStatistics(client(account), account.table).read("L1") == Counts(
        7, {"2026-02-25": 6, "2026-03-01": 1}, {"https://a.example": 4, "direct": 2}, {"DE": 6}, {"bot": 6}
    )
    assert TableStatistics(client(account), account.table).read("none") == Counts()


def test_full_counters_are_told_from_other_failures_and_read_with_their_overflow(account: Any) -> None:
    filler = {"PK": {"S": "STATS#L1"}, "SK": {"S": "2026-02"}, "clicks": {"N": "5"}, "x": {"S": "x" * 409_400}}
    account.client("dynamodb").put_item(TableName=account.table, Item=filler)
    ledger = TableLedger(client(account), account.table, FakeNow())
    flood = Counts(300, {"2026-02-25": 300}, {f"https://{number:0200}.example": 1 for number in range(100)})
    with pytest.raises(CountersFullError):
        ledger.count("lane", {}, {"w": 1}, {("L1", "2026-02"): flood})
    ledger.count("lane", {}, {"w": 1}, {("L1", "2026-02#more"): replace(flood, referrers={"other": 300})})
    found = TableStatistics(client(account), account.table).read("L1")
    assert (found.clicks, found.days, found.referrers) == (305, {"2026-02-25": 300}, {"other": 300})


def test_redirect_finds_what_the_api_wrote(account: Any) -> None:
    TableLinks(client(account), account.table, FakeNow()).add(LINK, event(1), None)
    found = TableDestinations(client(account), account.table).find("abcd")
    assert found is not None
    assert LINK.expires_at is not None
    assert (found.link_id, found.target, found.active) == ("L1", LINK.target, True)
    assert found.expires_at == LINK.expires_at.timestamp()


def test_expired_link_is_deleted_only_a_month_later(account: Any) -> None:
    TableLinks(client(account), account.table, FakeNow()).add(LINK, event(1), None)
    key = {"PK": {"S": "LINK#abcd"}, "SK": {"S": "LINK"}}
    item = account.client("dynamodb").get_item(TableName=account.table, Key=key)["Item"]
    assert int(item["ttl"]["N"]) == int(item["expiresAt"]["N"]) + EXPIRED_KEPT_S


def test_event_is_stored_with_every_write_and_not_with_a_refused_one(account: Any) -> None:
    links = TableLinks(client(account), account.table, FakeNow())
    links.add(LINK, event(1), None)
    with pytest.raises(CodeTakenError):
        links.add(LINK, event(2), None)
    numbers = [record["dynamodb"]["Keys"]["SK"]["S"] for record in account.stream() if is_event(record)]
    assert numbers == [f"{1:012d}"]


def test_events_of_a_writer_stay_in_order_in_the_stream(account: Any) -> None:
    outbox = TableOutbox(client(account), account.table, FakeNow())
    for number in range(1, 21):
        outbox.add(event(number))
    numbers = [int(record["dynamodb"]["Keys"]["SK"]["S"]) for record in account.stream()]
    assert numbers == list(range(1, 21))


def test_archive_writes_lines_that_replace_their_like(account: Any) -> None:
    archive = BucketArchive(account.bucket, lambda: account.client("s3"))
    for _ in range(2):
        archive.write("link_clicked/dt=2026-02-25/hour=06", "w-1", ['{"a":1}', '{"b":2}'])
    listed = account.client("s3").list_objects_v2(Bucket=account.bucket)["Contents"]
    assert [one["Key"] for one in listed] == ["link_clicked/dt=2026-02-25/hour=06/w-1.jsonl"]
    body = account.client("s3").get_object(Bucket=account.bucket, Key=listed[0]["Key"])["Body"].read()
    assert body == b'{"a":1}\n{"b":2}\n'


def test_table_that_is_not_there_is_unavailable(account: Any) -> None:
    gone = client(account)
    for attempt in (
        lambda: TableOutbox(gone, "none-such", FakeNow()).add(event(1)),
        lambda: TableDestinations(gone, "none-such").find("abcd"),
        lambda: TableLinks(gone, "none-such", FakeNow()).find("abcd"),
        lambda: TableLinks(gone, "none-such", FakeNow()).add(LINK, event(1), None),
        lambda: TableLedger(gone, "none-such", FakeNow()).count("lane", {}, {"w": 1}, {}),
        lambda: TableStatistics(gone, "none-such").read("L1"),
        lambda: BucketArchive("none-such", lambda: account.client("s3")).write("a", "b", ["c"]),
    ):
        with pytest.raises(UnavailableError):
            attempt()


def is_event(record: dict[str, Any]) -> bool:
    return bool(record["dynamodb"]["Keys"]["PK"]["S"].startswith("EVENT#"))
