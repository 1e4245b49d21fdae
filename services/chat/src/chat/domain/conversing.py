"""Begins and lists conversations."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from chat.domain import names
from chat.domain.errors import (
    ConversationNotFoundError,
    ForgedTokenError,
    InvalidFieldError,
    KeyReusedError,
    PersonNotFoundError,
    UnavailableError,
)
from chat.domain.model import Conversation, Kind, Member, Person, Role
from chat.domain.paging import PageTokens
from chat.domain.ports import Conversations, Made, Now, People

MOST_INVITED = 50
MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A conversation as one of its members sees it; `other` is the other person of a one-to-one."""

    conversation: Conversation
    member: Member
    other: Person | None = None

    @property
    def unread(self) -> int:
        return max(0, self.conversation.last_seq - self.member.read_seq)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants to begin: with one person, or a group with a name."""

    kind: Kind
    user_ids: tuple[str, ...]
    name: str = ""
    correlation_id: str = ""


class Converse:
    """The use cases behind /conversations, but for who is in them."""

    def __init__(
        self, conversations: Conversations, people: People, tokens: PageTokens, now: Now, new_id: Callable[[], str]
    ) -> None:
        self._conversations, self._people, self._tokens = conversations, people, tokens
        self._now, self._new_id = now, new_id

    def begin(self, user_id: str, wish: Wish, key: str | None) -> tuple[Seen, bool]:
        """The conversation, and whether it is new.

        Raises InvalidFieldError, PersonNotFoundError, KeyReusedError, UnavailableError.
        """
        invited = [one for one in dict.fromkeys(wish.user_ids) if one != user_id]
        if not invited:
            raise InvalidFieldError("userId" if wish.kind is Kind.DIRECT else "userIds", "must name somebody else")
        own_key = sha256(f"{user_id}\n{key}".encode()).hexdigest() if key is not None else None
        fingerprint = sha256(json.dumps([wish.kind, sorted(invited), wish.name]).encode()).hexdigest()
        made = self._conversations.made(own_key) if own_key is not None else None
        if made is None:
            made = self._begin(user_id, invited, wish, own_key, fingerprint)
        if made.fingerprint != fingerprint:
            raise KeyReusedError("This Idempotency-Key was used with another body.")
        return self.read(user_id, made.conversation_id), made.was_new

    def read(self, user_id: str, conversation_id: str) -> Seen:
        """Raises ConversationNotFoundError."""
        found = self._conversations.find(conversation_id, user_id)
        if found is None:
            raise ConversationNotFoundError("There is no such conversation.")
        return self._seen(user_id, [found])[0]

    def last_active_first(self, user_id: str, limit: int, token: str | None) -> tuple[Sequence[Seen], str | None]:
        """One page and the nextToken; raises ForgedTokenError.

        All of a person's conversations are read for their order, which changes with every message: people have some
        dozens. Who is behind what was read is asked for the page only.
        """
        listed = f"conversations {user_id}"
        after = _place(self._tokens.position(listed, token))
        every = sorted(self._conversations.of(user_id), key=_order)
        rest = [one for one in every if after is None or _order(one) > after]
        page, more = rest[:limit], len(rest) > limit
        members = self._conversations.memberships(user_id, [one.conversation_id for one in page])
        # Who left a moment ago has no membership any more.
        found = [(one, members[one.conversation_id]) for one in page if one.conversation_id in members]
        position = json.dumps(_order(page[-1])) if more else None
        return self._seen(user_id, found), self._tokens.sign(listed, position)

    def _begin(self, user_id: str, invited: Sequence[str], wish: Wish, key: str | None, fingerprint: str) -> Made:
        if len(self._people.several(invited)) < len(invited):
            raise PersonNotFoundError("There is nobody with this id.")
        conversation, members = self._new(user_id, invited, wish)
        made = Made(key or "", fingerprint, conversation.conversation_id)
        try:
            if self._conversations.add(conversation, members, made if key is not None else None):
                return made
            made = Made(made.key, fingerprint, conversation.conversation_id, was_new=False)
            if key is not None:
                self._conversations.remember(made)
            return made
        except KeyReusedError:
            # Somebody with the same key was faster.
            found = self._conversations.made(key or "")
            if found is None:
                raise UnavailableError("The first answer to this Idempotency-Key cannot be read yet.") from None
            return found

    def _new(self, user_id: str, invited: Sequence[str], wish: Wish) -> tuple[Conversation, Sequence[Member]]:
        now_ms = int(self._now() * 1000)
        if wish.kind is Kind.DIRECT:
            pair = tuple(sorted([user_id, invited[0]]))
            # The pair decides the id: there cannot be two.
            direct_id = sha256("\n".join(pair).encode()).hexdigest()[:32]
            members = [Member(one, Role.MEMBER, now_ms, correlation_id=wish.correlation_id) for one in pair]
            return Conversation(direct_id, Kind.DIRECT, "", now_ms, 2, pair), members
        name = names.shown_name(wish.name, "name")
        roles = {user_id: Role.OWNER, **dict.fromkeys(invited, Role.MEMBER)}
        members = [Member(one, role, now_ms, correlation_id=wish.correlation_id) for one, role in roles.items()]
        return Conversation(self._new_id(), Kind.GROUP, name, now_ms, len(members)), members

    def _seen(self, user_id: str, found: Sequence[tuple[Conversation, Member]]) -> Sequence[Seen]:
        others = {one.conversation_id: _other(user_id, one) for one, _ in found if one.kind is Kind.DIRECT}
        people = self._people.several(set(others.values())) if others else {}
        return [Seen(one, member, people.get(others.get(one.conversation_id, ""))) for one, member in found]


def _other(user_id: str, conversation: Conversation) -> str:
    return next(one for one in conversation.pair if one != user_id)


def _order(conversation: Conversation) -> tuple[int, str]:
    return -conversation.active_at, conversation.conversation_id


def _place(position: str | None) -> tuple[int, str] | None:
    if position is None:
        return None
    try:
        active, conversation_id = json.loads(position)
    except ValueError:
        raise ForgedTokenError("nextToken is not one of ours.") from None
    return active, conversation_id
