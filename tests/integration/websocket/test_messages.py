"""Messages of clients: which route they take, what comes back, and how a connection ends."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from emulator.model import Throttle, WebSocketIntegration, WebSocketRoute
from emulator.model.websocket_apis import CONNECT, DEFAULT, DISCONNECT
from tests.fakes.scripted_invoker import Throttled
from tests.fakes.stacks import function
from tests.fakes.waiting import wait_for
from tests.fakes.websockets import USUAL, api, closed_with, message, route, running

BODY = {"statusCode": 200, "body": "answer"}
MALFORMED = [{"statusCode": 200, "Data": "x"}, {"statusCode": 200, "body": {"a": 1}}, "done", None]


def two_way(key: str, **values: Any) -> WebSocketRoute:
    return route(key, two_way=True, **values)


def test_selection_expression_chooses_the_route() -> None:
    with running(api(*USUAL, route("sendmessage"), route("7"))) as here, here.connect() as connection:
        for text in ('{"action":"sendmessage"}', '{"action":7}', '{"action":"other"}', "not json", '{"action":null}'):
            connection.send(text)
        events = here.events("MESSAGE", 5)

    taken = {event["body"]: event["requestContext"]["routeKey"] for event in events}
    assert list(taken.values()).count(DEFAULT) == 3
    assert taken['{"action":"sendmessage"}'] == "sendmessage"
    assert taken['{"action":7}'] == "7"


@pytest.mark.parametrize("key", [CONNECT, DISCONNECT])
def test_nobody_pretends_to_connect_or_disconnect(key: str) -> None:
    with running(api(route(key), two_way(DEFAULT)), answer=lambda event: BODY) as here, here.connect() as connection:
        connection.send(json.dumps({"action": key}))
        assert connection.recv(timeout=5) == "answer"
        assert here.events("MESSAGE")[0]["requestContext"]["routeKey"] == DEFAULT


def test_message_without_a_route_is_forbidden() -> None:
    with running(api(route("known"))) as here, here.connect() as connection:
        connection.send('{"action":"unknown"}')
        answer = connection.recv(timeout=5)
        assert here.invoker.events == []

    told = json.loads(answer)
    # AWS's own spacing.
    expected = '{"message": "Forbidden", "connectionId":"%s", "requestId":"%s"}'
    assert answer == expected % (told["connectionId"], told["requestId"])


def test_function_that_fails_on_a_message_is_told_to_the_client_who_stays_connected() -> None:
    outcomes: list[Any] = [RuntimeError("no"), Throttled(), BODY]

    def answer(event: Any) -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    with running(api(two_way(DEFAULT)), answer=answer) as here, here.connect() as connection:
        for _ in range(2):
            connection.send("x")
            told = message(connection)
            assert told["message"] == "Internal server error"
            assert told["connectionId"] == here.invoker.events[0]["requestContext"]["connectionId"]
        connection.send("x")
        assert connection.recv(timeout=5) == "answer"


def test_function_that_takes_too_long_is_told_to_the_client() -> None:
    integration = WebSocketIntegration("lambda", "Worker", timeout_ms=50)
    over = threading.Event()
    slow = function(timeout_s=60)
    apis = api(two_way(DEFAULT, integration=integration))
    with running(apis, answer=lambda event: over.wait(5), worker=slow) as here, here.connect() as connection:
        connection.send("x")
        assert message(connection)["message"] == "Endpoint request timed out"
        over.set()


def test_route_that_cannot_run_here_fails_instead_of_taking_another() -> None:
    unserved = route("pay", integration=WebSocketIntegration("unserved"))
    with running(api(unserved, route(DEFAULT))) as here, here.connect() as connection:
        connection.send('{"action":"pay"}')
        assert message(connection)["message"] == "Internal server error"
        assert here.invoker.events == []


def test_two_way_route_sends_the_functions_body_back() -> None:
    answers = [{"statusCode": 500, "body": "still sent"}, {"statusCode": 200}, {"statusCode": 200, "body": "ä"}]
    with running(api(two_way(DEFAULT)), answer=lambda event: answers.pop(0)) as here, here.connect() as connection:
        received = []
        for expected in (1, 1, 2):
            connection.send("x")
            here.events("MESSAGE", expected)
        received = [connection.recv(timeout=5), connection.recv(timeout=5)]

    assert sorted(received) == ["still sent", "ä"]


def test_one_way_route_sends_nothing_back() -> None:
    apis = api(route("quiet"), two_way("loud"))
    with running(apis, answer=lambda event: BODY) as here, here.connect() as connection:
        connection.send('{"action":"quiet"}')
        here.events("MESSAGE")
        connection.send('{"action":"loud"}')
        assert connection.recv(timeout=5) == "answer"
        with pytest.raises(TimeoutError):
            connection.recv(timeout=0.05)


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize("both_ways", [False, True])
def test_malformed_answer_to_a_message_is_told_to_the_client(both_ways: bool, answer: Any) -> None:
    here_route = route(DEFAULT, two_way=both_ways)
    with running(api(here_route), answer=lambda event: answer) as here, here.connect() as connection:
        connection.send("{}")
        told = message(connection)

    assert told.keys() == {"message", "connectionId", "requestId"}
    assert told["message"] == "Internal server error"


def test_mock_route_answers_by_itself() -> None:
    mock = WebSocketIntegration("mock", reply='{"pong": "$context.connectionId"}')
    with running(api(two_way("ping", integration=mock))) as here, here.connect() as connection:
        connection.send('{"action":"ping"}')
        assert len(message(connection)["pong"]) == 16
        assert here.invoker.events == []


def test_messages_beyond_the_routes_limit_are_refused() -> None:
    limited = two_way(DEFAULT, throttle=Throttle(rate_per_s=0, burst=1))
    with running(api(limited), answer=lambda event: BODY) as here, here.connect() as connection:
        connection.send("x")
        assert connection.recv(timeout=5) == "answer"
        connection.send("x")
        assert message(connection)["message"] == "Too Many Requests"


def test_access_log_has_a_line_for_each_connection_message_and_end() -> None:
    log = "$context.eventType $context.routeKey $context.status $context.identity.sourceIp $context.error.message"
    log += " $context.integrationStatus $context.authorizer.x $context.accountId"
    apis = api(route(CONNECT), route(DISCONNECT), route("x"), access_log_format=log)

    def answer(event: Any) -> Any:
        if event.get("body"):
            raise RuntimeError("no")
        return {"statusCode": 200}

    with running(apis, answer=answer) as here:
        with here.connect() as connection:
            connection.send('{"action":"x"}')
            message(connection)
            connection.send("to nobody")
            message(connection)
        assert wait_for(lambda: len(here.log_lines) == 4)

    assert here.log_lines == [
        "CONNECT $connect 200 127.0.0.1 - - - 000000000000",
        "MESSAGE x 500 127.0.0.1 Internal server error 200 - 000000000000",
        "MESSAGE - 403 127.0.0.1 Forbidden - - 000000000000",
        "DISCONNECT $disconnect 200 127.0.0.1 - 200 - 000000000000",
    ]


# ---- frames


def test_message_of_several_frames_arrives_whole() -> None:
    parts = ["ä" * 16_000, "b" * 32_000, "c" * 32_768]
    with running() as here, here.connect() as connection:
        connection.send(iter(parts))
        (event,) = here.events("MESSAGE")

    assert event["body"] == "".join(parts)
    assert event["isBase64Encoded"] is False


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (["x" * 32_769], 1009),
        (["x" * 32_768] * 4 + ["x"], 1009),
        ([b"\x00\x01"], 1003),
    ],
)
def test_frame_or_message_that_aws_does_not_take_ends_the_connection(sent: list[Any], code: int) -> None:
    with running() as here, here.connect() as connection:
        # The end may come while the message is still being sent.
        with suppress(ConnectionClosed):
            connection.send(iter(sent) if len(sent) > 1 else sent[0])
        assert closed_with(connection)[0] == code
        (event,) = here.events("DISCONNECT")
        assert here.events("MESSAGE", 0) == []

    assert event["requestContext"]["disconnectStatusCode"] == code


def test_largest_frame_and_largest_message_are_taken() -> None:
    with running() as here, here.connect() as connection:
        connection.send("x" * 32_768)
        connection.send(iter(["y" * 32_768] * 4))
        sizes = sorted(len(event["body"]) for event in here.events("MESSAGE", 2))

    assert sizes == [32_768, 131_072]


def test_frames_without_content_cost_nothing() -> None:
    with running() as here, here.connect() as connection:
        connection.send(iter(["x", *[""] * 20_000, "y"]))
        (event,) = here.events("MESSAGE", 1)

    assert event["body"] == "xy"


def test_text_that_is_not_utf8_ends_the_connection() -> None:
    with running() as here, here.connect() as connection:
        with connection.send_context():
            connection.protocol.send_text(b"\xff\xfe")
        assert closed_with(connection)[0] == 1007


def test_ping_is_answered_and_is_no_message() -> None:
    with running() as here, here.connect() as connection:
        assert connection.ping().wait(5)
        assert here.events("MESSAGE", 0) == []


# ---- the end


def test_disconnect_names_the_clients_code_and_reason() -> None:
    with running() as here:
        with here.connect() as connection:
            connection.close(4001, "bored")
        (event,) = here.events("DISCONNECT")

    context = event["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (4001, "bored")
    assert event["headers"] == {"Host": context["domainName"], "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}


def test_client_that_vanishes_is_disconnected_with_1006() -> None:
    with running() as here:
        connection = here.connect().__enter__()
        connection.socket.close()
        (event,) = here.events("DISCONNECT")

    assert event["requestContext"]["disconnectStatusCode"] == 1006


def test_disconnect_comes_after_the_last_message() -> None:
    over = threading.Event()

    def answer(event: Any) -> Any:
        if event["requestContext"]["eventType"] == "MESSAGE":
            over.wait(5)
        return {"statusCode": 200}

    with running(answer=answer) as here:
        with here.connect() as connection:
            connection.send("x")
            here.events("MESSAGE")
        assert wait_for(lambda: len(here.server.sockets) == 0)
        assert here.events("DISCONNECT", 0) == []
        over.set()
        assert len(here.events("DISCONNECT")) == 1


def test_disconnect_that_fails_harms_nobody() -> None:
    def answer(event: Any) -> Any:
        if event["requestContext"]["eventType"] == "DISCONNECT":
            raise RuntimeError("no")
        return {"statusCode": 200}

    with running(answer=answer) as here:
        for _ in range(2):
            with here.connect():
                pass
        assert len(here.events("DISCONNECT", 2)) == 2


@pytest.mark.parametrize("answer", MALFORMED)
def test_malformed_answer_to_the_end_of_a_connection_is_in_the_access_log(answer: Any) -> None:
    logged = api(route(DISCONNECT), access_log_format="$context.status $context.error.message")
    with running(logged, answer=lambda event: answer) as here:
        with here.connect():
            pass
        assert wait_for(lambda: "500 Internal server error" in here.log_lines)


def test_stopping_says_goodbye_and_tells_every_disconnect() -> None:
    with running() as here:
        connections = [here.connect().__enter__() for _ in range(3)]
        asked_to_stop = threading.Thread(target=here.server.stop)
        asked_to_stop.start()
        assert [closed_with(connection) for connection in connections] == [(1001, "Going away")] * 3
        asked_to_stop.join()
        codes = [event["requestContext"]["disconnectStatusCode"] for event in here.events("DISCONNECT", 3)]

    assert codes == [1001, 1001, 1001]


@pytest.mark.parametrize("after_s", [600, 7_200])
def test_silent_connection_is_ended_after_ten_minutes(after_s: float) -> None:
    with running() as here, here.connect() as connection:
        here.clock.move(after_s)
        assert closed_with(connection) == (1001, "Going away")
        (event,) = here.events("DISCONNECT")

    assert event["requestContext"]["disconnectStatusCode"] == 1001


def test_ping_does_not_keep_a_connection_but_a_message_does() -> None:
    with running(api(two_way(DEFAULT)), answer=lambda event: BODY) as here, here.connect() as connection:
        here.clock.move(599)
        connection.send("x")
        assert connection.recv(timeout=5) == "answer"
        here.clock.move(599)
        assert connection.ping().wait(5)
        here.clock.move(2)
        assert closed_with(connection)[0] == 1001


def test_no_connection_lasts_longer_than_two_hours() -> None:
    with running(api(two_way(DEFAULT)), answer=lambda event: BODY) as here, here.connect() as connection:
        for _ in range(13):
            here.clock.move(550)
            connection.send("x")
            assert connection.recv(timeout=5) == "answer"
        here.clock.move(60)
        assert closed_with(connection)[0] == 1001
