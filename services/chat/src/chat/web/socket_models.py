"""What clients send over the socket. What a text or a client id may be is the domain's business."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chat.web.shapes import Asked

_Ref = Annotated[str | None, StringConstraints(max_length=64)]
_ConversationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class SendMessage(Asked):
    """The same `clientId` again is the same message again."""

    action: Literal["sendMessage"]
    conversation_id: _ConversationId
    client_id: Annotated[str, StringConstraints(max_length=64)]
    text: Annotated[str, StringConstraints(max_length=4000)]
    ref: _Ref = None


class Typing(Asked):
    """The person writes something just now."""

    action: Literal["typing"]
    conversation_id: _ConversationId
    ref: _Ref = None


class MarkRead(Asked):
    """The number of the last message that was read."""

    action: Literal["markRead"]
    conversation_id: _ConversationId
    seq: Annotated[int, Field(ge=0, strict=True)]
    ref: _Ref = None


class Ping(Asked):
    """Keeps the socket from being closed for silence."""

    action: Literal["ping"]
    ref: _Ref = None
