"""The slim AWS client against botocore's signer and against a server of our own on a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st
from shortener.adapters.aws_json import AwsError, AwsJsonClient, endpoint
from shortener.adapters.connection import BrokenConnectionError, Connection
from shortener.adapters.sigv4 import Credentials, Signer, credentials
from shortener.domain.errors import UnavailableError

KEYS = Credentials("AKID", "secret")
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Server:
    """Answers each request with the next of `answers`, raw bytes; b"" closes the connection instead."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        while self._answers and (request := connection.recv(65_536)):
            self.requests.append(request)
            answer = self._answers.pop(0)
            if not answer:
                return
            connection.sendall(answer)


@pytest.fixture
def serving() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def serve(*answers: bytes) -> Server:
        servers.append(Server(*answers))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def client(server: Server, slept: list[float] | None = None) -> AwsJsonClient:
    return AwsJsonClient(
        "dynamodb",
        "DynamoDB_20120810",
        "1.0",
        region="eu-central-1",
        url=f"http://{server.host}",
        keys=lambda: KEYS,
        sleep=(slept if slept is not None else []).append,
    )


def answer(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


@given(
    body=st.binary(max_size=200),
    token=st.none() | st.text("abcXYZ0189+/=", min_size=1, max_size=40),
    now=st.integers(1_600_000_000, 2_000_000_000),
)
def test_signature_is_the_one_botocore_makes(body: bytes, token: str | None, now: int) -> None:
    keys = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", token)
    ours = Signer("dynamodb", "us-east-1").headers(
        keys, "localhost:4566", "A.PutItem", "application/x-amz-json-1.0", body, now
    )
    request = AWSRequest("POST", "http://localhost:4566/", data=body)
    for name, value in ours.items():
        if name not in ("authorization", "x-amz-security-token"):
            request.headers[name] = value
    theirs = SigV4Auth(BotoCredentials(keys.access_key, keys.secret_key, token), "dynamodb", "us-east-1")
    del request.headers["x-amz-date"]
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    request.context["timestamp"] = moment
    request.headers["x-amz-date"] = moment
    if token:
        request.headers["X-Amz-Security-Token"] = token
    canonical = theirs.canonical_request(request)
    signature = theirs.signature(theirs.string_to_sign(request, canonical), request)
    assert ours["authorization"].endswith(f"Signature={signature}")


def test_credentials_come_from_the_environment_that_lambda_sets() -> None:
    found = credentials({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"})
    assert found == Credentials("a", "b", "c")
    assert "b" not in repr(found)


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://a", "AWS_ENDPOINT_URL": "http://b"}, "http://a"),
        ({"AWS_ENDPOINT_URL": "http://b", "AWS_ENDPOINT_URL_SSM": "http://c"}, "http://b"),
        ({}, "https://dynamodb.eu-west-1.amazonaws.com"),
    ],
)
def test_endpoint_is_chosen_as_the_sdk_does(variables: dict[str, str], url: str) -> None:
    assert endpoint("dynamodb", "eu-west-1", variables) == url


def test_region_in_china_has_its_own_domain() -> None:
    assert endpoint("dynamodb", "cn-north-1", {}) == "https://dynamodb.cn-north-1.amazonaws.com.cn"


def test_answer_is_decoded_and_the_connection_kept(serving: Callable[..., Server]) -> None:
    server = serving(answer("200 OK", b'{"Item":{}}'), OK)
    slim = client(server)
    assert slim.call("GetItem", {"TableName": "t"}) == {"Item": {}}
    assert slim.call("GetItem", {"TableName": "t"}) == {}
    assert server.connections == 1
    assert b"x-amz-target: DynamoDB_20120810.GetItem\r\n" in server.requests[0]


def test_refusal_carries_the_error_code_of_aws(serving: Callable[..., Server]) -> None:
    body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}'
    with pytest.raises(AwsError, match="no table") as refused:
        client(serving(answer("400 Bad Request", body))).call("GetItem", {})
    assert refused.value.code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "first",
    [
        answer("500 Internal Server Error", b""),
        answer("503 Service Unavailable", b"<html>"),
        answer("400 Bad Request", b'{"__type":"ProvisionedThroughputExceededException"}'),
        answer("400 Bad Request", b'{"__type":"ThrottlingException"}'),
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
    ],
)
def test_what_may_pass_is_tried_again_with_growing_pauses(serving: Callable[..., Server], first: bytes) -> None:
    slept: list[float] = []
    server = serving(first, OK) if first[-1:] != b"{" else serving(first)
    if first[-1:] == b"{":
        server.close()
        with pytest.raises(UnavailableError):
            client(server, slept).call("PutItem", {})
    else:
        assert client(server, slept).call("PutItem", {}) == {}
        assert len(slept) == 1


def test_service_that_stays_down_is_unavailable(serving: Callable[..., Server]) -> None:
    slept: list[float] = []
    with pytest.raises(UnavailableError):
        client(serving(*[answer("500 x", b"")] * 4), slept).call("PutItem", {})
    assert len(slept) == 3
    assert max(slept) <= 0.2


def test_nobody_listening_is_unavailable(serving: Callable[..., Server]) -> None:
    server = serving()
    server.close()
    with pytest.raises(UnavailableError):
        client(server).call("PutItem", {})


def test_connection_closed_while_idle_is_opened_again_without_a_pause(serving: Callable[..., Server]) -> None:
    slept: list[float] = []
    server = serving(OK, b"", OK)
    slim = client(server, slept)
    slim.call("PutItem", {})
    assert slim.call("PutItem", {}) == {}
    assert slept == []
    assert server.connections == 2


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx", b"x"),
    ],
)
def test_every_framing_of_http_is_read(serving: Callable[..., Server], raw: bytes, body: bytes) -> None:
    connection = Connection(serving(raw).host, secure=False, timeout_s=2)
    assert connection.exchange(b"GET / HTTP/1.1\r\n\r\n")[1] == body


@pytest.mark.parametrize(
    "raw",
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"x\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: z\r\n\r\n"],
)
def test_rubbish_breaks_the_connection_and_nothing_else(serving: Callable[..., Server], raw: bytes) -> None:
    connection = Connection(serving(raw).host, secure=False, timeout_s=2)
    with pytest.raises(BrokenConnectionError):
        connection.exchange(b"x")
    assert not connection.is_open
