"""The Lambda REQUEST authorizer of $connect: asked at every handshake, since AWS does not cache its answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from emulator.gateway.websocket.functions import RouteFunctions
from emulator.model.websocket_apis import CONNECT, WebSocketApi, WebSocketAuthorizer
from emulator.payloads import websocket_answer, websocket_event
from emulator.payloads.authorizer_answer import AuthorizerAnswer, parse
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.request_target import query_pairs
from emulator.payloads.websocket_event import Handshake, Peer

RESULT_BYTES = 8 * 1024
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html"""


class ConnectAuthorizer:
    """One API's authorizer. `owner` is region and account of its ARN."""

    def __init__(
        self,
        authorizer: WebSocketAuthorizer,
        api: WebSocketApi,
        functions: RouteFunctions,
        owner: tuple[str, str],
        monotonic: Callable[[], float],
    ) -> None:
        self._authorizer, self._api, self._functions, self._monotonic = authorizer, api, functions, monotonic
        region, account_id = owner
        self._method_arn = f"arn:aws:execute-api:{region}:{account_id}:{api.api_id}/{api.stage}/{CONNECT}"

    def authorize(self, peer: Peer, handshake: Handshake, request_id: str) -> Peer | HttpResponse:
        """The peer with the authorizer's context, or the 401, 403 or 500 that the client gets."""
        refusal = partial(websocket_answer.refusal, connection_id=peer.connection_id, request_id=request_id)
        if not all(self._value(source, peer, handshake) for source in self._authorizer.identity_sources):
            return refusal(401, websocket_answer.UNAUTHORIZED)
        began = self._monotonic()
        event = websocket_event.authorizer_event(peer, handshake, request_id, self._method_arn)
        outcome = self._functions.invoke(self._authorizer.function, event, "authorizer", handshake.trace_id)
        fits = outcome.kind == "returned" and len(outcome.payload) <= RESULT_BYTES
        answer = parse(outcome.payload, simple_responses=False) if fits else None
        context = _context(answer, int((self._monotonic() - began) * 1000)) if answer is not None else None
        if answer is None or context is None:
            return refusal(500, websocket_answer.INTERNAL_SERVER_ERROR)
        if not answer.allows(self._method_arn):
            return refusal(403, websocket_answer.FORBIDDEN)
        return replace(peer, authorizer=context)

    def _value(self, source: str, peer: Peer, handshake: Handshake) -> str | None:
        if source.startswith("stageVariables."):
            return self._api.stage_variables.get(source.removeprefix("stageVariables."))
        if source.startswith("context."):
            document: Any = websocket_event.connect_event(peer, handshake, "-")["requestContext"]
            for name in source.split(".")[1:]:
                document = document.get(name) if isinstance(document, dict) else None
            return None if document is None else str(document)
        kind, _, name = source.removeprefix("route.request.").partition(".")
        if kind == "header":
            return handshake.header(name)
        return ",".join(value for key, value in query_pairs(handshake.query) if key == name)


def _context(answer: AuthorizerAnswer, latency_ms: int) -> dict[str, Any] | None:
    """What the events carry: every value as text. None when one is a list or a mapping, which AWS refuses.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
    """
    context: dict[str, Any] = {}
    for name, value in (answer.context or {}).items():
        if isinstance(value, dict | list):
            return None
        if value is not None:
            context[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return {**context, "principalId": answer.principal_id, "integrationLatency": latency_ms}
