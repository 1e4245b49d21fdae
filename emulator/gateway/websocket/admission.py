"""Who may connect: asks the authorizer and the $connect route of one API before a handshake is answered.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from emulator.gateway.request_ids import Ids
from emulator.gateway.websocket.access_log import AccessLog
from emulator.gateway.websocket.functions import RouteFunctions
from emulator.gateway.websocket.throttling import Throttling
from emulator.gateway.websocket.workers import Workers
from emulator.model import Outcome
from emulator.model.websocket_apis import CONNECT, WebSocketApi
from emulator.payloads import websocket_answer, websocket_event
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.websocket_event import Handshake, Peer


@dataclass(frozen=True, slots=True)
class Accepted:
    """A connection that may be opened: what is known of it now, and the subprotocol that the function chose."""

    peer: Peer
    subprotocol: str | None = None


Verdict = Accepted | HttpResponse


class AuthorizerPort(Protocol):
    """Asked before $connect, on a thread that may wait: the peer with what was found out, or a refusal."""

    def authorize(self, peer: Peer, handshake: Handshake, request_id: str) -> Peer | HttpResponse: ...


class Admission:
    """One API's. `begin` is called on the event loop's thread; functions run on the workers'."""

    def __init__(
        self,
        api: WebSocketApi,
        functions: RouteFunctions,
        authorizer: AuthorizerPort | None,
        throttling: Throttling,
        log: AccessLog,
        workers: Workers,
        ids: Ids,
    ) -> None:
        self._api, self._functions, self._authorizer = api, functions, authorizer
        self._throttling, self._log, self._workers, self._ids = throttling, log, workers, ids

    def begin(self, handshake: Handshake, done: Callable[[Verdict], None]) -> None:
        """Ask whoever may refuse the connection, and call `done` on the event loop's thread."""
        peer, request_id = self._peer(handshake), self._ids.api_request()
        refusal = partial(websocket_answer.refusal, connection_id=peer.connection_id, request_id=request_id)

        def judged(verdict: Verdict) -> None:
            self._note(verdict, peer, handshake, request_id)
            done(verdict)

        if not self._throttling.admits_connection():
            judged(refusal(429, websocket_answer.TOO_MANY_REQUESTS))
            return
        route = self._api.routes.get(CONNECT)
        limit_s = self._functions.limit_s(route.integration) if route else None
        # Without a verdict there is a fault of ours, or a function that took too long.
        failed = refusal(500, websocket_answer.INTERNAL_SERVER_ERROR)
        nobody = failed if limit_s is None else refusal(504, websocket_answer.TIMED_OUT)
        self._workers.run(
            partial(self.verdict, peer, handshake, request_id), lambda verdict: judged(verdict or nobody), limit_s
        )

    def verdict(self, peer: Peer, handshake: Handshake, request_id: str) -> Verdict:
        """The authorizer's, then $connect's; waits for both."""
        if self._authorizer is not None:
            found = self._authorizer.authorize(peer, handshake, request_id)
            if isinstance(found, HttpResponse):
                return found
            peer = found
        route = self._api.routes.get(CONNECT)
        if route is None:
            return Accepted(peer)
        if route.integration.function is None:
            return self._answered(peer, websocket_answer.ConnectAnswer(route.integration.status), request_id)
        event = websocket_event.connect_event(peer, handshake, request_id)
        outcome = self._functions.invoke(route.integration.function, event, "websocket", handshake.trace_id)
        return self._answered(peer, _answer(outcome), request_id)

    def _answered(self, peer: Peer, answer: websocket_answer.ConnectAnswer, request_id: str) -> Verdict:
        if 200 <= answer.status < 300:
            return Accepted(peer, answer.subprotocol)
        return websocket_answer.refusal(answer.status, answer.message, peer.connection_id, request_id)

    def _note(self, verdict: Verdict, peer: Peer, handshake: Handshake, request_id: str) -> None:
        if isinstance(verdict, HttpResponse):
            event = websocket_event.connect_event(peer, handshake, request_id)
            self._log.note(event, verdict.status, error=json.loads(verdict.body)["message"])
        else:
            self._log.note(websocket_event.connect_event(verdict.peer, handshake, request_id), 200)

    def _peer(self, handshake: Handshake) -> Peer:
        """A new connection's identity."""
        return Peer(
            api_id=self._api.api_id,
            stage=self._api.stage,
            connection_id=self._ids.api_request(),
            connected_ms=int(handshake.received_s * 1000),
            domain_name=handshake.header("host") or "",
            source_ip=handshake.source_ip,
            user_agent=handshake.header("user-agent"),
            stage_variables=self._api.stage_variables,
        )


def _answer(outcome: Outcome) -> websocket_answer.ConnectAnswer:
    """A function that fails, or answers what is no answer, refuses with 502."""
    broken = websocket_answer.ConnectAnswer(502, message=websocket_answer.INTERNAL_SERVER_ERROR)
    if outcome.kind == "throttled":
        return replace(broken, status=500)
    if outcome.kind != "returned":
        return broken
    return websocket_answer.connect_answer(outcome.payload) or broken
