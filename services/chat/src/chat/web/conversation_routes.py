"""/conversations and their members."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.domain.conversing import Converse, Seen, Wish
from chat.domain.grouping import ManageGroups
from chat.domain.model import Kind
from chat.web.conversation_models import (
    ConversationList,
    ConversationView,
    Invite,
    MemberView,
    NewConversation,
    Rename,
    WholeConversation,
)
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


class ConversationRoutes:
    """Routes to the use cases of conversations and groups."""

    def __init__(self, conversations: Converse, groups: ManageGroups) -> None:
        self._conversations, self._groups = conversations, groups
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router, tags = self._router, ["Conversations"]
        listed = answers(200, ConversationList, *SIGNED_IN, 400)
        made = answers(201, ConversationView, *SIGNED_IN, *BODY_ERRORS, 404)
        whole = answers(200, WholeConversation, *SIGNED_IN, 404)
        changed = answers(200, WholeConversation, *SIGNED_IN, *BODY_ERRORS, 404, 409)
        gone = answers(204, None, *SIGNED_IN, 404, 409)
        router.get("/conversations", summary="List, the last active first", tags=tags, responses=listed)(self.list)
        router.post("/conversations", summary="Begin one", tags=tags, responses=made)(self.begin)
        router.get(_ONE, summary="Read one with its members", tags=tags, responses=whole)(self.read)
        router.put(_ONE, summary="Name a group", tags=tags, responses=changed)(self.rename)
        router.post(f"{_ONE}/members", summary="Add members to a group", tags=tags, responses=changed)(self.invite)
        leave = f"{_ONE}/members/<userId>"
        router.delete(leave, summary="Remove a member, or leave", tags=tags, responses=gone)(self.remove)
        return router

    def list(self, limit: Limit = 50, next_token: NextToken = None) -> Response[dict[str, Any]]:
        found, token = self._conversations.last_active_first(self._caller(), limit, next_token)
        listed = ConversationList(conversations=[ConversationView.of(one) for one in found], next_token=token)
        return Response(200, JSON, one_page(listed))

    def begin(
        self, wanted: Annotated[NewConversation, Body()], _key: IdempotencyKey = None
    ) -> Response[ConversationView]:
        invited = (wanted.user_id,) if wanted.user_id is not None else tuple(wanted.user_ids or ())
        wish = Wish(Kind(wanted.kind), invited, wanted.name or "", correlation_id(self._event()))
        seen, is_new = self._conversations.begin(self._caller(), wish, idempotency_key(self._event()))
        headers = {"location": f"/conversations/{seen.conversation.conversation_id}"}
        return Response(201 if is_new else 200, JSON, ConversationView.of(seen), headers=headers)

    def read(self, conversationId: str) -> Response[WholeConversation]:  # noqa: N803 - the name in the template's path
        return self._whole(conversationId)

    def rename(self, conversationId: str, wanted: Annotated[Rename, Body()]) -> Response[WholeConversation]:  # noqa: N803
        self._groups.rename(self._caller(), conversationId, wanted.name)
        return self._whole(conversationId)

    def invite(self, conversationId: str, wanted: Annotated[Invite, Body()]) -> Response[WholeConversation]:  # noqa: N803
        self._groups.add(self._caller(), conversationId, wanted.user_ids, correlation_id(self._event()))
        return self._whole(conversationId)

    def remove(self, conversationId: str, userId: str) -> Response[None]:  # noqa: N803
        leaving = self._caller() if userId == "me" else userId
        self._groups.remove(self._caller(), conversationId, leaving, correlation_id(self._event()))
        return Response(204)

    def _whole(self, conversation_id: str) -> Response[WholeConversation]:
        seen: Seen = self._conversations.read(self._caller(), conversation_id)
        members = [MemberView.of(*one) for one in self._groups.members(self._caller(), conversation_id)]
        view = ConversationView.of(seen).model_dump()
        return Response(200, JSON, WholeConversation(**view, members=members))

    def _event(self) -> Event:
        raw: Event = self._router.current_event.raw_event
        return raw

    def _caller(self) -> str:
        return user_id(self._event())
