"""Who may connect to a WebSocket API, and how the others are refused."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from emulator.model import Throttle, WebSocketIntegration
from emulator.model.websocket_apis import CONNECT
from tests.fakes.scripted_invoker import Throttled
from tests.fakes.stacks import function
from tests.fakes.websockets import GUARDED, STAGE, USUAL, api, route, running

TOKEN = {"Token": "t-1"}
ARN = f"arn:aws:execute-api:us-east-1:000000000000:abc123def4/{STAGE}/$connect"


def policy(effect: str = "Allow", resource: str = "*", **more: Any) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, **more}


def guarded(verdict: Any) -> Any:
    """The Guard answers `verdict` or raises it, the Worker lets everybody in."""

    def answer(event: dict[str, Any]) -> Any:
        if event.get("type") != "REQUEST":
            return {"statusCode": 200}
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    return running(api(GUARDED, *USUAL[1:]), answer=answer)


def test_connection_opens_once_the_function_agrees() -> None:
    with running() as here:
        with here.connect(f"/{STAGE}?room=1&room=2") as connection:
            assert connection.response is not None
            assert "Sec-WebSocket-Extensions" not in connection.response.headers
        (event,) = here.events("CONNECT")

    assert event["requestContext"]["domainName"] == f"127.0.0.1:{here.port}"
    assert event["queryStringParameters"] == {"room": "2"}
    assert event["multiValueQueryStringParameters"] == {"room": ["1", "2"]}
    assert event["headers"]["Sec-WebSocket-Version"] == "13"
    assert "Upgrade" not in event["headers"]


@pytest.mark.parametrize("status", [301, 401, 403, 418, 501])
def test_function_refuses_with_its_status(status: int) -> None:
    with running(answer=lambda event: {"statusCode": status, "body": "no"}) as here:
        refusal = here.refused()

    assert refusal.status == status
    assert refusal.body.startswith(b'{"message": "Forbidden", "connectionId":"')


@pytest.mark.parametrize(
    "answer", [None, "welcome", {"body": "no status"}, {"statusCode": "soon"}, {"statusCode": 200, "Data": "x"}, b"{"]
)
def test_malformed_answer_of_connect_is_502(answer: Any) -> None:
    with running(answer=lambda event: answer) as here:
        refusal = here.refused()

    assert refusal.status == 502
    assert b'"Internal server error"' in refusal.body


def test_connect_that_throws_is_502_and_one_that_is_throttled_500() -> None:
    failures: list[Exception] = [RuntimeError("no"), Throttled()]

    def fail(event: Any) -> Any:
        raise failures.pop(0)

    with running(answer=fail) as here:
        assert [here.refused().status, here.refused().status] == [502, 500]


def test_connect_that_takes_too_long_is_504() -> None:
    integration = WebSocketIntegration("lambda", "Worker", timeout_ms=50)
    slow = function(timeout_s=60)
    over = threading.Event()
    with running(api(route(CONNECT, integration=integration)), answer=lambda event: over.wait(5), worker=slow) as here:
        refusal = here.refused()
        over.set()

    assert (refusal.status, b"Endpoint request timed out" in refusal.body) == (504, True)


def test_without_a_connect_route_anybody_may_connect() -> None:
    with running(api(route("$default"))) as here, here.connect():
        assert here.invoker.events == []


def test_mock_connect_answers_its_status() -> None:
    refusing = api(route(CONNECT, integration=WebSocketIntegration("mock", status=403)))
    welcoming = api(route(CONNECT, integration=WebSocketIntegration("mock")), logical_id="Other")
    with running(refusing, welcoming) as here:
        assert here.refused().status == 403
        with here.connect(f"/_api/Other/{STAGE}"):
            pass


@pytest.mark.parametrize("path", ["/", "/other", f"/{STAGE}/deeper", f"/_api/Nobody/{STAGE}", "/%2e"])
def test_other_paths_than_the_stage_are_forbidden(path: str) -> None:
    with running() as here:
        refusal = here.refused(path)

    assert (refusal.status, refusal.body) == (403, b'{"message":"Forbidden"}')
    assert here.invoker.events == []


def test_slash_after_the_stage_makes_no_difference() -> None:
    with running() as here, here.connect(f"/{STAGE}/"):
        pass


def test_further_api_has_a_prefix() -> None:
    with running(api(), api(logical_id="Games", stage="live")) as here:
        with here.connect("/_api/Games/live"):
            pass
        assert here.events("CONNECT")[0]["requestContext"]["stage"] == "live"


def test_too_long_url_is_refused() -> None:
    with running() as here:
        assert here.refused(f"/{STAGE}?{'x' * 4_096}").status == 414


# ---- subprotocols


def test_subprotocol_is_the_one_that_the_function_answers() -> None:
    def answer(event: Any) -> Any:
        return {"statusCode": 200, "headers": {"sec-websocket-protocol": "chat.v2"}}

    with running(answer=answer) as here, here.connect(subprotocols=["chat.v1", "chat.v2"]) as connection:
        assert connection.subprotocol == "chat.v2"
        assert here.events("CONNECT")[0]["headers"]["Sec-WebSocket-Protocol"] == "chat.v1, chat.v2"


def test_subprotocol_is_not_echoed_by_itself() -> None:
    with running() as here, here.connect(subprotocols=["chat.v1"]) as connection:
        assert connection.subprotocol is None


# ---- the authorizer


def test_missing_identity_is_401_and_nobody_is_asked() -> None:
    with guarded(policy()) as here:
        refusal = here.refused()

    assert (refusal.status, here.invoker.events) == (401, [])
    assert refusal.body.startswith(b'{"message": "Unauthorized", "connectionId":"')


@pytest.mark.parametrize(
    "verdict", [policy("Deny"), policy(resource=ARN.replace("$connect", "other")), policy(resource="arn:aws:s3:::x")]
)
def test_denied_connection_is_403_and_connect_is_not_called(verdict: Any) -> None:
    with guarded(verdict) as here:
        refusal = here.refused(additional_headers=TOKEN)

    assert (refusal.status, len(here.invoker.events)) == (403, 1)


@pytest.mark.parametrize(
    "verdict",
    [
        ValueError("no"),
        None,
        "Unauthorized",
        {"isAuthorized": True},
        policy(context={"roles": ["admin"]}),
        policy(context={"long": "x" * 8_192}),
    ],
)
def test_authorizer_that_fails_or_answers_nonsense_is_500(verdict: Any) -> None:
    with guarded(verdict) as here:
        refusal = here.refused(additional_headers=TOKEN)

    assert (refusal.status, len(here.invoker.events)) == (500, 1)


def test_authorizer_sees_the_whole_handshake() -> None:
    with guarded(policy()) as here:
        with here.connect(f"/{STAGE}?a=1", additional_headers=TOKEN):
            pass
        event = here.invoker.events[0]

    assert (event["type"], event["methodArn"]) == ("REQUEST", ARN)
    assert {"Upgrade", "Connection", "Token", "Sec-WebSocket-Key"} <= set(event["headers"])
    assert event["queryStringParameters"] == {"a": "1"}
    assert event["stageVariables"] == {}


def test_context_of_the_authorizer_is_in_every_later_event_as_text() -> None:
    verdict = policy(resource=ARN, context={"user": "u-1", "age": 36, "admin": True, "nothing": None})
    with guarded(verdict) as here:
        with here.connect(additional_headers=TOKEN) as connection:
            connection.send("hello")
            here.events("MESSAGE")
        here.events("DISCONNECT")
        contexts = [event["requestContext"]["authorizer"] for event in here.invoker.events[1:]]

    for context in contexts:
        assert isinstance(context.pop("integrationLatency"), int)
    assert contexts == [{"principalId": "ada", "user": "u-1", "age": "36", "admin": "true"}] * 3


def test_every_handshake_asks_the_authorizer_again() -> None:
    with guarded(policy()) as here:
        for _ in range(2):
            with here.connect(additional_headers=TOKEN):
                pass
        asked = [event for event in here.invoker.events if event.get("type") == "REQUEST"]

    assert len(asked) == 2


# ---- throttling


def test_connections_beyond_the_stages_limit_are_429() -> None:
    with running(api(throttle=Throttle(rate_per_s=0, burst=1))) as here, here.connect():
        refusal = here.refused()

    assert (refusal.status, b"Too Many Requests" in refusal.body) == (429, True)


def test_oversized_headers_are_refused() -> None:
    with running() as here:
        assert here.refused(additional_headers={"X": "x" * 12_000}).status == 431
