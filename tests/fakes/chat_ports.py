"""The ports of chat in memory, those of signing in in chat_sign_in.py; tests/integration/chat holds fakes and the real
ones to one contract."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from chat.domain.errors import ConversationNotFoundError, KeyReusedError, NameTakenError
from chat.domain.model import Account, Connection, Conversation, Member, Message, Person, Role
from chat.domain.names import folded
from chat.domain.ports import Delivery, Made, Page, Record, Stored

NOW = 1_772_000_000.0
ADA = Person("a" * 32, "ada", "Ada Lovelace")
BOB = Person("b" * 32, "bob", "Bob")
EVE = Person("e" * 32, "eve", "Eve")


class FakeNow:
    """A clock that stands still until told otherwise."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class CountedIds:
    """32 hexadecimal digits, one after the other."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"{self.given:032x}"


class FakePeople:
    """People in a dictionary."""

    def __init__(self, *people: Person) -> None:
        self.by_id = {person.user_id: Account(person, "", 1) for person in people}

    def add(self, account: Account) -> None:
        if account.person.user_id in self.by_id or self.with_name(account.person.name) is not None:
            raise NameTakenError
        self.by_id[account.person.user_id] = account

    def account(self, user_id: str) -> Account | None:
        return self.by_id.get(user_id)

    def with_name(self, name: str) -> Account | None:
        return next((one for one in self.by_id.values() if one.person.name == name), None)

    def several(self, user_ids: Collection[str]) -> Mapping[str, Person]:
        return {one: self.by_id[one].person for one in user_ids if one in self.by_id}

    def rename(self, person: Person, display_name: str) -> Person:
        renamed = replace(person, display_name=display_name)
        self.by_id[person.user_id] = replace(self.by_id[person.user_id], person=renamed)
        return renamed

    def beginning_with(self, prefix: str, limit: int, position: str | None) -> Page[Person]:
        def place(person: Person) -> str:
            return person.name if person.name.startswith(prefix) else folded(person.display_name)

        people = [account.person for account in self.by_id.values()]
        return _page(sorted((one for one in people if place(one).startswith(prefix)), key=place), limit, position)


class FakeConversations:
    """Conversations and their members in dictionaries. `before_write` happens just before somebody joins or leaves;
    `left` says who left, and by which request."""

    def __init__(self) -> None:
        self.by_id: dict[str, Conversation] = {}
        self.in_it: dict[str, dict[str, Member]] = {}
        self.keys: dict[str, Made] = {}
        self.left: list[tuple[str, str]] = []
        self.asked_members = 0
        self.before_write: Callable[[], None] = lambda: None

    def find(self, conversation_id: str, user_id: str) -> tuple[Conversation, Member] | None:
        member = self.in_it.get(conversation_id, {}).get(user_id)
        return (self.by_id[conversation_id], member) if member is not None else None

    def of(self, user_id: str) -> Sequence[Conversation]:
        return [one for one in self.by_id.values() if user_id in self.in_it[one.conversation_id]]

    def memberships(self, user_id: str, conversation_ids: Collection[str]) -> Mapping[str, Member]:
        found = {one: self.in_it.get(one, {}).get(user_id) for one in conversation_ids}
        return {one: member for one, member in found.items() if member is not None}

    def members(self, conversation_id: str) -> Sequence[Member]:
        self.asked_members += 1
        return list(self.in_it.get(conversation_id, {}).values())

    def made(self, key: str) -> Made | None:
        return self.keys.get(key)

    def add(self, conversation: Conversation, members: Sequence[Member], made: Made | None) -> bool:
        if made is not None and made.key in self.keys:
            raise KeyReusedError
        if conversation.conversation_id in self.by_id:
            return False
        self.by_id[conversation.conversation_id] = conversation
        self.in_it[conversation.conversation_id] = {one.user_id: one for one in members}
        if made is not None:
            self.keys[made.key] = made
        return True

    def remember(self, made: Made) -> None:
        if made.key in self.keys:
            raise KeyReusedError
        self.keys[made.key] = made

    def rename(self, conversation_id: str, name: str) -> None:
        self.by_id[conversation_id] = replace(self.by_id[conversation_id], name=name)

    def join(self, conversation: Conversation, members: Sequence[Member]) -> bool:
        self.before_write()
        if not self._is_as_seen(conversation):
            return False
        self.in_it[conversation.conversation_id] |= {one.user_id: one for one in members}
        self._counted(conversation.conversation_id, len(members))
        return True

    def leave(self, conversation: Conversation, user_id: str, heir: str | None, correlation_id: str = "") -> bool:
        self.before_write()
        members = self.in_it[conversation.conversation_id]
        if not self._is_as_seen(conversation) or user_id not in members:
            return False
        del members[user_id]
        self.left.append((user_id, correlation_id))
        if heir is not None:
            members[heir] = replace(members[heir], role=Role.OWNER)
        self._counted(conversation.conversation_id, -1)
        return True

    def read_up_to(self, conversation_id: str, user_id: str, seq: int) -> int:
        member = self.in_it.get(conversation_id, {}).get(user_id)
        if member is None:
            raise ConversationNotFoundError
        moved = replace(member, read_seq=max(seq, member.read_seq))
        self.in_it[conversation_id][user_id] = moved
        return moved.read_seq

    def _is_as_seen(self, conversation: Conversation) -> bool:
        return self.by_id[conversation.conversation_id].members_version == conversation.members_version

    def _counted(self, conversation_id: str, more: int) -> None:
        one = self.by_id[conversation_id]
        self.by_id[conversation_id] = replace(
            one, member_count=one.member_count + more, members_version=one.members_version + 1
        )


class FakeMessages:
    """Messages in a list. `before_store` happens just before one is stored: somebody else's turn."""

    def __init__(self, conversations: FakeConversations) -> None:
        self.stored: list[Message] = []
        self.names: dict[tuple[str, str, str], Message] = {}
        self.before_store: Callable[[], None] = lambda: None
        self._conversations = conversations

    def store(self, message: Message, conversation: Conversation, key: str | None = None) -> Stored:
        self.before_store()
        names = [one for one in (message.client_id, key) if one is not None]
        if any(self.sent(message.conversation_id, message.sender_id, one) is not None for one in names):
            return Stored.REPEATED
        now = self._conversations.by_id[message.conversation_id]
        seen = (conversation.last_seq, conversation.members_version)
        if (now.last_seq, now.members_version) != seen:
            return Stored.OVERTAKEN
        if message.sender_id not in self._conversations.in_it[message.conversation_id]:
            return Stored.OVERTAKEN
        self.stored.append(message)
        self.names |= {(message.conversation_id, message.sender_id, one): message for one in names}
        cut = replace(message, text=message.text[:200])
        self._conversations.by_id[message.conversation_id] = replace(now, last_seq=message.seq, last_message=cut)
        self._conversations.read_up_to(message.conversation_id, message.sender_id, message.seq)
        return Stored.STORED

    def sent(self, conversation_id: str, sender_id: str, client_id: str) -> Message | None:
        return self.names.get((conversation_id, sender_id, client_id))

    def newest(self, conversation_id: str, limit: int, position: str | None) -> Page[Message]:
        own = [one for one in self.stored if one.conversation_id == conversation_id]
        return _page(sorted(own, key=lambda one: -one.seq), limit, position)


