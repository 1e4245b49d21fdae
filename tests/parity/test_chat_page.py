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
from tests.parity.chat_system import ChatSystem, Somebody, somebody
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


def sign_in(window: Window, name: str) -> Person:
    """Somebody who has an account is in."""
    window.sees("Sign in to chat")
    window.fill("#name", name)
    window.fill("#password", PASSWORD)
    window.press("Enter")
    window.waits_for("!document.getElementById('rooms').hidden")
    return Person(name, window)


def in_api(chat: ChatSystem, person: Person) -> Somebody:
    """A session besides the one in their window."""
    return somebody(chat.call("POST", "/auth/login", json={"name": person.name, "password": PASSWORD}))


def open_each_other(two: Two) -> None:
    for person, other in ((two.ada, two.grace), (two.grace, two.ada)):
        person.opens(f"Visitor {other.name[-4:]}")


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
    # With the tab all is gone.
    assert sorted(grace.run("Object.keys(sessionStorage)")) == ["chat.tab", "chat.tokens"]
    assert grace.run("Object.keys(localStorage)") == []
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
    open_each_other(two)
    ada.window.go_offline()
    ada.window.sees("You are offline", "#connection")
    ada.says("Written in a tunnel")
    ada.window.sees("Sending", "#messages")
    ada.window.go_offline(False)
    grace.reads("Written in a tunnel")
    ada.window.sees_no("Sending", "#messages")


def test_reload_trades_no_token_so_that_one_that_interrupts_another_ends_nothing(two: Two) -> None:
    ada = two.ada.window
    tokens = ada.run("sessionStorage.getItem('chat.tokens')")
    ada.reload()
    ada.sees("Conversations")
    assert ada.run("sessionStorage.getItem('chat.tokens')") == tokens


def test_message_that_is_not_sent_when_the_page_is_reloaded_is_sent_afterwards(two: Two) -> None:
    ada, grace = two.ada, two.grace
    open_each_other(two)
    ada.window.run("WebSocket.prototype.send = () => {}")
    ada.says("Written just before the reload")
    ada.window.sees("Sending", "#messages")
    ada.window.reload()
    grace.reads("Written just before the reload")
    ada.window.sees("Written just before the reload", "#messages")
    ada.window.sees_no("Sending", "#messages")


def test_what_is_written_offline_arrives_in_the_order_it_was_written(two: Two) -> None:
    ada, grace = two.ada, two.grace
    open_each_other(two)
    ada.window.go_offline()
    ada.window.sees("You are offline", "#connection")
    words = [f"Thought {number}" for number in range(1, 7)]
    for word in words:
        ada.says(word)
    ada.window.go_offline(False)
    grace.reads(words[-1])
    bubbles = "[...document.querySelectorAll('.message .bubble')].map(one => one.textContent)"
    for person in (ada, grace):
        person.window.sees_no("Sending", "#messages")
        assert person.window.run(bubbles)[-len(words) :] == words


def test_message_that_the_gateway_does_not_let_through_goes_out_without_a_reconnection(two: Two) -> None:
    ada, grace = two.ada, two.grace
    open_each_other(two)
    ada.window.run(
        """(() => {
          let refusals = 3;
          const send = WebSocket.prototype.send;
          const data = JSON.stringify({ message: "Too Many Requests", connectionId: "c", requestId: "r" });
          WebSocket.prototype.send = function (text) {
            if (refusals === 0 || !text.includes("sendMessage")) return send.call(this, text);
            refusals--;
            setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
          };
        })()"""
    )
    ada.says("Fourth time lucky")
    grace.reads("Fourth time lucky")
    ada.window.sees_no("Sending", "#messages")
    assert ada.window.text("#messages").count("Fourth time lucky") == 1


def test_what_was_missed_is_read_though_the_service_is_busy_at_first(two: Two) -> None:
    ada, grace = two.ada, two.grace
    open_each_other(two)
    ada.window.go_offline()
    ada.window.sees("You are offline", "#connection")
    grace.says("Said while you were away")
    grace.window.sees_no("Sending", "#messages")
    ada.window.run(
        """(() => {
          let refusals = 5;
          const real = fetch;
          window.fetch = (...asked) => refusals-- > 0 && asked[0].includes("/conversations")
            ? Promise.resolve(new Response('{"message":"Too Many Requests"}', { status: 429 })) : real(...asked);
        })()"""
    )
    ada.window.go_offline(False)
    ada.reads("Said while you were away")
    ada.window.waits_for("document.getElementById('connection').hidden")


