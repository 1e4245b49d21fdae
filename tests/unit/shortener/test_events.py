from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shortener.domain.events import Recorder, cut_to_origin, device_class, salted, timestamp, utm
from shortener.domain.model import Origin, Visit

from tests.fakes.shortener_ports import FakeNow

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


def recorder(names: list[str] | None = None) -> Recorder:
    drawn = iter(names or ["w1"])
    return Recorder(lambda: ("salt a", "salt b"), FakeNow(1_772_000_000.25), lambda: next(drawn))


def visit(**changes: object) -> Visit:
    given_: dict[str, object] = {
        "code": "abcd",
        "source_ip": "203.0.113.7",
        "user_agent": PHONE,
        "referrer": "https://news.example.com/story?user=ada",
        "country": "DE",
        "query": {"utm_source": "mail", "utm_campaign": "spring", "token": "secret"},
        "correlation_id": "c-1",
    }
    return Visit(**{**given_, **changes})  # type: ignore[arg-type]


def test_click_tells_what_is_counted_and_nobodys_address() -> None:
    line = recorder().clicked(visit(), "L1").line
    click = json.loads(line)
    assert click == {
        "id": "w1-1",
        "at": "2026-02-25T06:13:20.250Z",
        "type": "link_clicked",
        "code": "abcd",
        "linkId": "L1",
        "referrer": "https://news.example.com",
        "country": "DE",
        "device": "mobile",
        "utm": {"source": "mail", "campaign": "spring"},
        "ip": salted("salt a", "203.0.113.7"),
        "userAgent": salted("salt b", PHONE),
        "correlationId": "c-1",
    }
    assert "203.0.113.7" not in line
    assert "secret" not in line


def test_events_of_one_environment_are_numbered_in_order() -> None:
    one = recorder()
    assert [one.clicked(visit(), "L").number for _ in range(3)] == [1, 2, 3]
    assert one.happened("link_created", Origin("c")).number == 4


def test_writers_name_is_drawn_at_the_first_event_and_not_before() -> None:
    drawn: list[str] = []

    def draw() -> str:
        drawn.append("w")
        return "w"

    one = Recorder(lambda: ("a", "b"), FakeNow(), draw)
    assert drawn == []
    one.clicked(visit(), "L")
    one.clicked(visit(), "L")
    assert drawn == ["w"]


def test_hash_depends_on_the_salt_and_hides_nothing_of_nobody() -> None:
    assert salted("a", "x") != salted("b", "x")
    assert salted("a", "") == ""


@pytest.mark.parametrize(
    ("referrer", "origin"),
    [
        ("", "direct"),
        ("https://Example.com/a/b?c=d#e", "https://example.com"),
        ("http://example.com:8080/a", "http://example.com:8080"),
        ("https://ada:pass@example.com/a", "https://example.com"),
        ("android-app://com.example", "unknown"),
        ("http://[broken", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_referrer_is_cut_to_its_origin(referrer: str, origin: str) -> None:
    assert cut_to_origin(referrer) == origin


@given(st.text())
def test_no_referrer_breaks_a_redirect(referrer: str) -> None:
    assert cut_to_origin(referrer)


def test_only_campaign_parameters_are_kept_and_not_at_any_length() -> None:
    assert utm({"utm_term": "x" * 500, "utm_id": "7", "q": "secret"}) == {"term": "x" * 128}


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (PHONE, "mobile"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148", "tablet"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120 Mobile Safari/537.36", "mobile"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X700) Chrome/120 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/121.0", "desktop"),
        ("Googlebot/2.1 (+http://www.google.com/bot.html)", "bot"),
        ("curl/8.5.0", "bot"),
        ("", "unknown"),
    ],
)
def test_device_class_is_told_by_the_user_agent(user_agent: str, device: str) -> None:
    assert device_class(user_agent) == device


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_timestamps_sort_as_time(ms: int) -> None:
    assert timestamp(ms / 1000) < timestamp((ms + 2) / 1000)
