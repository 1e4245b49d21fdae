"""The events of a WebSocket API: CONNECT, MESSAGE and DISCONNECT, and the one its authorizer gets.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
(what is absent, not null, as in events recorded on AWS)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.model.websocket_apis import CONNECT, DISCONNECT
from emulator.payloads.http_message import HeaderPairs
from emulator.payloads.request_target import query_pairs
from emulator.payloads.request_time import request_time

# The function gets the handshake's headers without those of the connection itself; the authorizer gets them all.
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "transfer-encoding", "upgrade"})


@dataclass(frozen=True, slots=True)
class Handshake:
    """A request to open a WebSocket. Header names as sent; `port` is ours; `received_s` is seconds since the epoch."""

    headers: HeaderPairs
    query: str
    source_ip: str
    port: int
    trace_id: str
    received_s: float

    def header(self, name: str) -> str | None:
        """The value, repeated ones joined with commas; `name` in any case."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ",".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Peer:
    """What every event of one connection says of it. `authorizer` is its context with the principal."""

    api_id: str
    stage: str
    connection_id: str
    connected_ms: int
    domain_name: str
    source_ip: str
    user_agent: str | None = None
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    authorizer: Mapping[str, Any] | None = None


def connect_event(peer: Peer, handshake: Handshake, request_id: str) -> dict[str, Any]:
    """The event of the $connect route."""
    headers = [(name, value) for name, value in _headers(handshake) if name.lower() not in _HOP_BY_HOP]
    context = _context(peer, CONNECT, "CONNECT", request_id, handshake.received_s)
    return {**_request_parts(peer, handshake, headers), "requestContext": context, "isBase64Encoded": False}


def authorizer_event(peer: Peer, handshake: Handshake, request_id: str, method_arn: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    parts = _request_parts(peer, handshake, _headers(handshake))
    empty: dict[str, Any] = {
        "queryStringParameters": {},
        "multiValueQueryStringParameters": {},
        "stageVariables": {},
    }
    context = _context(peer, CONNECT, "CONNECT", request_id, handshake.received_s)
    return {"type": "REQUEST", "methodArn": method_arn, **empty, **parts, "requestContext": context}


def message_event(
    peer: Peer, route_key: str, text: str, *, request_id: str, message_id: str, now_s: float
) -> dict[str, Any]:
    """The event of any other route. There are no binary messages: AWS closes the connection on a binary frame."""
    context = _context(peer, route_key, "MESSAGE", request_id, now_s)
    context["messageId"] = message_id
    return {**_variables(peer), "requestContext": context, "body": text, "isBase64Encoded": False}


def disconnect_event(peer: Peer, code: int, reason: str, request_id: str, now_s: float) -> dict[str, Any]:
    """The event of the $disconnect route; the four headers are what AWS sends."""
    headers = {"Host": peer.domain_name, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
    context = _context(peer, DISCONNECT, "DISCONNECT", request_id, now_s)
    context |= {"disconnectStatusCode": code, "disconnectReason": reason}
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        **_variables(peer),
        "requestContext": context,
        "isBase64Encoded": False,
    }


def _context(peer: Peer, route_key: str, event_type: str, request_id: str, now_s: float) -> dict[str, Any]:
    identity = {"sourceIp": peer.source_ip}
    if peer.user_agent is not None:
        identity["userAgent"] = peer.user_agent
    context: dict[str, Any] = {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": request_time(int(now_s)),
        "messageDirection": "IN",
        "stage": peer.stage,
        "connectedAt": peer.connected_ms,
        "requestTimeEpoch": int(now_s * 1000),
        "identity": identity,
        "requestId": request_id,
        "domainName": peer.domain_name,
        "connectionId": peer.connection_id,
        "apiId": peer.api_id,
    }
    if peer.authorizer is not None:
        context["authorizer"] = dict(peer.authorizer)
    return context


def _headers(handshake: Handshake) -> HeaderPairs:
    """The client's headers and the gateway's own, sorted by name as API Gateway lists them."""
    forwarded = handshake.header("x-forwarded-for")
    own = {
        "X-Amzn-Trace-Id": handshake.trace_id,
        "X-Forwarded-For": f"{forwarded}, {handshake.source_ip}" if forwarded else handshake.source_ip,
        "X-Forwarded-Port": str(handshake.port),
        "X-Forwarded-Proto": "http",
    }
    replaced = {name.lower() for name in own}
    pairs = [(name, value) for name, value in handshake.headers if name.lower() not in replaced]
    return tuple(sorted((*pairs, *own.items()), key=lambda pair: pair[0].lower()))


def _request_parts(peer: Peer, handshake: Handshake, headers: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"headers": dict(headers), "multiValueHeaders": _listed(headers)}
    query = query_pairs(handshake.query)
    if query:
        parts |= {"queryStringParameters": dict(query), "multiValueQueryStringParameters": _listed(query)}
    return {**parts, **_variables(peer)}


def _variables(peer: Peer) -> dict[str, Any]:
    return {"stageVariables": dict(peer.stage_variables)} if peer.stage_variables else {}


def _listed(pairs: Any) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for name, value in pairs:
        listed.setdefault(name, []).append(value)
    return listed
