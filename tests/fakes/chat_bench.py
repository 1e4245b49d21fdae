"""The use cases of conversations on fakes, and three people to try them with."""

from __future__ import annotations

from chat.domain.conversing import Converse, Wish
from chat.domain.grouping import ManageGroups
from chat.domain.messaging import Converser, Draft, ReadHistory
from chat.domain.model import Kind, Message
from chat.domain.paging import PageTokens
from chat.domain.people import DisplayNames, ManagePeople
from chat.domain.remembering import Remembered

from tests.fakes.chat_ports import (
    ADA,
    BOB,
    EVE,
    CountedIds,
    FakeConversations,
    FakeMessages,
    FakeNow,
    FakePeople,
)
from tests.fakes.chat_sign_in import FakeCounters

PAIR = Wish(Kind.DIRECT, (BOB.user_id,))
GROUP = Wish(Kind.GROUP, (BOB.user_id, EVE.user_id), "Us")


class Bench:
    """The use cases, on fakes."""

    def __init__(self) -> None:
        self.now, ids, tokens = FakeNow(), CountedIds(), PageTokens(lambda: "secret")
        self.people = FakePeople(ADA, BOB, EVE)
        self.conversations = FakeConversations()
        self.messages = FakeMessages(self.conversations)
        self.converse = Converse(self.conversations, self.people, tokens, self.now, ids)
        self.groups = ManageGroups(self.conversations, self.people, self.now)
        self.pauses: list[int] = []
        self.names = DisplayNames(self.people, Remembered(self.now, 60))
        self.converser = Converser(
            self.conversations,
            self.messages,
            FakeCounters(self.now),
            names=self.names,
            now=self.now,
            new_id=ids,
            pause=self.pauses.append,
        )
        self.history = ReadHistory(self.conversations, self.messages, tokens)
        self.manage_people = ManagePeople(self.people, tokens)

    def begun(self, wish: Wish = PAIR, by: str = ADA.user_id) -> str:
        return self.converse.begin(by, wish, None)[0].conversation.conversation_id

    def say(self, conversation_id: str, text: str, by: str = ADA.user_id, client_id: str | None = None) -> Message:
        client_id = client_id or f"c{len(self.messages.stored)}"
        return self.converser.send(by, Draft(conversation_id, client_id, text, "correlation"))
