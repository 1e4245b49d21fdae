"""What `make up` leaves in chat: people who can sign in, and conversations with something unread."""

from __future__ import annotations

from seed.chat import data
from tests.parity.chat_system import ChatSystem, messages, somebody


def test_ada_signs_in_and_finds_her_conversations(chat: ChatSystem) -> None:
    ada = somebody(chat.call("POST", "/auth/login", json={"name": "ada", "password": data.password()}))
    listed = chat.call("GET", "/conversations", ada).json()["conversations"]
    shown = {person.name: person.display_name for person in data.people()}
    for wanted in data.conversations():
        if "ada" not in wanted.members:
            continue
        name = wanted.name or shown[next(one for one in wanted.members if one != "ada")]
        (found,) = [one for one in listed if one["name"] == name]
        history = chat.call("GET", messages(found), ada).json()["messages"]
        assert [one["text"] for one in reversed(history)][: len(wanted.messages)] == [
            text for _, text in wanted.messages
        ]
    assert any(one["unread"] for one in listed)
