"""Two people talk on chat's page, each in a browser window of their own."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from tests.browser.accessibility import faults, tab_stops
from tests.browser.devtools import Browser, Window
from tests.parity.chat_system import ChatSystem
from tests.parity.running_system import must_be_started

pytestmark = pytest.mark.slow

PASSWORD = "umbrella-in-the-hall"


@dataclass(frozen=True)
class Person:
    """Somebody at a window."""

    name: str
    window: Window

    def opens(self, who: str) -> None:
        """A conversation of the list, by what it is called."""
        found = f"[...document.querySelectorAll('.conversation')].find(one => one.textContent.includes('{who}'))"
        self.window.waits_for(found)
        self.window.run(f"{found}.click()")
        self.window.sees(who, "#thread-name")
        self.window.waits_for("document.getElementById('log').getAttribute('aria-live') === 'polite'")

    def says(self, text: str) -> None:
        self.window.click("#text")
        self.window.type(text)
        self.window.press("Enter")

    def reads(self, text: str, within_s: float = 20.0) -> None:
        self.window.sees(text, "#messages", within_s)

    def unread(self) -> str:
        return self.window.text(".unread").split()[0] if self.window.text(".unread") else ""


@dataclass(frozen=True)
class Two:
    """Two new people; the first has begun a conversation with the second."""

    ada: Person
    grace: Person

    def direct_id(self) -> str:
        """Of their conversation."""
        mine = f"Visitor {self.grace.name[-4:]}"
        rows = "[...document.querySelectorAll('#conversations li')]"
        found = f"{rows}.find(row => row.querySelector('.who').textContent === '{mine}').dataset.key"
        return str(self.ada.window.run(found))


def arrive(browser: Browser, url: str, width: int, height: int) -> Person:
    """Somebody new makes an account and is in."""
    window, name = browser.person(width, height), f"p{uuid.uuid4().hex[:12]}"
    window.visit(url)
    window.click("#other")
    window.fill("#name", name)
    window.fill("#displayName", f"Visitor {name[-4:]}")
    window.fill("#password", PASSWORD)
    window.press("Enter")
    window.sees("Nothing yet")
    return Person(name, window)


@pytest.fixture(scope="module")
def two(browser: Browser, chat: ChatSystem) -> Iterator[Two]:
    url = f"{chat.system.parameter('public-url')}/"
    ada, grace = arrive(browser, url, 1280, 800), arrive(browser, url, 390, 844)
    ada.window.click("#new")
    ada.window.type(grace.name)
    ada.window.waits_for("document.querySelectorAll('#found input').length === 1")
    ada.window.press("Tab", " ")
    ada.window.click("#invite-go")
    ada.window.sees(f"Visitor {grace.name[-4:]}", "#thread-name")
    yield Two(ada, grace)
    for person in (ada, grace):
        refused = [one for one in person.window.complaints if "Content Security Policy" in one or "Error:" in one]
        person.window.close()
        assert refused == []


def test_message_is_seen_live_by_the_other_and_counted_until_it_is_read(two: Two) -> None:
    ada, grace = two.ada, two.grace
    said = time.monotonic()
    ada.says("Do you hear me?\nIt rains.")
    grace.window.sees("Do you hear me?", "#conversations")
    assert time.monotonic() - said < 5
    assert grace.unread() == "1"
    assert grace.window.run("document.title") == "(1) Chat"

    grace.opens(f"Visitor {ada.name[-4:]}")
    grace.reads("Do you hear me?\nIt rains.")
    ada.window.sees("Seen", ".message.is-mine:last-child .mark")
    assert grace.window.run("document.title") == "Chat"


def test_other_sees_that_somebody_types_until_the_message_comes(two: Two) -> None:
    ada, grace = two.ada, two.grace
    grace.window.click("#text")
    grace.window.type("Loud and clear")
    ada.window.sees("is typing", "#typing")
    grace.window.press("Enter")
    ada.reads("Loud and clear")
    ada.window.sees_no("is typing", "#typing", within_s=1)


def test_text_is_text_whatever_it_looks_like(two: Two) -> None:
    text = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> &amp; {{7*7}}"
    two.ada.says(text)
    two.grace.reads(text)
    assert two.grace.window.run("document.querySelectorAll('#messages img, #messages b').length") == 0
    assert "owned" not in two.grace.window.run("document.title")


def test_conversation_goes_on_after_the_server_is_gone_and_back(two: Two, chat: ChatSystem) -> None:
    if not must_be_started("chat"):
        pytest.skip("only a system that this session started is killed")
    ada, grace = two.ada, two.grace
    known = len(ada.window.run("[...document.querySelectorAll('.message')].map(one => one.dataset.key)"))
    status = f"{chat.system.url}/_terrarium/status"
    process = requests.get(status, timeout=30).json()["process"]
    os.kill(process, signal.SIGKILL)
    ada.window.sees("Connecting", "#connection")
    ada.says("Said to nobody yet")
    ada.window.sees("Sending", "#messages")

    ada.window.sees_no("Sending", "#messages", within_s=60)
    grace.reads("Said to nobody yet", within_s=60)
    grace.says("Here again")
    ada.reads("Here again")
    ada.window.waits_for("document.getElementById('connection').hidden")
    for person in (ada, grace):
        keys = person.window.run("[...document.querySelectorAll('.message')].map(one => one.dataset.key)")
        assert len(keys) == len(set(keys)) == known + 2
        assert person.window.text("#messages").count("Said to nobody yet") == 1
    assert requests.get(status, timeout=30).json()["process"] != process


def test_reload_keeps_who_is_signed_in_and_signing_out_forgets(two: Two) -> None:
    grace = two.grace.window
    grace.reload()
    grace.sees("Loud and clear", "#messages")
    # The access token is nowhere but in memory.
    kept = grace.run("Object.keys({...sessionStorage, ...localStorage})")
    assert sorted(kept) == ["chat.refreshToken", "chat.tab"]
    grace.click("#back")
    grace.click("#sign-out")
    grace.sees("Sign in to chat")
    assert grace.run("Object.keys(sessionStorage)") == ["chat.tab"]
    grace.reload()
    grace.fill("#name", two.grace.name)
    grace.fill("#password", "not the password")
    grace.press("Enter")
    grace.sees("Name or password is wrong", "#door-error")
    grace.fill("#password", PASSWORD)
    grace.press("Enter")
    grace.sees("Conversations")


def test_duplicated_tab_does_not_end_the_session_of_the_first(two: Two, browser: Browser) -> None:
    ada = two.ada.window
    browser.copy_of(ada).sees("Sign in to chat")
    ada.reload()
    ada.sees("Conversations")


def test_who_is_offline_is_told_and_what_they_write_goes_out_later(two: Two) -> None:
    ada, grace = two.ada, two.grace
    for person, other in ((ada, grace), (grace, ada)):
        person.opens(f"Visitor {other.name[-4:]}")
    ada.window.go_offline()
    ada.window.sees("You are offline", "#connection")
    ada.says("Written in a tunnel")
    ada.window.sees("Sending", "#messages")
    ada.window.go_offline(False)
    grace.reads("Written in a tunnel")
    ada.window.sees_no("Sending", "#messages")


def test_group_is_begun_named_left_and_joined_again(two: Two, browser: Browser, chat: ChatSystem) -> None:
    ada, grace = two.ada.window, two.grace.window
    alan = arrive(browser, f"{chat.system.parameter('public-url')}/", 1280, 800)
    name = f"Tea {uuid.uuid4().hex[:6]}"
    ada.click("#new")
    for person in (two.grace, alan):
        choose(ada, person)
    ada.click("#invite-go")
    ada.sees("Give the group a name", "#invite-error")
    ada.fill("#group-name", name)
    ada.press("Enter")
    ada.sees(name, "#thread-name")
    two.ada.says("Earl Grey?")
    grace.sees(name, "#conversations")
    alan.window.sees("Earl Grey?", "#conversations")
    alan.opens(name)
    alan.window.click("#about")
    alan.window.sees("(you)", "#members")
    alan.window.click("#leave")
    alan.window.sees("Nothing yet")

    ada.click("#about")
    ada.click("#add")
    choose(ada, alan)
    ada.click("#invite-go")
    alan.window.sees(name, "#conversations")
    alan.window.close()


def choose(window: Window, person: Person) -> None:
    """Find somebody in the dialog, and tick them."""
    window.fill("#search", person.name)
    window.waits_for(f"document.querySelector('#found li:last-child .optional')?.textContent === '{person.name}'")
    window.click("#found li:last-child input")


def test_everybody_can_use_the_page(two: Two, browser: Browser, chat: ChatSystem) -> None:
    two.ada.says("long" * 100)
    ada = two.ada.window
    assert faults(ada) == []
    assert ada.run("document.documentElement.scrollHeight <= innerHeight"), "the page scrolls besides its lists"
    stops = tab_stops(ada)
    assert stops[:3] == ["Skip to messages", "Sign out", "New"]
    assert any(stop.startswith("Message to") for stop in stops)
    ada.click("#new")
    assert faults(ada) == []
    ada.press("Escape")
    assert ada.has_focus("#new")
    door = browser.person()
    door.visit(f"{chat.system.parameter('public-url')}/")
    door.sees("Sign in to chat")
    assert faults(door) == []
    assert tab_stops(door) == ["Name", "Password", "Sign in", "Create an account"]
    door.close()


def test_keyboard_alone_signs_in_and_talks(two: Two, browser: Browser, chat: ChatSystem) -> None:
    window = browser.person()
    window.visit(f"{chat.system.parameter('public-url')}/")
    window.sees("Sign in to chat")
    window.tab_to("#name")
    window.type(two.grace.name)
    window.press("Tab")
    window.type(PASSWORD)
    window.press("Enter")
    window.sees(f"Visitor {two.ada.name[-4:]}", "#conversations")
    window.tab_to(f"#conversations li[data-key='{two.direct_id()}'] a")
    window.press("Enter")
    window.waits_for("document.activeElement.id === 'text'")
    window.type("Only keys")
    window.press("Enter")
    two.ada.window.sees("Only keys", "#conversations")
    window.close()
