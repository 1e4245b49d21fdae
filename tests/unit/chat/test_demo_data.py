"""The demo data of chat is what the system takes, and shows every kind of conversation."""

from __future__ import annotations

from collections import Counter

from chat.domain import names
from chat.domain.messaging import LONGEST_TEXT, Pace

from seed.chat import data


def test_a_dozen_people_can_register() -> None:
    people = data.people()
    assert len({person.name for person in people}) == 12
    for person in people:
        assert names.sign_in_name(person.name) == person.name
        assert names.shown_name(person.display_name) == person.display_name
        names.check_password(data.password(), person.name)


def test_everybody_talks_to_somebody_in_pairs_and_groups() -> None:
    conversations = data.conversations()
    known = {person.name for person in data.people()}
    assert {name for one in conversations for name in one.members} == known
    assert all(len(one.members) == 2 for one in conversations if one.name is None)
    assert {one.name is None for one in conversations} == {True, False}
    # A group is found again by its name, a pair by its people.
    assert max(Counter(one.name or frozenset(one.members) for one in conversations).values()) == 1


def test_messages_are_by_members_and_can_be_read() -> None:
    for one in data.conversations():
        assert {who for who, _ in one.messages} | set(one.read) <= set(one.members)
        assert all(0 < len(text) <= LONGEST_TEXT for _, text in one.messages)
        assert all(0 <= seq <= len(one.messages) for seq in one.read.values())


def test_ada_has_something_to_read_and_nobody_writes_too_fast() -> None:
    def last_read(who: str, one: data.DemoConversation) -> int:
        written = max((n for n, (by, _) in enumerate(one.messages, 1) if by == who), default=0)
        return max(written, one.read.get(who, 0))

    unread = [len(one.messages) - last_read("ada", one) for one in data.conversations() if "ada" in one.members]
    assert sum(unread) > 0
    assert 0 in unread
    written = Counter(who for one in data.conversations() for who, _ in one.messages)
    assert max(written.values()) < Pace().messages
