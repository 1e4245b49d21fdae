"""What the use cases need from outside. Adapters implement these, tests bring fakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from chat.domain.model import (
    Account,
    Caller,
    Connection,
    Conversation,
    Member,
    Message,
    Person,
    Registration,
    Session,
)

Now = Callable[[], float]
"""Seconds since the epoch."""
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Page(Generic[Record]):
    """Part of a list. `position` is where the next page begins, None on the last."""

    records: Sequence[Record]
    position: str | None = None


class People(Protocol):
    """Those who registered. No two have the same name."""

    def add(self, account: Account) -> None:
        """Raises NameTakenError when the name, or the id, is there already."""

    def account(self, user_id: str) -> Account | None: ...

    def with_name(self, name: str) -> Account | None: ...

    def several(self, user_ids: Collection[str]) -> Mapping[str, Person]:
        """Those that exist, by id."""

    def rename(self, person: Person, display_name: str) -> Person: ...

    def beginning_with(self, prefix: str, limit: int, position: str | None) -> Page[Person]:
        """Whose name or display name begins with `prefix`, which is folded already; each once."""


class Registrations(Protocol):
    """Which id the person gets whom an Idempotency-Key registers: known for a day."""

    def reserve(self, key: str, wanted: Registration) -> Registration:
        """What was reserved for the key first: `wanted` when that is now."""


class Counters(Protocol):
    """Counts per name and stretch of time, which forget themselves."""

    def take(self, name: str, most: int, window_s: int) -> int:
        """Count one more. 0 when it is one of the first `most`, else the seconds until counting begins anew."""

    def reset(self, name: str, window_s: int) -> None: ...


class Sessions(Protocol):
    def open(self, session: Session) -> None: ...

    def find(self, session_id: str) -> Session | None: ...

    def rotate(self, session: Session, seen: str) -> bool:
        """Store the session's new refresh token; False unless `seen` is the current one and the session goes on."""

    def end(self, session_id: str) -> None:
        """For good. Nothing when it ended before."""


class Passwords(Protocol):
    def hashed(self, password: str) -> str: ...

    def matches(self, password_hash: str | None, password: str) -> bool:
        """False without a hash, after as long a time."""


class AccessTokens(Protocol):
    def issue(self, caller: Caller) -> str: ...

    def read(self, token: str) -> Caller:
        """Raises SessionEndedError for any token that is not ours and valid now."""


class RefreshTokens(Protocol):
    def issue(self, session: Session) -> str: ...

    def read(self, token: str) -> tuple[str, str]:
        """Session and the token's own id. Raises SessionEndedError as above."""


@dataclass(frozen=True, slots=True)
class Made:
    """What an Idempotency-Key was used for: a fingerprint of the wish, the conversation, whether it was new."""

    key: str
    fingerprint: str
    conversation_id: str
    was_new: bool = True


class Conversations(Protocol):
    """Conversations and who is in them. Every write of members counts `members_version` up."""

    def find(self, conversation_id: str, user_id: str) -> tuple[Conversation, Member] | None:
        """None also when the person is no member."""

    def of(self, user_id: str) -> Sequence[Conversation]:
        """All of a person's, in no order."""

    def memberships(self, user_id: str, conversation_ids: Collection[str]) -> Mapping[str, Member]: ...

    def members(self, conversation_id: str) -> Sequence[Member]:
        """All."""

    def made(self, key: str) -> Made | None:
        """What the Idempotency-Key was used for."""

    def add(self, conversation: Conversation, members: Sequence[Member], made: Made | None) -> bool:
        """False when the conversation exists. Raises KeyReusedError when `made.key` was stored before."""

    def remember(self, made: Made) -> None:
        """Raises KeyReusedError."""

    def rename(self, conversation_id: str, name: str) -> None: ...

    def join(self, conversation: Conversation, members: Sequence[Member]) -> bool:
        """False when who is a member has changed since `conversation` was read."""

    def leave(self, conversation: Conversation, user_id: str, heir: str | None, correlation_id: str = "") -> bool:
        """As `join`; `heir` becomes the owner. `correlation_id` is of the request that ends the membership."""

    def read_up_to(self, conversation_id: str, user_id: str, seq: int) -> int:
        """Never backwards: what is read then. Raises ConversationNotFoundError for who is no member."""


class Stored(StrEnum):
    """What came of storing a message."""

    STORED = "stored"
    OVERTAKEN = "overtaken"
    REPEATED = "repeated"


class Messages(Protocol):
    def store(self, message: Message, conversation: Conversation, key: str | None = None) -> Stored:
        """All or nothing: the message, the conversation's `last_seq` and `last_message`, the sender's `read_seq`.

        OVERTAKEN unless `conversation` is as it was read and the sender is still a member, REPEATED when the sender
        used the client id, or the key, in this conversation before.
        """

    def sent(self, conversation_id: str, sender_id: str, client_id: str) -> Message | None:
        """What was stored for a client id or a key."""

    def newest(self, conversation_id: str, limit: int, position: str | None) -> Page[Message]: ...


class Connections(Protocol):
    """Open sockets."""

    def open(self, connection: Connection) -> Sequence[Connection]:
        """All of the person's afterwards, the oldest first."""

    def find(self, connection_id: str) -> Connection | None: ...

    def close(self, user_id: str, connection_id: str) -> None: ...

    def of(self, user_ids: Collection[str]) -> Sequence[Connection]:
        """Everybody's that have not expired."""


class Delivery(StrEnum):
    """What came of sending to a socket."""

    DELIVERED = "delivered"
    GONE = "gone"
    FAILED = "failed"


class Sockets(Protocol):
    def send(self, texts: Mapping[str, Sequence[bytes]]) -> Mapping[str, Delivery]:
        """Texts by connection, each connection's in order. One that is not delivered is a connection's last."""

    def hang_up(self, connection_ids: Collection[str]) -> None:
        """Close them; nothing for those that are gone."""
