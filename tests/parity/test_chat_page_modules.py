"""The rules that chat's page keeps whatever arrives when: its modules, in a real browser, with a service that is not.

Time runs fifty times as fast: what is waited for in the modules is not waited for here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser.devtools import Browser, Window

WEB = Path(__file__).parents[2] / "services" / "chat" / "web"
CAST = """
Object.assign(window, {
  waits: (ms) => new Promise((go) => slowly(go, ms)),
  message: (seq, more) => ({ conversationId: "tea", messageId: `m${seq}`, seq, senderId: "grace", clientId: `c${seq}`,
    text: `${seq}`, sentAt: "2026-03-01T12:00:00Z", ...more }),
  about: (lastSeq, more) => ({ conversationId: "tea", lastSeq, readSeq: 0, lastMessage: message(lastSeq),
    activeAt: "2026-03-01T12:00:00Z", ...more }),
  // 50 a page, the newest first; the token is the first seq that is not on it.
  pages: (last) => async (token) => {
    const from = token ?? last;
    const messages = Array.from({ length: Math.min(50, from) }, (_, index) => message(from - index));
    return from > 50 ? { messages, nextToken: from - 50 } : { messages };
  },
  Line: class extends EventTarget {
    asked = [];
    connection = {};
    constructor(answer) { super(); this.answer = answer; }
    get isOpen() { return this.connection !== null; }
    ask(action, body) { this.asked.push({ action, ...body }); return this.answer(body, this.asked.length); }
    push(detail) { this.dispatchEvent(new CustomEvent("push", { detail })); }
    drop() { this.connection = null; }
    open() { this.connection = {}; this.dispatchEvent(new Event("open")); }
  },
});
const { ApiError } = await import("./api.js");
const { History } = await import("./history.js");
const { Outbox } = await import("./outbox.js");
const { persist } = await import("./patience.js");
const { Socket } = await import("./socket.js");
const { Store, unread } = await import("./store.js");
"""


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Window]:
    """A window at the address of the modules."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(WEB))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        window = browser.person()
        window.visit(f"http://127.0.0.1:{server.server_port}/unavailable.html")
        window.run("window.slowly = setTimeout; window.setTimeout = (act, ms) => slowly(act, ms / 50); null")
        yield window
        window.close()
        server.shutdown()


def found(page: Window, script: str) -> Any:
    """What the body of a function, which has all modules and a cast of fakes, returns."""
    return page.run(f"(async () => {{ {CAST} {script} }})()")


def test_messages_of_a_conversation_go_out_one_after_another(page: Window) -> None:
    script = """
    let inFlight = 0, most = 0;
    const line = new Line(async ({ text }, nth) => {
      most = Math.max(most, ++inFlight);
      await waits(20 - nth * 4);
      inFlight--;
      return { message: message(nth, { text }) };
    });
    line.drop();
    const outbox = new Outbox(line);
    for (const text of ["one", "two", "three", "four"]) outbox.send("tea", text);
    await waits(5);
    const early = line.asked.length;
    line.open();
    await waits(150);
    return [early, most, outbox.size, line.asked.map(({ text }) => text)];
    """
    assert found(page, script) == [0, 1, 0, ["one", "two", "three", "four"]]


def test_refused_message_lets_the_next_go_and_waits_to_be_sent_again(page: Window) -> None:
    script = """
    const line = new Line(async ({ text }, nth) => {
      if (nth === 1) throw { code: "invalid_field", message: "Too long." };
      return { message: message(nth, { text }) };
    });
    const outbox = new Outbox(line);
    outbox.send("tea", "one");
    outbox.send("tea", "two");
    await waits(30);
    const failures = outbox.of("tea").map(({ failure }) => failure);
    outbox.sendAgain(outbox.of("tea")[0].clientId);
    await waits(30);
    return [failures, outbox.size, line.asked.map(({ text }) => text)];
    """
    assert found(page, script) == [["Too long."], 0, ["one", "two", "one"]]


