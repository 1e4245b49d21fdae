"""Conversations and messages: who may, in which order, how often."""

from __future__ import annotations

import pytest
from chat.domain.conversing import Wish
from chat.domain.errors import (
    ConversationNotFoundError,
    ForgedTokenError,
    InvalidFieldError,
    KeyReusedError,
    PersonNotFoundError,
    TooFastError,
    UnavailableError,
)
from chat.domain.messaging import Draft
from chat.domain.model import Kind, Message

from tests.fakes.chat_bench import GROUP, PAIR, Bench
from tests.fakes.chat_ports import (
    ADA,
    BOB,
    EVE,
    CountedIds,
)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_pair_is_the_same_whoever_begins(bench: Bench) -> None:
    seen, is_new = bench.converse.begin(ADA.user_id, PAIR, None)
    again, is_again = bench.converse.begin(BOB.user_id, Wish(Kind.DIRECT, (ADA.user_id,)), None)
    assert (is_new, is_again) == (True, False)
    assert seen.conversation == again.conversation
    assert (seen.other, again.other) == (BOB, ADA)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (Wish(Kind.DIRECT, (ADA.user_id,)), InvalidFieldError),
        (Wish(Kind.GROUP, (), "Us"), InvalidFieldError),
        (Wish(Kind.GROUP, (BOB.user_id,), " "), InvalidFieldError),
        (Wish(Kind.DIRECT, ("0" * 32,)), PersonNotFoundError),
    ],
)
def test_conversation_needs_somebody_else_and_a_group_a_name(bench: Bench, wish: Wish, error: type) -> None:
    with pytest.raises(error):
        bench.begun(wish)


@pytest.mark.parametrize("wish", [PAIR, GROUP])
def test_key_gets_the_first_answer_again(bench: Bench, wish: Wish) -> None:
    first = bench.converse.begin(ADA.user_id, wish, "key")
    assert bench.converse.begin(ADA.user_id, wish, "key") == first
    with pytest.raises(KeyReusedError):
        bench.converse.begin(ADA.user_id, Wish(Kind.GROUP, (EVE.user_id,), "Them"), "key")
    # A key is its caller's.
    assert bench.converse.begin(EVE.user_id, Wish(Kind.GROUP, (BOB.user_id,), "Ours"), "key")[1]


def test_key_of_a_pair_that_exists_remembers_that_it_was_not_new(bench: Bench) -> None:
    bench.begun()
    assert bench.converse.begin(ADA.user_id, PAIR, "key")[1] is False
    assert bench.converse.begin(ADA.user_id, PAIR, "key")[1] is False


def test_conversations_are_listed_by_last_activity(bench: Bench) -> None:
    ids = []
    for number in range(3):
        bench.now.now += 1
        ids.append(bench.begun(Wish(Kind.GROUP, (BOB.user_id,), f"{number}")))
    bench.now.now += 1
    bench.say(ids[0], "up")
    first, token = bench.converse.last_active_first(ADA.user_id, 2, None)
    second, end = bench.converse.last_active_first(ADA.user_id, 2, token)
    assert [one.conversation.conversation_id for one in [*first, *second]] == [ids[0], ids[2], ids[1]]
    assert end is None
    with pytest.raises(ForgedTokenError):
        bench.converse.last_active_first(BOB.user_id, 2, token)


def test_numbers_have_no_gap_when_somebody_is_faster(bench: Bench) -> None:
    conversation_id = bench.begun()

    def somebody_else() -> None:
        bench.messages.before_store = lambda: None
        bench.say(conversation_id, "first", BOB.user_id, "b")

    bench.messages.before_store = somebody_else
    assert bench.say(conversation_id, "second", client_id="a").seq == 2
    assert bench.pauses == [0]
    assert [one.seq for one in bench.messages.stored] == [1, 2]


def test_writer_who_is_always_overtaken_gives_up(bench: Bench) -> None:
    conversation_id = bench.begun()
    count = CountedIds()
    original = bench.messages.before_store

    def others() -> None:
        bench.messages.before_store = original
        bench.converser.send(BOB.user_id, Draft(conversation_id, count(), "x", ""))
        bench.now.now += 10
        bench.messages.before_store = others

    bench.messages.before_store = others
    with pytest.raises(UnavailableError):
        bench.say(conversation_id, "never")


def test_same_client_id_is_the_same_message(bench: Bench) -> None:
    conversation_id = bench.begun()
    first = bench.say(conversation_id, "hello", client_id="c")
    assert bench.say(conversation_id, "hello", client_id="c") == first
    with pytest.raises(KeyReusedError):
        bench.say(conversation_id, "other", client_id="c")
    assert bench.say(conversation_id, "mine", BOB.user_id, "c").seq == 2


