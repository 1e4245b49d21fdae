"""Bodies of /conversations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from chat.domain.conversing import MOST_INVITED, Seen
from chat.domain.happenings import message_view, moment
from chat.domain.model import Kind, Member, Message, Person, Role
from chat.web.people_models import PersonView
from chat.web.shapes import Asked, Shown, UserId

_Text = Annotated[str, StringConstraints(max_length=256)]
_People = Annotated[list[UserId], Field(min_length=1, max_length=MOST_INVITED)]


class NewConversation(Asked):
    """`direct` with `userId`, or `group` with `name` and `userIds`."""

    kind: Literal["direct", "group"]
    user_id: UserId | None = None
    name: _Text | None = None
    user_ids: _People | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> NewConversation:
        wanted = {"user_id"} if self.kind == "direct" else {"name", "user_ids"}
        if {name for name in ("user_id", "name", "user_ids") if getattr(self, name) is not None} != wanted:
            raise ValueError("a direct conversation has a userId, a group has a name and userIds")
        return self


class Rename(Asked):
    """What a group is called."""

    name: _Text


class Invite(Asked):
    """Who joins a group."""

    user_ids: _People


class NewMessage(Asked):
    """What to say. The same `clientId` again is the same message again."""

    text: Annotated[str, StringConstraints(max_length=4000)]
    client_id: Annotated[str, StringConstraints(max_length=64)] | None = None


class ReadUpTo(Asked):
    """The number of the last message that was read."""

    seq: Annotated[int, Field(ge=0, strict=True)]


class MessageView(Shown):
    """A message. `seq` counts without gaps in its conversation."""

    message_id: str
    conversation_id: str
    seq: int
    sender_id: str
    sender_name: str
    text: str
    sent_at: str
    client_id: str

    @classmethod
    def of(cls, message: Message) -> MessageView:
        return cls.model_validate(message_view(message))


class MemberView(Shown):
    """Somebody in a conversation."""

    user_id: str
    name: str
    display_name: str
    role: Role
    read_seq: int

    @classmethod
    def of(cls, member: Member, person: Person) -> MemberView:
        return cls(
            user_id=person.user_id,
            name=person.name,
            display_name=person.display_name,
            role=member.role,
            read_seq=member.read_seq,
        )


class ConversationView(Shown):
    """A conversation as the caller sees it. `with` is the other person of a one-to-one, whose name it bears."""

    conversation_id: str
    kind: Kind
    name: str
    role: Role
    member_count: int
    last_seq: int
    read_seq: int
    unread: int
    last_message: MessageView | None
    active_at: str
    created_at: str
    other: PersonView | None = Field(validation_alias="other", serialization_alias="with")

    @classmethod
    def of(cls, seen: Seen) -> ConversationView:
        one = seen.conversation
        return cls(
            conversation_id=one.conversation_id,
            kind=one.kind,
            name=seen.other.display_name if seen.other is not None else one.name,
            role=seen.member.role,
            member_count=one.member_count,
            last_seq=one.last_seq,
            read_seq=seen.member.read_seq,
            unread=seen.unread,
            last_message=MessageView.of(one.last_message) if one.last_message is not None else None,
            active_at=moment(one.active_at),
            created_at=moment(one.created_at),
            other=PersonView.of(seen.other) if seen.other is not None else None,
        )


class WholeConversation(ConversationView):
    """With everybody who is in it, the longest-standing first."""

    members: list[MemberView]


class ConversationList(Shown):
    """One page, the last active first; `nextToken` is absent on the last."""

    conversations: list[ConversationView]
    next_token: str | None = None


class MessageList(Shown):
    """One page, newest first; `nextToken` is absent on the last."""

    messages: list[MessageView]
    next_token: str | None = None


class ReadView(Shown):
    """What is read, and how much is not."""

    conversation_id: str
    read_seq: int
    unread: int
