"""The @connections API with boto3, as functions call it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from websockets.sync.client import ClientConnection

from tests.fakes.waiting import wait_for
from tests.fakes.websockets import STAGE, RunningApis, api, closed_with, running

GONE_ID = "AAAAAAAAAAAAAAA="


def connection_id(here: RunningApis) -> str:
    """Of the connection that was opened last, once it may be posted to."""
    wait_for(lambda: len(here.server.sockets) >= len(here.events("CONNECT")))
    return str(here.events("CONNECT")[-1]["requestContext"]["connectionId"])


def refusal(call: Any, **arguments: Any) -> tuple[int, str, str]:
    """Status, error code and message that a call ends with."""
    with pytest.raises(ClientError) as failed:
        call(**arguments)
    response = failed.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


def url(here: RunningApis, connection: str) -> str:
    return f"http://127.0.0.1:{here.port}/{STAGE}/@connections/{connection}"


def test_posted_data_is_a_message_to_the_client() -> None:
    with running() as here, here.connect() as connection:
        client = here.management()
        client.post_to_connection(ConnectionId=connection_id(here), Data="grüß dich".encode())
        client.post_to_connection(ConnectionId=connection_id(here), Data=b"")
        client.post_to_connection(ConnectionId=connection_id(here), Data=b"\xff\xfe")

        assert [connection.recv(timeout=5) for _ in range(3)] == ["grüß dich", "", b"\xff\xfe"]


def test_connection_is_described() -> None:
    with running() as here, here.connect(user_agent_header="demo/1"):
        before = datetime.now(UTC).timestamp()
        found = here.management().get_connection(ConnectionId=connection_id(here))

    assert found["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "demo/1"}
    assert abs(found["ConnectedAt"].timestamp() - before) < 5
    assert found["LastActiveAt"] >= found["ConnectedAt"]


def test_last_activity_is_that_of_the_last_message() -> None:
    with running() as here, here.connect() as connection:
        identity, client = connection_id(here), here.management()
        here.clock.move(100)
        connection.send("x")
        here.events("MESSAGE")
        found = client.get_connection(ConnectionId=identity)

    assert (found["LastActiveAt"] - found["ConnectedAt"]).total_seconds() >= 100


def test_deleted_connection_ends_normally() -> None:
    with running() as here, here.connect() as connection:
        identity = connection_id(here)
        here.management().delete_connection(ConnectionId=identity)

        assert closed_with(connection) == (1000, "Connection Closed Normally")
        (event,) = here.events("DISCONNECT")
        assert refusal(here.management().post_to_connection, ConnectionId=identity, Data=b"x")[0] == 410

    assert event["requestContext"]["disconnectReason"] == "Connection Closed Normally"


@pytest.mark.parametrize("call", ["post_to_connection", "get_connection", "delete_connection"])
def test_connection_that_is_gone_is_410(call: str) -> None:
    with running() as here:
        arguments = {"ConnectionId": GONE_ID} | ({"Data": b"x"} if call.startswith("post") else {})
        client = here.management()
        status, code, _ = refusal(getattr(client, call), **arguments)
        with pytest.raises(client.exceptions.GoneException):
            getattr(client, call)(**arguments)

    assert (status, code) == (410, "GoneException")


def test_connection_is_gone_while_connect_still_runs() -> None:
    seen: list[tuple[int, str, str]] = []

    def answer(event: Any) -> Any:
        if event["requestContext"]["eventType"] == "CONNECT":
            identity = event["requestContext"]["connectionId"]
            seen.append(refusal(here.management().post_to_connection, ConnectionId=identity, Data=b"x"))
        return {"statusCode": 200}

    with running(answer=answer) as here, here.connect():
        assert [one[0] for one in seen] == [410]


def test_other_stage_has_no_such_connection() -> None:
    with running(api(), api(logical_id="Games", stage="live")) as here, here.connect():
        identity = connection_id(here)
        client = here.management(stage="live")

        assert refusal(client.get_connection, ConnectionId=identity)[0] == 410


def test_malformed_connection_id_is_400() -> None:
    with running() as here:
        found = refusal(here.management().get_connection, ConnectionId="no id")

    assert found == (400, "BadRequestException", "Invalid connectionId: no id")


def test_largest_message_passes_and_a_larger_one_is_413() -> None:
    with running() as here, here.connect() as connection:
        client, identity = here.management(), connection_id(here)
        client.post_to_connection(ConnectionId=identity, Data=b"x" * 131_072)
        assert len(connection.recv(timeout=5)) == 131_072
        assert refusal(client.post_to_connection, ConnectionId=identity, Data=b"x" * 131_073)[:2] == (
            413,
            "PayloadTooLargeException",
        )


def test_client_that_does_not_read_is_429_instead_of_filling_memory() -> None:
    with running() as here, here.tcp(_handshake(here)):
        client, identity = here.management(), connection_id(here)
        refused = wait_for(lambda: _post_until_refused(client, identity), within_s=10, every_s=0)

    assert refused == (429, "LimitExceededException")


def test_messages_arrive_in_the_order_in_which_they_were_posted() -> None:
    with running() as here, here.connect() as connection:
        client, identity = here.management(), connection_id(here)
        for number in range(200):
            client.post_to_connection(ConnectionId=identity, Data=str(number).encode())

        assert [int(connection.recv(timeout=5)) for _ in range(200)] == list(range(200))


# ---- who may call


def test_unsigned_call_lacks_an_authentication_token() -> None:
    with running() as here, here.connect():
        for method in ("POST", "GET", "DELETE"):
            answer = requests.request(method, url(here, connection_id(here)), data=b"x", timeout=5)
            assert (answer.status_code, answer.text) == (403, '{"message":"Missing Authentication Token"}')
            assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
        assert len(here.server.sockets) == 1


def test_call_with_a_wrong_secret_is_refused() -> None:
    with running() as here, here.connect():
        client = here.management(aws_secret_access_key="guessed")
        status, code, told = refusal(client.post_to_connection, ConnectionId=connection_id(here), Data=b"x")

    assert (status, code) == (403, "InvalidSignatureException")
    assert told.startswith("The request signature we calculated does not match")


def test_call_of_an_unknown_key_is_refused() -> None:
    with running() as here, here.connect():
        client = here.management(aws_access_key_id="AKIAEXAMPLE")
        found = refusal(client.post_to_connection, ConnectionId=connection_id(here), Data=b"x")

    assert found == (403, "UnrecognizedClientException", "The security token included in the request is invalid.")


def test_signed_call_cannot_be_used_for_another_message_or_later() -> None:
    with running() as here, here.connect() as connection:
        client, identity = here.management(), connection_id(here)
        sent: list[Any] = []
        client.meta.events.register("before-send", lambda request, **_: sent.append(request))
        client.post_to_connection(ConnectionId=identity, Data=b"x")
        headers = dict(sent[0].headers)
        forged = requests.post(sent[0].url, data=b"y", headers=headers, timeout=5)
        here.clock.move(301)
        late = requests.post(sent[0].url, data=b"x", headers=headers, timeout=5)

        assert (forged.status_code, late.status_code) == (403, 403)
        assert connection.recv(timeout=5) == "x"
        with pytest.raises(TimeoutError):
            connection.recv(timeout=0.05)


def test_page_of_another_origin_cannot_call() -> None:
    with running() as here, here.connect():
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = requests.get(url(here, connection_id(here)), headers=headers, timeout=5)
            assert answer.status_code == 403
            assert "message" in answer.json()


def test_page_of_another_origin_may_connect_if_the_function_lets_it() -> None:
    with running() as here, here.connect(origin="https://page.example"):
        assert here.events("CONNECT")[0]["headers"]["Origin"] == "https://page.example"


def test_path_that_is_no_connection_is_forbidden() -> None:
    with running() as here:
        client = here.management()
        client.meta.events.register(
            "before-call", lambda params, **_: params.update(url=f"http://127.0.0.1:{here.port}/@connections/x")
        )
        assert refusal(client.get_connection, ConnectionId="x")[::2] == (403, "Forbidden")


# ---- many


def test_message_reaches_five_hundred_clients_in_order() -> None:
    """Each is told three times what one of them said; nobody misses anything, nobody hears it in another order."""
    count, rounds = 500, 3
    with running(threads=8) as here:
        connections = _many(here, count)
        try:
            client = here.management()
            ids = [event["requestContext"]["connectionId"] for event in here.events("CONNECT", count)]
            assert wait_for(lambda: len(here.server.sockets) == count)
            for number in range(rounds):
                for identity in ids:
                    client.post_to_connection(ConnectionId=identity, Data=str(number).encode())
            heard = [[connection.recv(timeout=5) for _ in range(rounds)] for connection in connections]
        finally:
            here.server.stop()

    assert heard == [["0", "1", "2"]] * count


def _many(here: RunningApis, count: int) -> list[ClientConnection]:
    opened: list[ClientConnection] = []
    lock = threading.Lock()

    def some(number: int) -> None:
        for _ in range(number):
            connection = here.connect().__enter__()
            with lock:
                opened.append(connection)

    threads = [threading.Thread(target=some, args=(count // 10,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return opened


def _handshake(here: RunningApis) -> bytes:
    lines = (
        f"GET /{STAGE} HTTP/1.1",
        f"Host: 127.0.0.1:{here.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _post_until_refused(client: Any, identity: str) -> tuple[int, str] | None:
    try:
        client.post_to_connection(ConnectionId=identity, Data=b"x" * 131_072)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
    return None
