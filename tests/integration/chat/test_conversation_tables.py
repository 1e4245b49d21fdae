"""The contract of the ports of conversations and messages: fakes and real tables must pass the same tests."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from chat.adapters.conversation_items import passage_of
from chat.domain.errors import ConversationNotFoundError, KeyReusedError
from chat.domain.model import Conversation, Kind, Member, Message, Passage, Role
from chat.domain.ports import Made, Stored

from tests.fakes.chat_account import Account
from tests.fakes.chat_port_kinds import Ports, tables
from tests.fakes.chat_ports import NOW


def an_id() -> str:
    return uuid.uuid4().hex


def a_group(ports: Ports, *user_ids: str) -> Conversation:
    group = Conversation(an_id(), Kind.GROUP, "Us", 1_000, len(user_ids))
    assert ports.conversations.add(group, [Member(one, Role.MEMBER, 1_000) for one in user_ids], None)
    return group


def a_message(group: Conversation, sender: str, **other: Any) -> Message:
    fields = {"message_id": an_id(), "seq": group.last_seq + 1, "text": "hello", "client_id": an_id(), **other}
    return Message(
        conversation_id=group.conversation_id,
        sender_id=sender,
        sender_name="Somebody",
        sent_at=2_000,
        members_version=group.members_version,
        correlation_id="c",
        **fields,
    )


def seen(ports: Ports, group: Conversation, user_id: str) -> Conversation:
    found = ports.conversations.find(group.conversation_id, user_id)
    assert found is not None
    conversation: Conversation = found[0]
    return conversation


def test_conversation_is_its_members_only(ports: Ports) -> None:
    ada, bob, eve = an_id(), an_id(), an_id()
    group = a_group(ports, ada, bob)
    assert ports.conversations.find(group.conversation_id, ada) == (group, Member(ada, Role.MEMBER, 1_000))
    assert ports.conversations.find(group.conversation_id, eve) is None
    assert ports.conversations.find(an_id(), ada) is None
    assert ports.conversations.of(ada) == [group]
    assert ports.conversations.of(eve) == []
    assert {one.user_id for one in ports.conversations.members(group.conversation_id)} == {ada, bob}
    assert set(ports.conversations.memberships(ada, [group.conversation_id, an_id()])) == {group.conversation_id}


def test_pair_is_added_once(ports: Ports) -> None:
    pair = (an_id(), an_id())
    direct = Conversation(an_id(), Kind.DIRECT, "", 1_000, 2, pair)
    members = [Member(one, Role.MEMBER, 1_000) for one in pair]
    assert ports.conversations.add(direct, members, None)
    assert not ports.conversations.add(direct, members, None)
    assert seen(ports, direct, pair[0]) == direct


def test_key_is_remembered_with_what_it_made(ports: Ports) -> None:
    made = Made(an_id(), "fingerprint", an_id(), was_new=False)
    assert ports.conversations.made(made.key) is None
    ports.conversations.remember(made)
    assert ports.conversations.made(made.key) == made
    with pytest.raises(KeyReusedError):
        ports.conversations.remember(made)
    group = Conversation(an_id(), Kind.GROUP, "Us", 1_000, 1)
    with pytest.raises(KeyReusedError):
        ports.conversations.add(group, [Member("ada", Role.OWNER, 1)], made)
    assert ports.conversations.find(group.conversation_id, "ada") is None


def test_members_join_and_leave_only_as_seen(ports: Ports) -> None:
    ada, bob, eve = an_id(), an_id(), an_id()
    group = a_group(ports, ada)
    ports.conversations.rename(group.conversation_id, "Three")
    assert ports.conversations.join(group, [Member(one, Role.MEMBER, 2_000, 1) for one in (bob, eve)])
    assert not ports.conversations.join(group, [Member(an_id(), Role.MEMBER, 2_000)])
    now = seen(ports, group, eve)
    assert (now.name, now.member_count, now.members_version) == ("Three", 3, 2)
    assert not ports.conversations.leave(group, ada, bob)
    assert ports.conversations.leave(now, ada, bob)
    assert ports.conversations.find(group.conversation_id, ada) is None
    assert ports.conversations.find(group.conversation_id, bob)[1].role is Role.OWNER
    assert seen(ports, group, bob).member_count == 2


def test_reading_goes_forward_only_and_for_members(ports: Ports) -> None:
    ada = an_id()
    group = a_group(ports, ada)
    assert [ports.conversations.read_up_to(group.conversation_id, ada, seq) for seq in (3, 2, 4)] == [3, 3, 4]
    with pytest.raises(ConversationNotFoundError):
        ports.conversations.read_up_to(group.conversation_id, an_id(), 1)


def test_message_is_stored_whole_with_its_number(ports: Ports) -> None:
    ada, bob = an_id(), an_id()
    group = a_group(ports, ada, bob)
    long = a_message(group, ada, text="é\n" * 2_000)
    assert ports.messages.store(long, group) is Stored.STORED
    now, member = ports.conversations.find(group.conversation_id, ada)
    assert (now.last_seq, member.read_seq, now.active_at) == (1, 1, 2_000)
    assert now.last_message == replace(long, text=long.text[:200])
    assert ports.messages.newest(group.conversation_id, 5, None).records == [long]
    assert ports.messages.sent(group.conversation_id, ada, long.client_id) == long
    assert ports.messages.sent(group.conversation_id, bob, long.client_id) is None


def test_message_is_known_by_its_client_id_and_by_its_key(ports: Ports) -> None:
    ada = an_id()
    group = a_group(ports, ada)
    first = a_message(group, ada)
    assert ports.messages.store(first, group, "key") is Stored.STORED
    assert [ports.messages.sent(group.conversation_id, ada, one) for one in ("key", first.client_id)] == [first] * 2
    now = seen(ports, group, ada)
    assert ports.messages.store(a_message(now, ada), now, "key") is Stored.REPEATED
    assert ports.messages.store(a_message(now, ada, client_id=first.client_id), now, "key 2") is Stored.REPEATED
    # Who names a message by one name only may give it twice.
    assert ports.messages.store(a_message(now, ada, client_id="same"), now, "same") is Stored.STORED


def test_what_cannot_be_an_id_is_nobodys_conversation(ports: Ports) -> None:
    for anything in ("", "x", "é" * 2_000, "KEY#key", "0" * 31 + "\n", an_id().upper()):
        assert ports.conversations.find(anything, an_id()) is None


def test_who_comes_is_kept_with_the_request_that_let_them_in(ports: Ports) -> None:
    ada, bob = an_id(), an_id()
    group = a_group(ports, ada)
    assert ports.conversations.join(group, [Member(bob, Role.MEMBER, 2_000, 0, "c-1")])
    members = {one.user_id: one.correlation_id for one in ports.conversations.members(group.conversation_id)}
    assert members == {ada: "", bob: "c-1"}


def test_who_goes_leaves_a_word_for_the_stream_that_forgets_itself(chat_account: Account) -> None:
    ports, ada, bob = tables(chat_account), an_id(), an_id()
    group = a_group(ports, ada, bob)
    assert ports.conversations.leave(group, bob, None, "c-2")
    (left,) = items(chat_account, group, "LEFT#")
    assert passage_of(left) == Passage(group.conversation_id, bob, "left", "c-2")
    assert int(left["ttl"]["N"]) == int(NOW) + 24 * 3600
    assert ports.conversations.join(seen(ports, group, ada), [Member(bob, Role.MEMBER, 2_000, 0, "c-3")])
    (_, joined) = sorted(items(chat_account, group, "MEMBER#"), key=lambda one: one["joinedAt"]["N"])
    assert passage_of(joined) == Passage(group.conversation_id, bob, "joined", "c-3")
    # Each going is a new item: the stream's filter takes new ones only.
    assert ports.conversations.leave(seen(ports, group, ada), bob, None, "c-4")
    assert len(items(chat_account, group, "LEFT#")) == 2
    assert [one.user_id for one in ports.conversations.members(group.conversation_id)] == [ada]


def items(account: Account, group: Conversation, prefix: str) -> list[dict[str, Any]]:
    """As the table has them."""
    answer = account.client("dynamodb").query(
        TableName=account.table("conversations"),
        KeyConditionExpression="conversationId = :id AND begins_with(#entry, :prefix)",
        ExpressionAttributeNames={"#entry": "entry"},
        ExpressionAttributeValues={":id": {"S": group.conversation_id}, ":prefix": {"S": prefix}},
        ConsistentRead=True,
    )
    found: list[dict[str, Any]] = answer["Items"]
    return found


def test_message_is_stored_only_on_what_was_seen(ports: Ports) -> None:
    ada, bob = an_id(), an_id()
    group = a_group(ports, ada, bob)
    first = a_message(group, ada)
    assert ports.messages.store(first, group) is Stored.STORED
    assert ports.messages.store(a_message(group, bob), group) is Stored.OVERTAKEN
    assert ports.messages.store(first, group) is Stored.REPEATED
    now = seen(ports, group, ada)
    assert ports.messages.store(a_message(now, an_id()), now) is Stored.OVERTAKEN
    assert ports.conversations.leave(now, bob, None)
    assert ports.messages.store(a_message(now, ada), now) is Stored.OVERTAKEN
    assert seen(ports, group, ada).last_seq == 1


def test_history_comes_in_pages_newest_first(ports: Ports) -> None:
    ada = an_id()
    group = a_group(ports, ada)
    for _ in range(12):
        now = seen(ports, group, ada)
        ports.messages.store(a_message(now, ada), now)
    numbers, position = [], None
    while True:
        page = ports.messages.newest(group.conversation_id, 5, position)
        numbers += [one.seq for one in page.records]
        position = page.position
        if position is None:
            break
    assert numbers == list(range(12, 0, -1))
