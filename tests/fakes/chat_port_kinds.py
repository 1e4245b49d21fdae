"""All ports of chat, of one kind: fakes, or the real ones on an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chat.adapters.connection_table import TableConnections
from chat.adapters.conversation_table import TableConversations
from chat.adapters.counter_table import TableCounters
from chat.adapters.message_table import TableMessages
from chat.adapters.people_table import TablePeople
from chat.adapters.session_table import TableSessions

from tests.fakes.chat_account import Account
from tests.fakes.chat_ports import FakeConnections, FakeConversations, FakeMessages, FakeNow, FakePeople
from tests.fakes.chat_sign_in import FakeCounters, FakeSessions


@dataclass(frozen=True)
class Ports:
    """Of one kind, with one clock."""

    people: Any
    counters: Any
    sessions: Any
    conversations: Any
    messages: Any
    connections: Any
    now: FakeNow


def fakes() -> Ports:
    now, conversations = FakeNow(), FakeConversations()
    messages, connections = FakeMessages(conversations), FakeConnections(now=now)
    return Ports(FakePeople(), FakeCounters(now), FakeSessions(), conversations, messages, connections, now)


def tables(account: Account) -> Ports:
    dynamodb, table, now = account.client("dynamodb"), account.table, FakeNow()
    return Ports(
        TablePeople(dynamodb, table("users")),
        TableCounters(dynamodb, table("users"), now),
        TableSessions(dynamodb, table("sessions")),
        TableConversations(dynamodb, table("conversations"), now),
        TableMessages(dynamodb, table("messages"), table("conversations"), now),
        TableConnections(dynamodb, table("connections"), now),
        now,
    )
