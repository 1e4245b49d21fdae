from __future__ import annotations

import json

import pytest
from shortener.domain.errors import LinkGoneError, LinkNotFoundError, UnavailableError
from shortener.domain.events import Recorder
from shortener.domain.model import Destination, Visit
from shortener.domain.redirecting import FollowLink, HotCodes

from tests.fakes.shortener_ports import FakeDestinations, FakeNow, FakeOutbox

ACTIVE = Destination("L1", "https://example.com/a", active=True)


class Shortener:
    """The redirect on fakes."""

    def __init__(self, **links: Destination) -> None:
        self.now = FakeNow()
        self.destinations, self.outbox = FakeDestinations(**links), FakeOutbox()
        self.hot = HotCodes(self.destinations, self.now, size=2, max_age_s=10)
        recorder = Recorder(lambda: ("a", "b"), self.now)
        self.follow = FollowLink(self.hot, self.outbox, recorder, self.now)

    def get(self, code: str) -> str:
        return self.follow(Visit(code, "1.2.3.4", "agent", "", "", {}, "c"))


def test_code_leads_to_its_target_and_the_click_is_stored() -> None:
    shortener = Shortener(abcd=ACTIVE)
    assert shortener.get("abcd") == "https://example.com/a"
    assert [json.loads(event.line)["linkId"] for event in shortener.outbox.events] == ["L1"]


def test_redirect_is_one_read_and_one_write_then_only_a_write() -> None:
    shortener = Shortener(abcd=ACTIVE)
    for _ in range(5):
        shortener.get("abcd")
    assert shortener.destinations.reads == 1
    assert len(shortener.outbox.events) == 5


def test_unknown_code_is_not_found_and_not_counted() -> None:
    shortener = Shortener()
    with pytest.raises(LinkNotFoundError):
        shortener.get("abcd")
    assert shortener.outbox.events == []


def test_code_that_no_link_can_have_costs_no_read() -> None:
    shortener = Shortener()
    with pytest.raises(LinkNotFoundError):
        shortener.get("favicon.ico")
    assert shortener.destinations.reads == 0


def test_link_works_the_moment_it_is_created() -> None:
    shortener = Shortener()
    with pytest.raises(LinkNotFoundError):
        shortener.get("abcd")
    shortener.destinations.by_code["abcd"] = ACTIVE
    assert shortener.get("abcd") == ACTIVE.target


def test_disabled_link_is_gone_and_works_the_moment_it_is_enabled() -> None:
    shortener = Shortener(abcd=Destination("L1", "https://example.com/a", active=False))
    with pytest.raises(LinkGoneError, match="disabled"):
        shortener.get("abcd")
    shortener.destinations.by_code["abcd"] = ACTIVE
    assert shortener.get("abcd") == ACTIVE.target


def test_link_expires_on_time_even_from_the_cache() -> None:
    shortener = Shortener()
    shortener.destinations.by_code["abcd"] = Destination("L1", "https://e.com", True, shortener.now.now + 5)
    shortener.get("abcd")
    shortener.now.now += 5
    with pytest.raises(LinkGoneError, match="expired"):
        shortener.get("abcd")


def test_change_is_seen_when_the_remembered_code_is_old() -> None:
    shortener = Shortener(abcd=ACTIVE)
    shortener.get("abcd")
    shortener.destinations.by_code["abcd"] = Destination("L1", "https://example.com/b", active=True)
    shortener.now.now += 9.9
    assert shortener.get("abcd") == "https://example.com/a"
    shortener.now.now += 0.1
    assert shortener.get("abcd") == "https://example.com/b"


def test_only_so_many_codes_are_remembered() -> None:
    shortener = Shortener(aaaa=ACTIVE, bbbb=ACTIVE, cccc=ACTIVE)
    for code in ("aaaa", "bbbb", "cccc", "bbbb", "cccc"):
        shortener.get(code)
    assert shortener.destinations.reads == 3
    shortener.get("aaaa")
    assert shortener.destinations.reads == 4


def test_target_is_not_given_away_when_the_click_cannot_be_stored() -> None:
    shortener = Shortener(abcd=ACTIVE)
    shortener.outbox.failure = UnavailableError("the table is down")
    with pytest.raises(UnavailableError):
        shortener.get("abcd")
