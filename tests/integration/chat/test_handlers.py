"""Each function of chat as Lambda loads and calls it, on a real backend, with AWS's recorded events."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fakes.chat_account import Account, authorizer_event, http_event, socket_event, stream_event

CONTEXT = SimpleNamespace(aws_request_id="request-1")
PASSWORD = "correct horse battery"
Load = Callable[..., Any]


def body(reply: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply["body"])
    return found


def signed_in(load_chat: Load) -> dict[str, Any]:
    auth, name = load_chat("authenticate"), f"p-{uuid.uuid4().hex[:12]}"
    wanted = {"name": name, "password": PASSWORD}
    assert auth(http_event("POST /auth/register", wanted), CONTEXT)["statusCode"] == 201
    return body(auth(http_event("POST /auth/login", wanted), CONTEXT))


def test_authorizers_let_pass_who_is_signed_in_until_they_sign_out(load_chat: Load) -> None:
    tokens = signed_in(load_chat)
    allowed = load_chat("authorize")(authorizer_event(tokens["accessToken"]), CONTEXT)
    assert (allowed["isAuthorized"], allowed["context"]["userId"]) == (True, tokens["user"]["userId"])
    offered = {"headers": {"Sec-WebSocket-Protocol": f"chat.v1, token.{tokens['accessToken']}"}, "methodArn": "arn"}
    policy = load_chat("authorize_socket")(socket_event("request", "c1", **offered), CONTEXT)
    (statement,) = policy["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"], policy["context"]) == ("Allow", "arn", allowed["context"])
    refresh = {"refreshToken": tokens["refreshToken"]}
    assert load_chat("authenticate")(http_event("POST /auth/logout", refresh), CONTEXT)["statusCode"] == 204
    assert load_chat("authorize")(authorizer_event(tokens["accessToken"]), CONTEXT) == {"isAuthorized": False}
    denied = load_chat("authorize_socket")(socket_event("request", "c1", **offered), CONTEXT)
    assert denied["policyDocument"]["Statement"][0]["Effect"] == "Deny"


@pytest.mark.parametrize("offered", ["", "chat.v1", "token.", "chat.v1, token.a.b.c"])
def test_socket_without_a_token_of_ours_is_denied(load_chat: Load, offered: str) -> None:
    event = socket_event("request", "c1", headers={"sec-websocket-protocol": offered}, methodArn="arn")
    policy = load_chat("authorize_socket")(event, CONTEXT)
    assert policy["policyDocument"]["Statement"][0]["Effect"] == "Deny"


def caller_of(tokens: dict[str, Any], load_chat: Load) -> dict[str, str]:
    said: dict[str, str] = load_chat("authorize")(authorizer_event(tokens["accessToken"]), CONTEXT)["context"]
    return said


def opened(load_chat: Load, connection_id: str, caller: dict[str, str]) -> Any:
    """The Socket function, with an open socket."""
    socket = load_chat("answer_socket")
    event = socket_event("request", connection_id, caller, headers={"Sec-WebSocket-Protocol": "chat.v1, token.x"})
    answer = socket(event, CONTEXT)
    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "chat.v1"}}
    return socket


def test_socket_lives_from_connect_to_disconnect(load_chat: Load, chat_account: Account) -> None:
    connection_id, caller = f"{uuid.uuid4().hex[:15]}=", caller_of(signed_in(load_chat), load_chat)
    socket = opened(load_chat, connection_id, caller)
    ping = json.dumps({"action": "ping", "ref": "7"})
    for known in (caller, None):
        # Whether or not the gateway says once more who it is.
        event = socket_event("request-send-message", connection_id, known, body=ping)
        assert body(socket(event, CONTEXT)) == {"type": "pong", "action": "ping", "ref": "7"}
    assert socket(socket_event("request-disconnect", connection_id), CONTEXT)["statusCode"] == 200
    late = body(socket(socket_event("request-send-message", connection_id, body=ping), CONTEXT))
    assert late["error"]["code"] == "session_ended"
    key = {"key": {"S": f"SOCKET#{connection_id}"}}
    assert "Item" not in chat_account.client("dynamodb").get_item(TableName=chat_account.table("connections"), Key=key)


def test_client_of_another_protocol_is_refused(load_chat: Load) -> None:
    caller = caller_of(signed_in(load_chat), load_chat)
    event = socket_event("request", "c1", caller, headers={"Sec-WebSocket-Protocol": "chat.v2"})
    assert load_chat("answer_socket")(event, CONTEXT)["statusCode"] == 400


def test_recorded_message_is_answered_as_what_nobody_knows(load_chat: Load) -> None:
    caller = caller_of(signed_in(load_chat), load_chat)
    answer = body(opened(load_chat, "c1", caller)(socket_event("request-send-message", "c1", caller), CONTEXT))
    assert (answer["type"], answer["error"]["code"], answer["requestId"]) == (
        "error",
        "unknown_action",
        "R1knPH17NjMFftw=",
    )


@pytest.mark.parametrize("text", ['{"action": "ping"}', '{"action": "dance"}', "{", '{"action": "typing"}'])
def test_what_concerns_nobody_has_a_pace_per_person(load_chat: Load, text: str) -> None:
    caller = caller_of(signed_in(load_chat), load_chat)
    socket = opened(load_chat, f"{uuid.uuid4().hex[:15]}=", caller)
    event = socket_event("request-send-message", "c1", caller, body=text)
    # Ten seconds may begin in between.
    codes = [body(socket(event, CONTEXT)).get("error", {}).get("code") for _ in range(2 * 60 + 1)]
    assert "too_fast" in codes
    assert codes[0] != "too_fast"


def test_what_makes_no_sense_is_told_to_nobody_whose_session_ended(load_chat: Load) -> None:
    tokens = signed_in(load_chat)
    caller = caller_of(tokens, load_chat)
    socket = opened(load_chat, "c2", caller)
    refresh = {"refreshToken": tokens["refreshToken"]}
    assert load_chat("authenticate")(http_event("POST /auth/logout", refresh), CONTEXT)["statusCode"] == 204
    answer = body(socket(socket_event("request-send-message", "c2", caller, body="{"), CONTEXT))
    assert answer["error"]["code"] == "session_ended"


def test_socket_is_not_opened_once_signed_out_whatever_the_function_remembers(load_chat: Load) -> None:
    tokens = signed_in(load_chat)
    caller = caller_of(tokens, load_chat)
    socket = load_chat("answer_socket", SESSION_CACHE_SECONDS="60")
    opening = socket_event("request", "c3", caller, headers={"Sec-WebSocket-Protocol": "chat.v1, token.x"})
    assert socket(opening, CONTEXT)["statusCode"] == 200
    refresh = {"refreshToken": tokens["refreshToken"]}
    assert load_chat("authenticate")(http_event("POST /auth/logout", refresh), CONTEXT)["statusCode"] == 204
    assert socket(opening, CONTEXT)["statusCode"] == 403


@pytest.mark.parametrize("conversation_id", ["x" * 3_000, "é" * 1_500, "0" * 33])
def test_id_that_cannot_be_is_not_found_and_no_fault_of_ours(load_chat: Load, conversation_id: str) -> None:
    api, caller = load_chat("serve_api"), caller_of(signed_in(load_chat), load_chat)
    one = "/conversations/{conversationId}"
    for route, wanted in (
        (f"GET {one}", None),
        (f"PUT {one}", {"name": "Us"}),
        (f"POST {one}/members", {"userIds": [caller["userId"]]}),
        (f"DELETE {one}/members/me", None),
        (f"GET {one}/messages", None),
        (f"POST {one}/messages", {"text": "hello"}),
        (f"POST {one}/read", {"seq": 0}),
    ):
        reply = api(http_event(route, wanted, caller, conversationId=conversation_id), CONTEXT)
        assert (reply["statusCode"], body(reply)["error"]["code"]) == (404, "conversation_not_found"), route


@pytest.mark.parametrize("action", ["login", "register"])
def test_password_that_is_no_text_is_refused_and_no_fault_of_ours(load_chat: Load, action: str) -> None:
    wanted = {"name": "ada", "password": "correct horse \ud800"}
    reply = load_chat("authenticate")(http_event(f"POST /auth/{action}", wanted), CONTEXT)
    assert (reply["statusCode"], body(reply)["error"]["details"][0]["field"]) == (422, "password")


def test_somebody_with_an_endless_id_is_in_no_group(load_chat: Load) -> None:
    api, caller = load_chat("serve_api"), caller_of(signed_in(load_chat), load_chat)
    other = caller_of(signed_in(load_chat), load_chat)
    wanted = {"kind": "group", "name": "Us", "userIds": [other["userId"]]}
    made = body(api(http_event("POST /conversations", wanted, caller), CONTEXT))
    route = "DELETE /conversations/{conversationId}/members/{userId}"
    event = http_event(route, None, caller, conversationId=made["conversationId"], userId="u" * 3_000)
    assert api(event, CONTEXT)["statusCode"] == 204


def test_fanout_writes_under_the_ids_of_those_who_came_and_went(
    load_chat: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    place = {"conversationId": {"S": "c" * 32}}
    came = {**place, "entry": {"S": "MEMBER#ada"}, "correlationId": {"S": "c-came"}}
    went = {**place, "entry": {"S": "LEFT#bob#3"}, "correlationId": {"S": "c-went"}}
    load_chat("fan_out")(stream_event([("INSERT", came), ("INSERT", went)]), CONTEXT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    (told,) = [line for line in lines if line.get("message") == "told"]
    assert (told["correlationId"], told["correlationIds"]) == ("c-came", ["c-came", "c-went"])


def test_fanout_forgets_who_cannot_be_told(load_chat: Load, chat_account: Account) -> None:
    person = caller_of(signed_in(load_chat), load_chat)
    connection_id = f"{uuid.uuid4().hex[:15]}="
    opened(load_chat, connection_id, person)
    joined = {"conversationId": {"S": "c" * 32}, "entry": {"S": f"MEMBER#{person['userId']}"}}
    # Nothing answers at the endpoint.
    load_chat("fan_out")(stream_event([("INSERT", joined)]), CONTEXT)
    key = {"key": {"S": f"SOCKET#{connection_id}"}}
    assert "Item" not in chat_account.client("dynamodb").get_item(TableName=chat_account.table("connections"), Key=key)


def test_fanout_fails_as_a_whole_when_it_cannot_look_up_sockets(load_chat: Load) -> None:
    left = {"conversationId": {"S": "c" * 32}, "entry": {"S": "LEFT#ada#1"}}
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        load_chat("fan_out", DYNAMODB_CONNECTIONS_TABLE="nothing")(stream_event([("INSERT", left)]), CONTEXT)


def test_backend_that_does_not_answer_is_503_with_a_reason_in_the_log(
    load_chat: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    api = load_chat("serve_api", DYNAMODB_USERS_TABLE="nothing")
    for route in ("GET /health", "GET /users/me"):
        reply = api(http_event(route, caller={"userId": "u", "sessionId": "s"}), CONTEXT)
        assert (reply["statusCode"], reply["headers"]["retry-after"]) == (503, "1")
    assert "ResourceNotFoundException" in capsys.readouterr().out


def test_missing_secret_is_503_and_says_how_to_make_it(load_chat: Load, capsys: pytest.CaptureFixture[str]) -> None:
    auth = load_chat("authenticate", SECRETS_PATH="/chat/unknown")
    reply = auth(http_event("POST /auth/refresh", {"refreshToken": "a.b.c"}), CONTEXT)
    assert reply["statusCode"] == 503
    assert "seed/secrets.py" in capsys.readouterr().out


def test_neither_names_nor_passwords_nor_tokens_are_logged(load_chat: Load, capsys: pytest.CaptureFixture[str]) -> None:
    tokens = signed_in(load_chat)
    auth, name = load_chat("authenticate"), tokens["user"]["name"]
    for password in ("wrong horse battery", "x", PASSWORD):
        auth(http_event("POST /auth/login", {"name": name, "password": password}), CONTEXT)
        auth(http_event("POST /auth/register", {"name": name, "password": password}), CONTEXT)
    auth(http_event("POST /auth/refresh", {"refreshToken": tokens["refreshToken"]}), CONTEXT)
    caller = caller_of(tokens, load_chat)
    socket = opened(load_chat, "c-log=", caller)
    socket(socket_event("request-send-message", "c-log=", caller, body='{"action": "dance", "text": "horse"}'), CONTEXT)
    logged = capsys.readouterr()
    for secret in (name, "horse", tokens["accessToken"][-20:], tokens["refreshToken"][-20:]):
        assert secret not in logged.out + logged.err


def test_fields_are_named_as_they_were_sent(load_chat: Load) -> None:
    api, caller = load_chat("serve_api"), {"userId": "u", "sessionId": "s"}
    wrong = {"kind": "group", "name": "Us", "userIds": ["x"], "colour": 1}
    reply = api(http_event("POST /conversations", wrong, caller), CONTEXT)
    assert reply["statusCode"] == 422
    assert {one["field"] for one in body(reply)["error"]["details"]} == {"userIds.0", "colour"}
