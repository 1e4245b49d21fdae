"""/api-keys: admins issue and revoke the keys of integrations."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import StringConstraints

from orders.domain.paging import PageTokens
from orders.services.integrations import ManageKeys
from orders.web.caller import caller, post
from orders.web.people_models import IssuedKey, Key, KeyList, NewKey
from orders.web.shapes import Asked, Limit, NextToken

_KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$"), Path()]


class KeyQuery(Asked):
    """Newest first."""

    limit: Limit = 20
    next_token: NextToken | None = None


class KeyRoutes:
    """Who may call these is in access.py."""

    def __init__(self, keys: ManageKeys, tokens: PageTokens) -> None:
        self._keys, self._tokens = keys, tokens
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router = self._router
        router.post("/api-keys", summary="Issue an API key, shown this once")(self.issue)
        router.get("/api-keys", summary="List API keys")(self.listed)
        router.delete("/api-keys/<key_id>", summary="Revoke an API key")(self.revoke)
        return router

    def issue(self, asked: Annotated[NewKey, Body()]) -> tuple[IssuedKey, int]:
        event = self._router.current_event.raw_event
        by = caller(event)
        request = post(event, "api key", by.caller_id, asked.model_dump(mode="json"))
        expires_at = asked.expires_at.timestamp() if asked.expires_at else None
        key, text = self._keys.issue(by, asked.name, frozenset(asked.scopes), expires_at, request)
        return IssuedKey(**Key.of(key).model_dump(), api_key=text), 201

    def listed(self, query: Annotated[KeyQuery, Query()]) -> KeyList:
        keys, position = self._keys.newest(query.limit, self._tokens.position("keys", query.next_token))
        return KeyList(keys=[Key.of(key) for key in keys], next_token=self._tokens.sign("keys", position))

    def revoke(self, key_id: _KeyId) -> Key:
        return Key.of(self._keys.revoke(key_id))