@pytest.mark.parametrize("code", ["busy", "too_fast", "unavailable"])
def test_message_that_is_not_let_through_is_sent_again_as_the_same(page: Window, code: str) -> None:
    script = f"""
    const line = new Line(async ({{ text }}, nth) => {{
      if (nth < 4) throw {{ code: "{code}", message: "Not now." }};
      return {{ message: message(nth) }};
    }});
    const outbox = new Outbox(line);
    outbox.send("tea", "one");
    await waits(200);
    return [outbox.size, line.asked.length, new Set(line.asked.map(({{ clientId }}) => clientId)).size];
    """
    assert found(page, script) == [0, 4, 1]


def test_message_that_is_never_let_through_says_so_in_the_end(page: Window) -> None:
    script = """
    const line = new Line(async () => { throw { code: "busy", message: "The service is busy." }; });
    const outbox = new Outbox(line);
    outbox.send("tea", "one");
    await waits(900);
    return [line.asked.length, outbox.of("tea")[0].failure];
    """
    assert found(page, script) == [8, "The service is busy."]


def test_messages_wait_for_their_writer_and_for_nobody_else(page: Window) -> None:
    script = """
    const line = new Line(async ({ text }, nth) => ({ message: message(nth) }));
    line.drop();
    const outbox = new Outbox(line);
    outbox.belongTo("ada");
    outbox.send("tea", "one");
    outbox.belongTo("ada");
    const kept = outbox.size;
    outbox.belongTo("grace");
    line.open();
    await waits(30);
    return [kept, outbox.size, line.asked.length];
    """
    assert found(page, script) == [1, 0, 0]


def test_messages_outlive_the_page_and_go_out_when_their_writer_is_back(page: Window) -> None:
    script = """
    const before = new Line(async () => ({}));
    before.drop();
    const writing = new Outbox(before);
    writing.belongTo("ada");
    for (const text of ["one", "two"]) writing.send("tea", text);
    const line = new Line(async ({ text }, nth) => ({ message: message(nth, { text }) }));
    const reloaded = new Outbox(line);
    reloaded.belongTo("ada");
    line.open();
    await waits(30);
    const again = new Outbox(line);
    return [line.asked.map(({ text }) => text), reloaded.size, again.size, Object.keys(sessionStorage)];
    """
    assert found(page, script) == [["one", "two"], 0, 0, []]


def test_message_of_another_day_is_sent_only_when_its_writer_says_so(page: Window) -> None:
    script = """
    const line = new Line(async ({ text }, nth) => ({ message: message(nth, { text }) }));
    const one = (clientId, hours) => ({ conversationId: "tea", clientId, text: clientId, failure: "",
      sentAt: new Date(Date.now() - hours * 3_600_000).toISOString() });
    sessionStorage.setItem("chat.unsent", JSON.stringify({ owner: "ada", unsent: [one("old", 24), one("new", 22)] }));
    const outbox = new Outbox(line);
    outbox.belongTo("ada");
    line.open();
    await waits(30);
    const sent = line.asked.map(({ text }) => text);
    const failures = outbox.of("tea").map(({ failure }) => failure);
    outbox.sendAgain("old");
    await waits(30);
    return [sent, failures, outbox.size];
    """
    assert found(page, script) == [["new"], ["It is from another day."], 0]


@pytest.mark.parametrize("text", ["{", '{"owner": "ada"}', "null", "7"])
def test_page_starts_whatever_is_kept_in_its_tab(page: Window, text: str) -> None:
    script = f"""
    for (const name of ["chat.unsent", "chat.tokens"]) sessionStorage.setItem(name, {text!r});
    const outbox = new Outbox(new Line(async () => ({{}})));
    const {{ Session }} = await import("./session.js");
    const session = new Session();
    sessionStorage.clear();
    return [outbox.size, session.refreshToken, session.isNearlyOver];
    """
    assert found(page, script) == [0, None, True]


