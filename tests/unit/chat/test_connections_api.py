"""Sending to sockets through @connections: signed as AWS wants it, in order, and nobody waits for a slow one."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from chat.adapters.connections_api import AT_ONCE, ConnectionsApi
from chat.adapters.sigv4 import Credentials, Signer, credentials
from chat.domain.ports import Delivery
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NOW = 1_772_000_000.0
Answer = Callable[[str, int], Awaitable[bytes]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Gateway:
    """A management API in a thread. `answers` by connection id get what was asked and how often before."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.lines = 0
        self.answers: dict[str, Answer] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self, context: ssl.SSLContext | None = None) -> str:
        """The stage's address; https with a context."""
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        scheme = "http" if context is None else "https"
        return f"{scheme}://localhost:{self._server.sockets[0].getsockname()[1]}/live"

    def stop(self) -> None:
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    async def _leave(self) -> None:
        self._server.close()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        while not reader.at_eof():
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except asyncio.IncompleteReadError:
                break
            length = next(line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length"))
            body = await reader.readexactly(int(length))
            method, path, _ = head.split(" ", 2)
            connection_id = unquote(path.rpartition("/")[2])
            before = sum(one[1] == connection_id for one in self.asked)
            self.asked.append((method, connection_id, body))
            answer = self.answers.get(connection_id)
            said = await answer(connection_id, before) if answer else OK
            writer.write(said)
            if not said or b"hang up" in said:
                writer.close()
                break


def status(code: int) -> Answer:
    async def answer(_connection_id: str, _before: int) -> bytes:
        return f"HTTP/1.1 {code} X\r\ncontent-length: 0\r\n\r\n".encode()

    return answer


def first(then: Answer) -> Answer:
    """So the first time, fine afterwards."""

    async def answer(connection_id: str, before: int) -> bytes:
        return OK if before else await then(connection_id, before)

    return answer


async def never(_connection_id: str, _before: int) -> bytes:
    await asyncio.Event().wait()
    return b""


async def hang_up(_connection_id: str, _before: int) -> bytes:
    return b""


async def in_pieces(_connection_id: str, _before: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nX: hang up\r\nContent-Length: 3\r\n\r\nabc"


async def nonsense(_connection_id: str, _before: int) -> bytes:
    return b"EHLO\r\n\r\nhang up"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.stop()


@pytest.fixture
def api(gateway: Gateway) -> Iterator[ConnectionsApi]:
    made = to(gateway, timeout_s=10)
    yield made
    made.close()


@pytest.fixture
def impatient(gateway: Gateway) -> Iterator[ConnectionsApi]:
    made = to(gateway, timeout_s=0.5)
    yield made
    made.close()


def to(gateway: Gateway, timeout_s: float) -> ConnectionsApi:
    keys = Credentials("AKID", "secret")
    return ConnectionsApi(gateway.start(), "us-east-1", keys, lambda: NOW, timeout_s=timeout_s, pause=at_once)


async def at_once(_seconds: float) -> None:
    return


def test_each_socket_gets_its_texts_in_order_over_few_lines(gateway: Gateway, api: ConnectionsApi) -> None:
    texts = {f"c{number}=": [b"one", "zwei ☕".encode(), b"three"] for number in range(3 * AT_ONCE)}
    assert set(api.send(texts).values()) == {Delivery.DELIVERED}
    for connection_id, queue in texts.items():
        assert [body for _, asked, body in gateway.asked if asked == connection_id] == queue
    assert gateway.lines == AT_ONCE
    api.send({"c0=": [b"again"]})
    assert gateway.lines == AT_ONCE


def test_nothing_is_sent_to_nobody(gateway: Gateway, api: ConnectionsApi) -> None:
    assert api.send({}) == {}
    api.hang_up([])
    assert gateway.asked == []


@pytest.mark.parametrize(
    ("answer", "outcome", "times"),
    [
        (status(410), Delivery.GONE, 1),
        (status(403), Delivery.FAILED, 1),
        (status(500), Delivery.FAILED, 2),
        (status(429), Delivery.FAILED, 2),
        (nonsense, Delivery.FAILED, 2),
        (first(status(503)), Delivery.DELIVERED, 3),
        (in_pieces, Delivery.DELIVERED, 2),
    ],
)
def test_outcome_is_told_and_nothing_follows_a_failure(
    gateway: Gateway, api: ConnectionsApi, answer: Answer, outcome: Delivery, times: int
) -> None:
    gateway.answers["c"] = answer
    assert api.send({"c": [b"one", b"two"], "other": [b"one"]}) == {"c": outcome, "other": Delivery.DELIVERED}
    assert sum(asked == "c" for _, asked, _ in gateway.asked) == times


def test_slow_socket_holds_up_nobody_else(gateway: Gateway, impatient: ConnectionsApi) -> None:
    gateway.answers |= {"slow": never, "once slow": first(never)}
    texts = {"slow": [b"x", b"y"], "once slow": [b"x"], **{f"c{number}": [b"x"] for number in range(100)}}
    outcomes = impatient.send(texts)
    assert list(outcomes)[-1] == "slow"
    assert outcomes.pop("slow") is Delivery.FAILED
    assert set(outcomes.values()) == {Delivery.DELIVERED}
    assert sum(asked == "slow" for _, asked, _ in gateway.asked) == 2


def test_line_that_was_hung_up_meanwhile_is_dialled_again(gateway: Gateway, api: ConnectionsApi) -> None:
    assert api.send({"c": [b"one"]}) == {"c": Delivery.DELIVERED}
    gateway.answers["c"] = first(hang_up)
    gateway.asked.clear()
    assert api.send({"c": [b"two"]}) == {"c": Delivery.DELIVERED}
    assert [body for _, _, body in gateway.asked] == [b"two", b"two"]


def test_sockets_are_hung_up_by_delete(gateway: Gateway, api: ConnectionsApi) -> None:
    gateway.answers["gone"] = status(410)
    api.hang_up(["a=", "gone"])
    assert sorted(gateway.asked) == [("DELETE", "a=", b""), ("DELETE", "gone", b"")]


def test_gateway_must_prove_who_it_is(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed("localhost", tmp_path / "pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    endpoint, keys = gateway.start(context), Credentials("AKID", "secret")
    outcomes = []
    for trusted in (None, certificate):
        if trusted is not None:
            monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        api = ConnectionsApi(endpoint, "us-east-1", keys, lambda: NOW, timeout_s=10, pause=at_once)
        outcomes += api.send({"c": [b"one", b"two"]}).values()
        api.close()
    assert outcomes == [Delivery.FAILED, Delivery.DELIVERED]
    assert [body for _, _, body in gateway.asked] == [b"one", b"two"]


def self_signed(name: str, path: Path) -> Path:
    """A file with a key and the certificate it made for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, today = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return path


def test_gateway_that_is_not_there_fails_everybody() -> None:
    keys = Credentials("AKID", "secret")
    api = ConnectionsApi("http://127.0.0.1:9/live", "us-east-1", keys, lambda: NOW, pause=at_once)
    assert api.send({"c": [b"x"]}) == {"c": Delivery.FAILED}
    api.close()


@pytest.mark.parametrize("token", [None, "session token"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("path", ["/live/@connections/R1kmxc2VNjMCFIA%3D", "/live/@connections/a%2Fb-_.~"])
def test_signature_is_the_one_of_botocore(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, token: str | None
) -> None:
    body = "zwei ☕".encode() if method == "POST" else b""
    ours = Signer("abc.execute-api.us-east-1.amazonaws.com", "us-east-1", Credentials("AKID", "secret", token))
    lines = dict(line.split(": ", 1) for line in ours.headers(method, path, sha256(body).hexdigest(), NOW).splitlines())
    request = AWSRequest(method, f"https://abc.execute-api.us-east-1.amazonaws.com{path}", data=body)
    request.context["timestamp"] = lines["x-amz-date"]
    auth = SigV4Auth(BotocoreCredentials("AKID", "secret", token), "execute-api", "us-east-1")
    request.headers["X-Amz-Date"] = lines["x-amz-date"]
    if token:
        request.headers["X-Amz-Security-Token"] = token
    text = auth.string_to_sign(request, auth.canonical_request(request))
    assert lines["authorization"].endswith(f"Signature={auth.signature(text, request)}")


def test_keys_are_those_of_the_execution_role() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"}
    assert credentials(environ) == Credentials("a", "b", "c")
    assert "b" not in repr(credentials(environ)).replace("Credentials", "")
