"""Sends messages, reads the history, keeps what was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chat.domain.errors import (
    ConversationNotFoundError,
    InvalidFieldError,
    KeyReusedError,
    TooFastError,
    UnavailableError,
)
from chat.domain.model import Conversation, Member, Message
from chat.domain.paging import PageTokens
from chat.domain.ports import Conversations, Counters, Messages, Now, Stored

LONGEST_TEXT = 4000
_TRIES = 30
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wants to say. The same `client_id` again is the same message again, and so is the same `key`."""

    conversation_id: str
    client_id: str
    text: str
    correlation_id: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """So many messages of one person in so many seconds."""

    messages: int = 30
    window_s: int = 10


class Converser:
    """The messages of conversations. `pause` waits before storing is tried again, by the number of the try; `names` are
    display names by id."""

    def __init__(
        self,
        conversations: Conversations,
        messages: Messages,
        pace: Counters,
        *,
        names: Callable[[str], str],
        now: Now,
        new_id: Callable[[], str],
        pause: Callable[[int], None],
        limit: Pace = Pace(),
    ) -> None:
        self._conversations, self._messages, self._pace = conversations, messages, pace
        self._names, self._now, self._new_id, self._pause, self._limit = names, now, new_id, pause, limit

    def send(self, user_id: str, draft: Draft) -> Message:
        """The stored message. Its number is the next: whoever else sends at once tries again with the one after.

        Raises InvalidFieldError, TooFastError, ConversationNotFoundError, KeyReusedError, UnavailableError.
        """
        self._check(user_id, draft)
        for attempt in range(_TRIES):
            conversation, _ = self._find(draft.conversation_id, user_id)
            message = self._message(user_id, draft, conversation)
            stored = self._messages.store(message, conversation, draft.key)
            if stored is Stored.STORED:
                return message
            if stored is Stored.REPEATED:
                return self._sent_before(user_id, draft)
            self._pause(attempt)
        raise UnavailableError("Too many people write here at once")

    def read_up_to(self, user_id: str, conversation_id: str, seq: int) -> tuple[int, int]:
        """What is read and how many are not; never backwards. Raises ConversationNotFoundError, InvalidFieldError."""
        conversation, member = self._find(conversation_id, user_id)
        if not 0 <= seq <= conversation.last_seq:
            raise InvalidFieldError("seq", "is not the number of a message in this conversation")
        read = member.read_seq
        if seq > read:
            read = self._conversations.read_up_to(conversation_id, user_id, seq)
        return read, max(0, conversation.last_seq - read)

    def _check(self, user_id: str, draft: Draft) -> None:
        # Counted first: what is refused costs as much.
        wait_s = self._pace.take(f"pace#{user_id}", self._limit.messages, self._limit.window_s)
        if wait_s:
            raise TooFastError("Too many messages; wait a moment.", wait_s)
        if not _CLIENT_ID(draft.client_id):
            raise InvalidFieldError("clientId", "must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -")
        if not draft.text.strip() or len(draft.text) > LONGEST_TEXT:
            raise InvalidFieldError("text", f"must have 1 to {LONGEST_TEXT} characters")

    def _find(self, conversation_id: str, user_id: str) -> tuple[Conversation, Member]:
        found = self._conversations.find(conversation_id, user_id)
        if found is None:
            raise ConversationNotFoundError("There is no such conversation.")
        return found

    def _message(self, user_id: str, draft: Draft, conversation: Conversation) -> Message:
        return Message(
            message_id=self._new_id(),
            conversation_id=draft.conversation_id,
            seq=conversation.last_seq + 1,
            sender_id=user_id,
            sender_name=self._names(user_id),
            text=draft.text,
            sent_at=int(self._now() * 1000),
            client_id=draft.client_id,
            correlation_id=draft.correlation_id,
            members_version=conversation.members_version,
        )

    def _sent_before(self, user_id: str, draft: Draft) -> Message:
        """Raises KeyReusedError when it was something else."""
        sent = (self._messages.sent(draft.conversation_id, user_id, one) for one in (draft.key, draft.client_id) if one)
        before = next((one for one in sent if one is not None), None)
        if before is None:
            raise UnavailableError("What was sent before cannot be read yet")
        if (before.text, before.client_id) != (draft.text, draft.client_id):
            raise KeyReusedError("This clientId or Idempotency-Key was used for another message.")
        return before


class ReadHistory:
    """The history of conversations."""

    def __init__(self, conversations: Conversations, messages: Messages, tokens: PageTokens) -> None:
        self._conversations, self._messages, self._tokens = conversations, messages, tokens

    def __call__(
        self, user_id: str, conversation_id: str, limit: int, token: str | None
    ) -> tuple[Sequence[Message], str | None]:
        """One page, newest first, and the nextToken. Raises ConversationNotFoundError, ForgedTokenError."""
        if self._conversations.find(conversation_id, user_id) is None:
            raise ConversationNotFoundError("There is no such conversation.")
        listed = f"messages {user_id} {conversation_id}"
        page = self._messages.newest(conversation_id, limit, self._tokens.position(listed, token))
        return page.records, self._tokens.sign(listed, page.position)