def test_messages_of_a_page_before_are_not_sent_in_somebody_elses_name(page: Window) -> None:
    script = """
    const line = new Line(async ({ text }, nth) => ({ message: message(nth, { text }) }));
    line.drop();
    const writing = new Outbox(line);
    writing.belongTo("ada");
    writing.send("tea", "one");
    const reloaded = new Outbox(line);
    reloaded.belongTo("grace");
    line.open();
    await waits(30);
    return [reloaded.size, Object.keys(sessionStorage)];
    """
    assert found(page, script) == [0, []]


def test_gateways_own_words_reject_what_was_asked_and_silence_ends_the_connection(page: Window) -> None:
    script = """
    const real = WebSocket;
    const opened = [];
    window.WebSocket = class extends EventTarget {
      static OPEN = 1;
      readyState = 1;
      constructor() { super(); opened.push(this); slowly(() => this.dispatchEvent(new Event("open"))); }
      send() { slowly(() => this.answers?.()); }
      close() { this.readyState = 2; }
    };
    try {
      const socket = new Socket("", { isNearlyOver: false, accessToken: "" }, async () => true);
      socket.start();
      await waits(20);
      const words = JSON.stringify({ message: "Internal server error", connectionId: "c", requestId: "r" });
      opened[0].answers = () => opened[0].dispatchEvent(new MessageEvent("message", { data: words }));
      const why = ({ code }) => code;
      const first = await socket.ask("sendMessage").catch(why);
      opened[0].answers = null;
      // The other end is gone: it does not even agree to close.
      const second = await socket.ask("sendMessage").catch(why);
      const between = socket.isOpen;
      await waits(60);
      const after = [opened.length, socket.isOpen];
      socket.stop();
      return [first, second, between, ...after];
    } finally {
      window.WebSocket = real;
    }
    """
    assert found(page, script) == ["busy", "lost", False, 2, True]


def test_reading_goes_on_trying_and_keeps_to_retry_after(page: Window) -> None:
    script = """
    let asked = 0;
    const began = performance.now();
    const failures = [new ApiError(0, "unreachable", ""), new ApiError(429, "", "", [], 10), new ApiError(503, "", "")];
    const read = async () => { if (failures[asked]) throw failures[asked++]; return "here"; };
    const answer = await persist(read, () => false);
    const isPatient = performance.now() - began >= 10_000 / 50;
    const final = await persist(async () => { asked++; throw new ApiError(404, "", ""); }, () => false)
      .catch(({ status }) => status);
    const over = await persist(async () => { asked++; throw new ApiError(503, "", ""); }, () => true)
      .catch(({ status }) => status);
    return [answer, isPatient, asked, final, over];
    """
    assert found(page, script) == ["here", True, 5, 404, 503]


def test_history_has_no_hole_when_a_push_comes_before_what_was_missed(page: Window) -> None:
    script = """
    const history = new History();
    await history.catchUp(pages(100));
    history.add([message(160)]);
    const before = [history.lastSeq, history.hasGap];
    await history.catchUp(pages(160));
    const seqs = history.messages.map(({ seq }) => seq);
    return [before, history.lastSeq, history.hasGap, seqs.length, seqs.every((seq, index) => seq === 51 + index)];
    """
    assert found(page, script) == [[100, True], 160, False, 110, True]


def test_history_that_was_never_loaded_has_no_hole_either(page: Window) -> None:
    script = """
    const history = new History();
    history.add([message(100), message(101)]);
    history.add([message(160)]);
    await history.catchUp(pages(160));
    const first = history.messages.map(({ seq }) => seq)[0];
    await history.readEarlier(pages(160));
    const seqs = history.messages.map(({ seq }) => seq);
    return [first, history.lastSeq, seqs[0], seqs.length];
    """
    assert found(page, script) == [111, 160, 61, 100]