class FakeConnections:
    """Open sockets in a dictionary."""

    def __init__(self, *connections: Connection, now: FakeNow | None = None) -> None:
        self.by_id = {one.connection_id: one for one in connections}
        self._now = now or FakeNow()

    def open(self, connection: Connection) -> Sequence[Connection]:
        self.by_id[connection.connection_id] = connection
        return sorted(self.of([connection.user_id]), key=lambda one: (one.expires_at_s, one.connection_id))

    def find(self, connection_id: str) -> Connection | None:
        return self.by_id.get(connection_id)

    def close(self, user_id: str, connection_id: str) -> None:
        self.by_id.pop(connection_id, None)

    def of(self, user_ids: Collection[str]) -> Sequence[Connection]:
        return [one for one in self.by_id.values() if one.user_id in user_ids and one.expires_at_s > self._now()]


class FakeSockets:
    """What each socket was sent. Those in `outcomes` do not get it."""

    def __init__(self) -> None:
        self.sent: dict[str, list[bytes]] = {}
        self.hung_up: list[str] = []
        self.outcomes: dict[str, Delivery] = {}

    def send(self, texts: Mapping[str, Sequence[bytes]]) -> Mapping[str, Delivery]:
        outcomes = {one: self.outcomes.get(one, Delivery.DELIVERED) for one in texts}
        for connection_id, queue in texts.items():
            if outcomes[connection_id] is Delivery.DELIVERED:
                self.sent.setdefault(connection_id, []).extend(queue)
        return outcomes

    def hang_up(self, connection_ids: Collection[str]) -> None:
        self.hung_up += connection_ids


def _page(records: Sequence[Record], limit: int, position: str | None) -> Page[Record]:
    start = int(position or "0")
    more = len(records) > start + limit
    return Page(records[start : start + limit], str(start + limit) if more else None)
