"""/conversations/{conversationId}/messages and /read."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.domain.messaging import Converser, Draft, ReadHistory
from chat.domain.signalling import Signal
from chat.web.conversation_models import MessageList, MessageView, NewMessage, ReadUpTo, ReadView
from chat.web.request import Event, correlation_id, idempotency_key, user_id
from chat.web.shapes import (
    BODY_ERRORS,
    JSON,
    SIGNED_IN,
    IdempotencyKey,
    Limit,
    NextToken,
    answers,
    one_page,
)

_ONE = "/conversations/<conversationId>"


class MessageRoutes:
    """Routes to the use cases of messages."""

    def __init__(self, converser: Converser, signal: Signal, history: ReadHistory) -> None:
        self._converser, self._signal, self._history = converser, signal, history
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router, tags = self._router, ["Messages"]
        listed = answers(200, MessageList, *SIGNED_IN, 400, 404)
        sent = answers(201, MessageView, *SIGNED_IN, *BODY_ERRORS, 404)
        read = answers(200, ReadView, *SIGNED_IN, *BODY_ERRORS, 404)
        router.get(f"{_ONE}/messages", summary="The history, newest first", tags=tags, responses=listed)(self.list)
        router.post(f"{_ONE}/messages", summary="Send a message", tags=tags, responses=sent)(self.send)
        router.post(f"{_ONE}/read", summary="Note what was read", tags=tags, responses=read)(self.read)
        return router

    def list(
        self,
        conversationId: str,  # noqa: N803 - the name in the template's path
        limit: Limit = 50,
        next_token: NextToken = None,
    ) -> Response[dict[str, Any]]:
        found, token = self._history(self._caller(), conversationId, limit, next_token)
        listed = MessageList(messages=[MessageView.of(one) for one in found], next_token=token)
        return Response(200, JSON, one_page(listed))

    def send(
        self,
        conversationId: str,  # noqa: N803
        wanted: Annotated[NewMessage, Body()],
        _key: IdempotencyKey = None,
    ) -> Response[MessageView]:
        event = self._event()
        key = _as_client_id(idempotency_key(event))
        client_id = wanted.client_id or key or uuid.uuid4().hex
        draft = Draft(conversationId, client_id, wanted.text, correlation_id(event), key)
        return Response(201, JSON, MessageView.of(self._converser.send(self._caller(), draft)))

    def read(self, conversationId: str, wanted: Annotated[ReadUpTo, Body()]) -> Response[ReadView]:  # noqa: N803
        read, unread = self._signal.read(self._caller(), conversationId, wanted.seq)
        return Response(200, JSON, ReadView(conversation_id=conversationId, read_seq=read, unread=unread))

    def _event(self) -> Event:
        raw: Event = self._router.current_event.raw_event
        return raw

    def _caller(self) -> str:
        return user_id(self._event())


def _as_client_id(key: str | None) -> str | None:
    """An Idempotency-Key may be anything; a name made of it has the form of a client id."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key).hex if key is not None else None
