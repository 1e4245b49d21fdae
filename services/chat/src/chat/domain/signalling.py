"""What passes by and is not kept: that somebody types, and how far somebody has read."""

from __future__ import annotations

from collections.abc import Callable, Collection

from chat.domain import happenings
from chat.domain.delivering import Deliver, Membership, News
from chat.domain.errors import ConversationNotFoundError, TooFastError
from chat.domain.model import Conversation
from chat.domain.ports import Conversations, Counters

MOST_TOLD = 50
"""In larger groups nobody can follow who types and who has read."""
_SIGNALS, _PASSED, _WINDOW_S = 60, 60, 10

ReadUpTo = Callable[[str, str, int], tuple[int, int]]
"""Person, conversation, number -> what is read and how many are not."""


class Signal:
    """Tells the others' sockets. `names` are display names by id."""

    def __init__(
        self,
        conversations: Conversations,
        membership: Membership,
        names: Callable[[str], str],
        deliver: Deliver,
        read_up_to: ReadUpTo,
        pace: Counters,
    ) -> None:
        self._conversations, self._membership, self._names = conversations, membership, names
        self._deliver, self._read_up_to, self._pace = deliver, read_up_to, pace

    def typing(self, user_id: str, conversation_id: str) -> None:
        """Raises ConversationNotFoundError, TooFastError, UnavailableError."""
        self._keep_pace(user_id)
        conversation = self._find(user_id, conversation_id)
        others = self._audience(conversation, ()) - {user_id}
        self._deliver([News(others, happenings.somebody_types(conversation_id, user_id, self._names(user_id)))])

    def read(self, user_id: str, conversation_id: str, seq: int) -> tuple[int, int]:
        """What is read and how many are not. Raises as `typing`, InvalidFieldError."""
        self._keep_pace(user_id)
        read, unread = self._read_up_to(user_id, conversation_id, seq)
        if read == seq:
            audience = self._audience(self._find(user_id, conversation_id), (user_id,))
            self._deliver([News(audience, happenings.somebody_read(conversation_id, user_id, read))])
        return read, unread

    def passed(self, user_id: str) -> None:
        """What concerns nobody else: a ping, or what makes no sense. Counted by itself: who types much may still ping.

        Raises TooFastError, UnavailableError.
        """
        self._count(f"passed#{user_id}", _PASSED)

    def _keep_pace(self, user_id: str) -> None:
        self._count(f"signal#{user_id}", _SIGNALS)

    def _count(self, name: str, most: int) -> None:
        wait_s = self._pace.take(name, most, _WINDOW_S)
        if wait_s:
            raise TooFastError("Too many signals; wait a moment.", wait_s)

    def _find(self, user_id: str, conversation_id: str) -> Conversation:
        found = self._conversations.find(conversation_id, user_id)
        if found is None:
            raise ConversationNotFoundError("There is no such conversation.")
        return found[0]

    def _audience(self, conversation: Conversation, otherwise: Collection[str]) -> frozenset[str]:
        if conversation.member_count > MOST_TOLD:
            return frozenset(otherwise)
        return frozenset(self._membership(conversation.conversation_id, conversation.members_version))