def test_same_key_is_the_same_message_whatever_the_client_id(bench: Bench) -> None:
    conversation_id = bench.begun()

    def say(text: str, client_id: str, key: str | None) -> Message:
        return bench.converser.send(ADA.user_id, Draft(conversation_id, client_id, text, "", key))

    first = say("hello", "c1", "key")
    # With the key, with the client id, with both.
    assert [say("hello", "c1", "key"), say("hello", "c1", None)] == [first, first]
    for text, client_id, key in (("other", "c2", "key"), ("hello", "c2", "key"), ("other", "c1", "key 2")):
        with pytest.raises(KeyReusedError):
            say(text, client_id, key)
    assert bench.messages.stored == [first]


def test_what_is_refused_counts_in_the_pace(bench: Bench) -> None:
    conversation_id = bench.begun()
    for _ in range(30):
        with pytest.raises(InvalidFieldError):
            bench.say(conversation_id, " ")
    with pytest.raises(TooFastError):
        bench.say(conversation_id, "x")


@pytest.mark.parametrize(
    ("text", "client_id"), [("", "c"), ("\n \t", "c"), ("x" * 4001, "c"), ("x", "c d"), ("x", "c" * 65)]
)
def test_message_has_limits(bench: Bench, text: str, client_id: str) -> None:
    with pytest.raises(InvalidFieldError):
        bench.say(bench.begun(), text, client_id=client_id)


def test_person_writes_at_a_pace(bench: Bench) -> None:
    conversation_id = bench.begun()
    for _ in range(30):
        bench.say(conversation_id, "x")
    with pytest.raises(TooFastError):
        bench.say(conversation_id, "x")
    assert bench.say(conversation_id, "x", BOB.user_id).seq == 31
    bench.now.now += 10
    assert bench.say(conversation_id, "x").seq == 32


def test_unread_is_what_was_written_since_reading(bench: Bench) -> None:
    conversation_id = bench.begun()
    for _ in range(3):
        bench.say(conversation_id, "x")
    assert bench.converse.read(BOB.user_id, conversation_id).unread == 3
    assert bench.converser.read_up_to(BOB.user_id, conversation_id, 2) == (2, 1)
    assert bench.converser.read_up_to(BOB.user_id, conversation_id, 1) == (2, 1)
    for impossible in (-1, 4):
        with pytest.raises(InvalidFieldError):
            bench.converser.read_up_to(BOB.user_id, conversation_id, impossible)
    bench.say(conversation_id, "answer", BOB.user_id)
    assert bench.converse.read(BOB.user_id, conversation_id).unread == 0


def test_stranger_finds_nothing(bench: Bench) -> None:
    conversation_id = bench.begun()
    bench.say(conversation_id, "secret")
    for attempt in (
        lambda: bench.converse.read(EVE.user_id, conversation_id),
        lambda: bench.say(conversation_id, "x", EVE.user_id),
        lambda: bench.history(EVE.user_id, conversation_id, 10, None),
        lambda: bench.converser.read_up_to(EVE.user_id, conversation_id, 0),
        lambda: bench.groups.members(EVE.user_id, conversation_id),
        lambda: bench.groups.add(EVE.user_id, conversation_id, [EVE.user_id]),
        lambda: bench.groups.remove(EVE.user_id, conversation_id, BOB.user_id),
        lambda: bench.groups.remove(EVE.user_id, conversation_id, EVE.user_id),
    ):
        with pytest.raises(ConversationNotFoundError):
            attempt()


def test_history_pages_belong_to_their_reader(bench: Bench) -> None:
    conversation_id = bench.begun()
    for number in range(3):
        bench.say(conversation_id, f"{number}")
    first, token = bench.history(ADA.user_id, conversation_id, 2, None)
    assert [one.text for one in first] == ["2", "1"]
    assert [one.text for one in bench.history(ADA.user_id, conversation_id, 2, token)[0]] == ["0"]
    with pytest.raises(ForgedTokenError):
        bench.history(BOB.user_id, conversation_id, 2, token)


def test_people_are_found_by_either_name(bench: Bench) -> None:
    assert bench.manage_people.search("ADA", 10, None)[0] == [ADA]
    bench.manage_people.rename(BOB.user_id, "Robert ")
    assert [one.name for one in bench.manage_people.search("rob", 10, None)[0]] == ["bob"]
    with pytest.raises(InvalidFieldError):
        bench.manage_people.search("  ", 10, None)


def test_display_name_is_remembered_for_a_minute(bench: Bench) -> None:
    conversation_id = bench.begun()
    assert bench.say(conversation_id, "x").sender_name == "Ada Lovelace"
    bench.manage_people.rename(ADA.user_id, "Countess")
    assert bench.say(conversation_id, "y").sender_name == "Ada Lovelace"
    bench.now.now += 60
    assert bench.say(conversation_id, "z").sender_name == "Countess"