def test_history_that_is_read_twice_at_once_has_no_hole(page: Window) -> None:
    script = """
    const history = new History();
    const late = async (token) => { await waits(20); return pages(200)(token); };
    await Promise.all([history.catchUp(late), history.catchUp(pages(100))]);
    const seqs = history.messages.map(({ seq }) => seq);
    return [history.lastSeq, seqs.length, seqs[0]];
    """
    assert found(page, script) == [200, 150, 51]


def test_gap_is_filled_by_one_reading_however_many_pushes_show_it(page: Window) -> None:
    script = """
    let read = 0;
    const late = async (_, token) => { read++; await waits(10); return pages(read === 1 ? 3 : 9)(token); };
    const api = { conversation: async () => about(3), messages: late };
    const line = new Line(async () => ({}));
    const store = new Store(api, line, new Outbox(line));
    await store.open("tea");
    for (const seq of [7, 8, 9]) line.push({ type: "message", message: message(seq) });
    await waits(50);
    return [read, store.history("tea").lastSeq];
    """
    assert found(page, script) == [2, 9]


def test_history_takes_the_service_at_its_word_that_nothing_is_missing(page: Window) -> None:
    script = """
    const history = new History();
    await history.catchUp(async () => ({ messages: [message(3), message(1)] }));
    history.add([message(4)]);
    return [history.lastSeq, history.hasGap];
    """
    assert found(page, script) == [4, False]


def test_conversation_that_was_left_meanwhile_is_gone_after_the_catch_up(page: Window) -> None:
    script = """
    let listed = [about(3), about(5, { conversationId: "left" }), about(1, { conversationId: "open" })];
    const api = {
      conversations: async () => ({ conversations: listed }),
      conversation: async () => { throw new ApiError(404, "conversation_not_found", ""); },
      messages: async () => { throw new ApiError(404, "conversation_not_found", ""); },
    };
    const line = new Line(async () => ({}));
    const store = new Store(api, line, new Outbox(line));
    const gone = [];
    store.addEventListener("gone", ({ detail }) => gone.push(detail));
    await store.catchUp(() => null);
    const before = store.unread;
    listed = [about(3)];
    await store.catchUp(() => "open");
    return [before, store.unread, gone];
    """
    assert found(page, script) == [9, 3, ["left", "open"]]


def test_older_answer_does_not_take_back_what_was_pushed(page: Window) -> None:
    script = """
    const api = { conversations: async () => {
      line.push({ type: "message", message: message(6) });
      return { conversations: [about(5, { readSeq: 2 })] };
    } };
    const line = new Line(async () => ({}));
    const store = new Store(api, line, new Outbox(line));
    store.keep(about(5, { readSeq: 4, members: [{ userId: "grace", readSeq: 5 }] }));
    await store.catchUp(() => null);
    store.keep(about(5, { members: [{ userId: "grace", readSeq: 3 }] }));
    const { lastSeq, readSeq, lastMessage } = store.conversation("tea");
    return [lastSeq, readSeq, lastMessage.text, store.members("tea")[0].readSeq];
    """
    assert found(page, script) == [6, 4, "6", 5]


def test_what_was_read_stays_read_and_is_told_again_when_the_first_word_was_lost(page: Window) -> None:
    script = """
    const api = { conversation: async () => about(10), messages: (_, token) => pages(10)(token) };
    const line = new Line((_, nth) => nth === 1
      ? new Promise((_, reject) => slowly(() => reject({ code: "lost" }), 30)) : Promise.resolve({}));
    const store = new Store(api, line, new Outbox(line));
    await store.open("tea");
    store.markRead("tea");
    line.push({ type: "message", message: message(11) });
    store.markRead("tea");
    await waits(60);
    const left = unread(store.conversation("tea"));
    await store.markRead("tea");
    await store.markRead("tea");
    return [left, line.asked.map(({ seq }) => seq)];
    """
    assert found(page, script) == [0, [10, 11, 11]]
