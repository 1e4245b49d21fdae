"""What chat is about. Times are milliseconds since the epoch, unless a name ends in `_s`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who registered. `name` is what they sign in with."""

    user_id: str
    name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person and what proves that it is them."""

    person: Person
    password_hash: str = field(repr=False)
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class Registration:
    """Who is to be registered under an Idempotency-Key, and a fingerprint of what was asked, but for the password."""

    user_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in on one device. `current` is the id of the only refresh token that works now."""

    session_id: str
    user_id: str
    current: str
    expires_at_s: int
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and in which session."""

    user_id: str
    session_id: str


class Kind(StrEnum):
    """Of conversations."""

    DIRECT = "direct"
    GROUP = "group"


class Role(StrEnum):
    """Of members."""

    OWNER = "owner"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Message:
    """`seq` counts from 1 without gaps in each conversation. `members_version` says who was a member then."""

    message_id: str
    conversation_id: str
    seq: int
    sender_id: str
    sender_name: str
    text: str
    sent_at: int
    client_id: str
    correlation_id: str = ""
    members_version: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """`pair` has both people of a one-to-one. `members_version` counts changes of who is a member."""

    conversation_id: str
    kind: Kind
    name: str
    created_at: int
    member_count: int
    pair: tuple[str, ...] = ()
    members_version: int = 1
    last_seq: int = 0
    last_message: Message | None = None

    @property
    def active_at(self) -> int:
        """When something was said last."""
        return self.last_message.sent_at if self.last_message is not None else self.created_at


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a conversation, who has read everything up to `read_seq`. `correlation_id` is of the request that let
    them in."""

    user_id: str
    role: Role
    joined_at: int
    read_seq: int = 0
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody's coming into a conversation, or going: `change` is `joined` or `left`."""

    conversation_id: str
    user_id: str
    change: str
    correlation_id: str = ""


SOCKET_LIVES_S = 2 * 3600
"""API Gateway closes every socket after it: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
OPENING_S = 30
"""So long a handshake may take; API Gateway gives up on $connect after 29 seconds."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A socket, known from $connect on: a moment before it is open."""

    connection_id: str
    user_id: str
    session_id: str
    expires_at_s: int

    def may_be_opening(self, now_s: float) -> bool:
        """Until the handshake is over, API Gateway says that the connection is gone."""
        return self.expires_at_s - SOCKET_LIVES_S + OPENING_S > now_s
