"""The shortener's page in a real browser, at the address where people find it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.browser.accessibility import faults, tab_stops
from tests.browser.devtools import Browser, Window
from tests.parity.conftest import Shortener

pytestmark = pytest.mark.slow

_KEPT = "JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"


@pytest.fixture
def window(browser: Browser, shortener: Shortener) -> Iterator[Window]:
    """On the page, not signed in; at the end nothing the page did was refused by its own policy."""
    opened = browser.person()
    opened.visit(f"{shortener.public_url}/")
    opened.sees("Use this token")
    yield opened
    assert [one for one in opened.complaints if "Content Security Policy" in one or "Error:" in one] == []
    opened.close()


@pytest.fixture
def owner(window: Window, shortener: Shortener) -> str:
    """Somebody new, whose token was pasted."""
    user = f"user-{uuid.uuid4().hex[:12]}"
    window.fill("#token", shortener.token(user))
    window.click("#token-form [type=submit]")
    window.sees("None yet")
    return user


def test_front_page_of_the_api_leads_to_the_page(shortener: Shortener) -> None:
    answer = shortener.call("GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (302, f"{shortener.public_url}/index.html")
    assert "Short links" in requests.get(answer.headers["location"], timeout=30).text


def test_page_is_found_again_without_asking_the_bucket(shortener: Shortener) -> None:
    answers = [requests.get(f"{shortener.public_url}/style.css", timeout=30) for _ in range(2)]
    assert answers[1].headers["x-cache"] == "Hit from cloudfront"
    assert answers[1].text == answers[0].text
    assert "frame-ancestors 'none'" in answers[1].headers["content-security-policy"]


def test_keyboard_alone_makes_a_link_and_reads_its_statistics(window: Window, shortener: Shortener) -> None:
    user, code = f"user-{uuid.uuid4().hex[:12]}", f"key-{uuid.uuid4().hex[:8]}"
    window.tab_to("#token")
    window.type(shortener.token(user))
    window.press("Tab", "Enter")
    window.sees("None yet")
    assert window.has_focus("#create-title")

    window.tab_to("#url")
    window.type("https://example.com/a/long/way")
    window.tab_to("#code")
    window.type(code)
    window.tab_to("#tags")
    window.type("tea, coffee")
    window.press("Enter")
    window.sees(code, "#links")
    window.sees("is ready", "#announcement")
    assert window.has_focus("#url")
    assert window.text(".target") == "https://example.com/a/long/way"
    assert window.text(".tags").split() == ["tea", "coffee"]

    short = window.run("document.querySelector('.short').href")
    # Here a visitor may say where it is; on AWS CloudFront knows better.
    germany = {"cloudfront-viewer-country": "DE"}
    followed = requests.get(short, headers=germany, timeout=30, allow_redirects=False)
    assert (followed.status_code, followed.headers["location"]) == (302, "https://example.com/a/long/way")

    def counted() -> bool:
        return bool(shortener.call("GET", f"/links/{code}/stats", user).json()["total"] == 1)

    window.waits_until(counted)
    window.tab_to("[data-do=statistics]")
    window.press("Enter")
    window.sees("1 click in all", ".statistics")
    if shortener.system.endpoint:
        assert "Germany" in window.text(".breakdowns")
    assert "1 clicks in these days" in window.run("document.querySelector('.chart svg').getAttribute('aria-label')")


def test_what_is_wrong_is_said_beside_the_field(window: Window, owner: str, shortener: Shortener) -> None:
    taken = shortener.create(owner)["code"]
    window.fill("#url", "not an address")
    window.fill("#code", "no spaces")
    window.press("Enter")
    window.sees("Enter a whole address", "#url-error")
    window.sees("Use 4 to 32", "#code-error")
    assert window.has_focus("#url[aria-invalid=true]")

    window.fill("#url", "https://example.com/")
    window.fill("#code", taken)
    window.press("Enter")
    window.sees("taken", "#code-error")
    window.fill("#url", f"{shortener.public_url}/{taken}")
    window.fill("#code", "")
    window.press("Enter")
    window.sees("Must not point back at the shortener", "#url-error")


def test_link_is_copied_disabled_enabled_and_deleted(window: Window, owner: str, shortener: Shortener) -> None:
    window.fill("#url", "https://example.com/")
    window.press("Enter")
    window.click("[data-do=copy]")
    window.sees("is copied", "#announcement")
    code = window.run("document.querySelector('.short').href").rpartition("/")[2]
    for state, word in (("disabled", "Disabled"), ("active", "Active")):
        window.click("[data-do=toggle]")
        window.sees(word, ".state")
        assert shortener.call("GET", f"/links/{code}", owner).json()["state"] == state
    window.click("[data-do=delete]")
    window.press("Escape")
    window.click("[data-do=delete]")
    window.click("#confirm [value=delete]")
    window.sees("None yet")
    assert shortener.call("GET", f"/links/{code}", owner).status_code == 404


def test_signing_in_with_google_survives_a_reload_and_ends_with_signing_out(
    window: Window, shortener: Shortener
) -> None:
    if shortener.provider is None:
        pytest.skip("needs the OpenID provider that a session of its own brings")
    window.click("#google")
    window.sees("A new link")
    assert window.run("location.search") == ""
    tokens = window.run("sessionStorage.getItem('shortener.tokens')")
    window.reload()
    window.sees("A new link")
    # None was traded: a reload that interrupts another ends nothing.
    assert window.run("sessionStorage.getItem('shortener.tokens')") == tokens
    window.click("#sign-out")
    window.sees("Use this token")
    window.reload()
    window.sees("Use this token")


def test_token_that_is_refused_is_not_kept(window: Window) -> None:
    kept_at_first = window.run(_KEPT)
    window.fill("#token", "nonsense")
    window.press("Tab", "Enter")
    window.sees("does not accept this token", "#token-error")
    assert window.run(_KEPT) == kept_at_first


def test_everybody_can_use_the_page(window: Window, owner: str, shortener: Shortener) -> None:
    shortener.create(owner, url="https://example.com/" + "long/" * 60, tags=["a-tag-without-end-" * 3])
    window.reload()
    window.sees("Use this token")
    assert faults(window) == []
    assert tab_stops(window)[0] == "Skip to content"
    window.fill("#token", shortener.token(owner))
    window.press("Tab", "Enter")
    window.click("[data-do=statistics]")
    window.sees("clicks in all")
    window.click("summary")
    assert faults(window) == []
    stops = tab_stops(window)
    assert {"Sign out", "Where it leads", "Shorten"} < set(stops)