def test_who_was_removed_from_the_open_group_while_away_leaves_it_and_talks_on(two: Two, chat: ChatSystem) -> None:
    ada, grace = two.ada, two.grace
    owner, member, name = in_api(chat, grace), in_api(chat, ada), f"Whist {uuid.uuid4().hex[:6]}"
    group = chat.group(owner, member, name=name)
    ada.opens(name)
    ada.window.go_offline()
    ada.window.sees("You are offline", "#connection")
    ada.says("Is it my turn?")
    ada.opens(f"Visitor {grace.name[-4:]}")
    ada.says("I am in a tunnel again")
    ada.opens(name)
    where = f"/conversations/{group['conversationId']}/members/{member.user_id}"
    assert chat.call("DELETE", where, owner).status_code == 204
    ada.window.go_offline(False)
    ada.window.sees("Choose a conversation")
    ada.window.sees_no(name, "#conversations")
    grace.window.sees("I am in a tunnel again", "#conversations")
    ada.opens(f"Visitor {grace.name[-4:]}")
    ada.window.sees_no("Sending", "#messages")


def test_next_person_of_a_tab_finds_nothing_of_the_one_before(two: Two, browser: Browser, chat: ChatSystem) -> None:
    window = browser.person()
    window.visit(f"{chat.system.parameter('public-url')}/")
    ada = sign_in(window, two.ada.name)
    ada.opens(f"Visitor {two.grace.name[-4:]}")
    window.type("A word for Grace alone")
    # An answer for Ada that comes when she is gone.
    window.run(
        """(() => {
          const real = fetch;
          window.fetch = (...asked) => {
            const answer = real(...asked);
            if (!asked[0].includes("/conversations?")) return answer;
            window.fetch = real;
            return new Promise((give) => { window.release = () => { give(answer); return answer; }; });
          };
        })()"""
    )
    window.go_offline()
    window.sees("You are offline", "#connection")
    window.go_offline(False)
    window.waits_for("window.release")
    window.click("#sign-out")
    stranger = f"p{uuid.uuid4().hex[:12]}"
    assert chat.call("POST", "/auth/register", json={"name": stranger, "password": PASSWORD}).status_code == 201
    sign_in(window, stranger)
    window.sees("Nothing yet")
    window.run("release().then(() => new Promise((go) => setTimeout(go, 100)))")
    assert window.text("#conversations") == ""

    window.click("#sign-out")
    sign_in(window, two.grace.name).opens(f"Visitor {two.ada.name[-4:]}")
    assert window.run("document.getElementById('text').value") == ""
    window.close()


def test_message_of_an_ended_session_waits_until_its_writer_is_back(
    two: Two, browser: Browser, chat: ChatSystem
) -> None:
    window = browser.person()
    window.visit(f"{chat.system.parameter('public-url')}/")
    ada = sign_in(window, two.ada.name)
    ada.opens(f"Visitor {two.grace.name[-4:]}")
    two.grace.opens(f"Visitor {two.ada.name[-4:]}")
    window.go_offline()
    window.sees("You are offline", "#connection")
    ada.says("Written before the end")
    # The end of a session is seen a little later: until then a message could still go out.
    window.run(
        """(() => {
          const send = WebSocket.prototype.send;
          window.restore = () => { WebSocket.prototype.send = send; };
          WebSocket.prototype.send = function (text) { if (!text.includes("sendMessage")) send.call(this, text); };
        })()"""
    )
    refresh = window.run("JSON.parse(sessionStorage.getItem('chat.tokens')).refreshToken")
    assert chat.call("POST", "/auth/logout", json={"refreshToken": refresh}).status_code == 204
    window.go_offline(False)
    window.sees("1 message is not sent yet", "#door-error")
    window.run("restore()")
    sign_in(window, two.ada.name)
    two.grace.reads("Written before the end")
    window.close()


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
