from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from shortener.domain import codes, targets
from shortener.domain.counting import CountClicks, Received
from shortener.domain.events import Recorder
from shortener.domain.model import Event, Visit
from shortener.web.models import CreateLink

from seed.shortener import clicks, data
from tests.fakes.shortener_ports import FakeArchive, FakeLedger, FakeNow

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
IDS = {link.code: f"id of {link.code}" for link in data.links()}


@pytest.fixture(scope="module")
def month() -> list[clicks.Click]:
    return list(clicks.month(data.traffic(), IDS, UNTIL))


def test_there_are_a_hundred_links_that_the_api_takes() -> None:
    links = data.links()
    assert len({link.code for link in links}) == 100
    for link in links:
        codes.chosen(link.code)
        targets.allowed(link.url, ())
        CreateLink.model_validate({"url": link.url, "code": link.code, "tags": list(link.tags)})
    assert {link.user_id for link in links} == {person.user_id for person in data.people()}


def test_link_of_the_first_example_works() -> None:
    (welcome,) = [link for link in data.links() if link.code == "welcome"]
    assert not welcome.disabled
    assert welcome.expires_in_days is None


def test_month_is_the_same_every_time(month: list[clicks.Click]) -> None:
    assert list(clicks.month(data.traffic(), IDS, UNTIL)) == month


def test_month_ends_the_day_before(month: list[clicks.Click]) -> None:
    days = [str(click.body["at"])[:10] for click in month]
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2026-01-30", "2026-02-28")


def test_click_looks_as_the_redirect_records_it(month: list[clicks.Click]) -> None:
    visit = Visit("abcd", "1.2.3.4", "agent", "", "DE", {"utm_source": "a"}, "c")
    real = Recorder(lambda: ("a", "b"), FakeNow()).clicked(visit, "L1")
    assert set(month[0].body) == set(json.loads(real.line))


def test_batch_has_each_writer_once_so_that_its_order_does_not_matter(month: list[clicks.Click]) -> None:
    for batch in clicks.batches(month):
        assert len({click.writer for click in batch}) == len(batch)
    for writer in {click.writer for click in month}:
        numbers = [click.number for click in month if click.writer == writer]
        assert numbers == list(range(1, len(numbers) + 1))


def test_processor_counts_the_whole_month(month: list[clicks.Click]) -> None:
    received = []
    for click in month:
        item = click.item(now=0)
        event = Event(item["PK"]["S"].removeprefix("EVENT#"), int(item["SK"]["S"]), item["event"]["S"])
        received.append(Received.of(item["SK"]["S"], event))
    ledger = FakeLedger()
    CountClicks(ledger, FakeArchive())(received)
    wanted = Counter(click.body["linkId"] for click in month)
    counted: Counter[str] = Counter()
    for (link, _), number in ledger.clicks.items():
        counted[link] += number
    assert counted == wanted
