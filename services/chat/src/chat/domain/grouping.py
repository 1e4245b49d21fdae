"""Who is in a group: its owner adds and removes people and names it, everybody may leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat.domain import names
from chat.domain.conversing import MOST_MEMBERS
from chat.domain.errors import (
    ChangedMeanwhileError,
    ConversationFullError,
    ConversationNotFoundError,
    NotAGroupError,
    NotAllowedError,
    PersonNotFoundError,
)
from chat.domain.model import Conversation, Kind, Member, Person, Role
from chat.domain.ports import Conversations, Now, People

_TRIES = 5


class ManageGroups:
    """The use cases behind /conversations/{conversationId} and its members."""

    def __init__(self, conversations: Conversations, people: People, now: Now) -> None:
        self._conversations, self._people, self._now = conversations, people, now

    def members(self, user_id: str, conversation_id: str) -> Sequence[tuple[Member, Person]]:
        """The longest-standing first. Raises ConversationNotFoundError."""
        self._find(conversation_id, user_id)
        found = sorted(self._conversations.members(conversation_id), key=_standing)
        people: Mapping[str, Person] = self._people.several([one.user_id for one in found])
        return [(one, people[one.user_id]) for one in found if one.user_id in people]

    def rename(self, user_id: str, conversation_id: str, name: str) -> None:
        """Raises InvalidFieldError and as `add`."""
        self._owned(conversation_id, user_id)
        self._conversations.rename(conversation_id, names.shown_name(name, "name"))

    def add(self, user_id: str, conversation_id: str, invited: Sequence[str], correlation_id: str = "") -> None:
        """Members already are no mistake; new ones see the history, as read. `correlation_id` is the request's.

        Raises ConversationNotFoundError, NotAGroupError, NotAllowedError, PersonNotFoundError, ConversationFullError,
        ChangedMeanwhileError.
        """
        wanted = list(dict.fromkeys(invited))
        if len(self._people.several(wanted)) < len(wanted):
            raise PersonNotFoundError("There is nobody with this id.")
        for _ in range(_TRIES):
            group = self._owned(conversation_id, user_id)
            there = {one.user_id for one in self._conversations.members(conversation_id)}
            now_ms = int(self._now() * 1000)
            new = [
                Member(one, Role.MEMBER, now_ms, group.last_seq, correlation_id) for one in wanted if one not in there
            ]
            if group.member_count + len(new) > MOST_MEMBERS:
                raise ConversationFullError(f"A group has at most {MOST_MEMBERS} members.")
            if not new or self._conversations.join(group, new):
                return
        raise ChangedMeanwhileError("The group changed meanwhile; try again.")

    def remove(self, user_id: str, conversation_id: str, leaving: str, correlation_id: str = "") -> None:
        """Themselves, or somebody else by the owner; an owner who leaves is followed by the longest-standing member.

        Raises as `add`.
        """
        for _ in range(_TRIES):
            group = self._find(conversation_id, user_id)[0] if leaving == user_id else None
            group = self._grouped(group) if group is not None else self._owned(conversation_id, user_id)
            members = {one.user_id: one for one in self._conversations.members(conversation_id)}
            if leaving not in members:
                return
            others = sorted((one for one in members.values() if one.user_id != leaving), key=_standing)
            inherits = members[leaving].role is Role.OWNER and others
            heir = others[0].user_id if inherits else None
            if self._conversations.leave(group, leaving, heir, correlation_id):
                return
        raise ChangedMeanwhileError("The group changed meanwhile; try again.")

    def _find(self, conversation_id: str, user_id: str) -> tuple[Conversation, Member]:
        found = self._conversations.find(conversation_id, user_id)
        if found is None:
            raise ConversationNotFoundError("There is no such conversation.")
        return found

    def _owned(self, conversation_id: str, user_id: str) -> Conversation:
        conversation, member = self._find(conversation_id, user_id)
        group = self._grouped(conversation)
        if member.role is not Role.OWNER:
            raise NotAllowedError("Only the group's owner may do this.")
        return group

    def _grouped(self, conversation: Conversation) -> Conversation:
        if conversation.kind is not Kind.GROUP:
            raise NotAGroupError("A one-to-one conversation keeps its two people and has no name.")
        return conversation


def _standing(member: Member) -> tuple[int, bool, str]:
    # Who made the group came first, by less than a moment.
    return member.joined_at, member.role is not Role.OWNER, member.user_id
