"""The events of WebSocket APIs against recorded ones: the same keys with the same types, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emulator.payloads import websocket_event
from emulator.payloads.websocket_event import Handshake, Peer

EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
HOST = "dl7ptocha9.execute-api.ap-northeast-1.amazonaws.com"
PEER = Peer("dl7ptocha9", "prod", "R1kmxc2VNjMCFIA=", 1_705_751_697_419, HOST, "49.105.91.154", "Mozilla/5.0")
HEADERS = (
    ("Host", HOST),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
    ("Sec-WebSocket-Key", "x"),
    ("Sec-WebSocket-Version", "13"),
)
HANDSHAKE = Handshake(HEADERS, "name=me", "49.105.91.154", 3104, "Root=1-2-3", 1_705_751_697.4)
# The recording of a handshake is a hand-made union of all kinds of events; these it has from elsewhere.
ELSEWHERE = {"accountId", "resourceId", "resourcePath", "httpMethod", "error", "integrationLatency", "status"}


def recorded(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / f"apigw-websocket-request{name}.json").read_text())
    return document


def shape(value: Any) -> Any:
    """Keys and types at every depth."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else type(value).__name__


def test_message_has_the_recorded_shape() -> None:
    event = websocket_event.message_event(
        PEER, "$default", "hello", request_id="R1knPH17NjMFftw=", message_id="R1knPc2ntjMCFIA=", now_s=1_705_751_700.4
    )
    assert shape(event) == shape(recorded("-send-message"))
    assert event["requestContext"]["requestTime"] == "20/Jan/2024:11:55:00 +0000"


def test_disconnect_has_the_recorded_shape() -> None:
    event = websocket_event.disconnect_event(PEER, 1001, "", "R1koeHsUtjMFbRw=", 1_705_751_708.326)
    expected = recorded("-disconnect")
    assert shape(event) == shape(expected)
    assert event["headers"] == expected["headers"]
    assert event["requestContext"] == expected["requestContext"] | {"identity": event["requestContext"]["identity"]}


def test_handshake_has_the_recorded_context() -> None:
    event = websocket_event.connect_event(PEER, HANDSHAKE, "TWegAcC4EowCHnA=")
    expected = recorded("")
    wanted = {key for key in expected["requestContext"] if key not in ELSEWHERE | {"authorizer"}}
    assert set(event["requestContext"]) == wanted
    assert set(event) <= set(expected)
    assert set(event["multiValueHeaders"]) == set(expected["multiValueHeaders"])
    assert shape(event["queryStringParameters"]) == shape(expected["queryStringParameters"])
    assert shape(event["multiValueQueryStringParameters"]) == shape(expected["multiValueQueryStringParameters"])


def test_what_a_client_does_not_send_is_absent() -> None:
    """As in events recorded of wscat, which sends no user agent and no query."""
    quiet = Peer("dl7ptocha9", "prod", "R1kmxc2VNjMCFIA=", 1, HOST, "1.2.3.4")
    event = websocket_event.connect_event(quiet, Handshake(HEADERS, "", "1.2.3.4", 3104, "Root=1-2-3", 1.0), "r")
    assert event["requestContext"]["identity"] == {"sourceIp": "1.2.3.4"}
    assert set(event) == {"headers", "multiValueHeaders", "requestContext", "isBase64Encoded"}


def test_stage_variables_and_authorizer_are_there_when_there_are_some() -> None:
    known = Peer("a", "prod", "c", 1, HOST, "1.2.3.4", None, {"color": "red"}, {"principalId": "ada"})
    events = [
        websocket_event.connect_event(known, HANDSHAKE, "r"),
        websocket_event.message_event(known, "x", "{}", request_id="r", message_id="m", now_s=1.0),
        websocket_event.disconnect_event(known, 1000, "", "r", 1.0),
    ]
    assert [event["stageVariables"] for event in events] == [{"color": "red"}] * 3
    assert [event["requestContext"]["authorizer"] for event in events] == [{"principalId": "ada"}] * 3
