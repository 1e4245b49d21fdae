"""The contract of the ports of sources, run against the fakes and against the real clients."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.backends import Backend
from emulator.clock import SystemClock
from emulator.cloud.clients import Clients
from emulator.cloud.destination import DestinationClient
from emulator.cloud.log_shipper import LogShipper
from emulator.cloud.queue_client import QueueClient
from emulator.cloud.relay_client import RelayClient
from emulator.cloud.stream_reader import StreamReader
from emulator.errors import BackendRefusedError, BackendUnavailableError, StreamPositionLostError
from emulator.model import Endpoints, RelayRoute
from tests.fakes.destinations import FakeDestinations
from tests.fakes.embedded_backend import running_backend, table_with_stream
from tests.fakes.free_ports import free_port
from tests.fakes.log_shipper import FakeLogShipper
from tests.fakes.queues import FakeQueues
from tests.fakes.relays import FakeRelays
from tests.fakes.streams import ARN, FakeStreams
from tests.fakes.waiting import wait_for

KINDS = pytest.mark.parametrize("kind", ["fake", "real"])


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with running_backend(tmp_path_factory.mktemp("ports")) as backend:
        yield backend


@pytest.fixture
def clients(backend: Backend) -> Clients:
    return Clients(backend.endpoints, region="us-east-1")


class Stream:
    """A stream, fake or real, and how to write to it."""

    def __init__(self, kind: str, clients: Clients) -> None:
        self._fake, self._clients, self._table = FakeStreams(), clients, f"T{uuid.uuid4().hex}"
        self.arn = ARN if kind == "fake" else table_with_stream(clients, self._table)
        self.reader: Any = self._fake if kind == "fake" else StreamReader(clients)
        self._kind = kind
        self.shard = self.reader.shards(self.arn)[0].id

    def write(self, key: str) -> None:
        if self._kind == "fake":
            self._fake.write(key)
        else:
            self._clients.get("dynamodb").put_item(TableName=self._table, Item={"pk": {"S": key}})

    def read(self, kind: str, sequence: str | None = None) -> list[dict[str, Any]]:
        records, following = self.reader.records(self.reader.iterator(self.arn, self.shard, kind, sequence))
        assert following is not None
        return list(records)


@KINDS
def test_stream_is_read_from_its_beginning_its_end_and_from_a_record(kind: str, clients: Clients) -> None:
    stream = Stream(kind, clients)
    for key in ("a", "b", "c"):
        stream.write(key)
    records = stream.read("TRIM_HORIZON")
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in records] == ["a", "b", "c"]
    assert stream.read("LATEST") == []
    second = records[1]["dynamodb"]["SequenceNumber"]
    assert stream.read("AFTER_SEQUENCE_NUMBER", second) == records[2:]
    assert stream.read("AT_SEQUENCE_NUMBER", second) == records[1:]
    assert records[0]["eventName"] == "INSERT"
    assert records[0]["dynamodb"]["ApproximateCreationDateTime"] > 0


@KINDS
def test_iterator_goes_on_where_the_last_page_ended(kind: str, clients: Clients) -> None:
    stream = Stream(kind, clients)
    _, following = stream.reader.records(stream.reader.iterator(stream.arn, stream.shard, "LATEST"))
    stream.write("a")
    records, _ = stream.reader.records(following)
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in records] == ["a"]


@KINDS
def test_unknown_sequence_number_is_a_lost_position(kind: str, clients: Clients) -> None:
    stream = Stream(kind, clients)
    stream.write("a")
    with pytest.raises(StreamPositionLostError):
        stream.read("AFTER_SEQUENCE_NUMBER", "000000000000000000000000000001")


@pytest.fixture
def queues(request: pytest.FixtureRequest, clients: Clients) -> Any:
    return FakeQueues(SystemClock()) if request.getfixturevalue("kind") == "fake" else QueueClient(clients)


@KINDS
def test_queue_is_made_once_and_keeps_messages_until_deleted(kind: str, queues: Any) -> None:
    name = f"q-{uuid.uuid4().hex}"
    url = queues.ensure(name, {"MessageRetentionPeriod": "1209600"})
    assert queues.ensure(name, {"MessageRetentionPeriod": "1209600"}) == url
    queues.send(url, "body")
    (message,) = queues.receive(url, 10, 0, 30)
    assert (message.body, message.receive_count) == ("body", 1)
    assert message.sent_ms > 1_600_000_000_000
    assert queues.receive(url, 10, 0, 30) == []
    queues.change_visibility(url, message.receipt_handle, 0)
    (again,) = queues.receive(url, 10, 0, 30)
    assert (again.message_id, again.receive_count) == (message.message_id, 2)
    assert list(queues.delete(url, [again.receipt_handle])) == []
    assert queues.receive(url, 10, 0, 0) == []


@KINDS
def test_delayed_message_comes_later(kind: str, queues: Any) -> None:
    url = queues.ensure(f"q-{uuid.uuid4().hex}", {})
    queues.send(url, "body", delay_s=1)
    assert queues.receive(url, 10, 0, 30) == []
    assert wait_for(lambda: queues.receive(url, 10, 0, 30))


@KINDS
def test_unknown_receipt_handle_is_refused(kind: str, queues: Any) -> None:
    url = queues.ensure(f"q-{uuid.uuid4().hex}", {})
    with pytest.raises(BackendRefusedError):
        queues.change_visibility(url, "unknown", 0)
    assert list(queues.delete(url, ["unknown"])) == ["unknown"]


@KINDS
def test_queue_is_found_by_its_arn_and_hides_messages_as_long_as_it_says(kind: str, queues: Any) -> None:
    name = f"q-{uuid.uuid4().hex}"
    url = queues.ensure(name, {"VisibilityTimeout": "1"})
    assert queues.url_of(f"arn:aws:sqs:us-east-1:000000000000:{name}") == url
    assert queues.attributes(url)["VisibilityTimeout"] == "1"
    queues.send(url, "body")
    (message,) = queues.receive(url, 10, 0, None)
    assert message.md5_of_body == "841a2d689ad86bd1611447453c22c6fc"
    assert queues.receive(url, 10, 0, None) == []
    assert wait_for(lambda: queues.receive(url, 10, 0, None))


@KINDS
def test_waiting_receive_ends_with_the_first_message(kind: str, queues: Any) -> None:
    url = queues.ensure(f"q-{uuid.uuid4().hex}", {})
    threading.Timer(0.2, lambda: queues.send(url, "body")).start()
    (message,) = queues.receive(url, 10, 10, 30)
    assert message.body == "body"


@KINDS
def test_messages_given_back_are_visible_at_once(kind: str, queues: Any) -> None:
    url = queues.ensure(f"q-{uuid.uuid4().hex}", {})
    for number in range(12):
        queues.send(url, str(number))
    received = [*queues.receive(url, 10, 0, 30), *queues.receive(url, 10, 0, 30)]
    queues.give_back(url, [*(message.receipt_handle for message in received), "of a message that is gone"])
    assert len([*queues.receive(url, 10, 0, 30), *queues.receive(url, 10, 0, 30)]) == 12


@KINDS
def test_queue_that_does_not_exist_is_refused(kind: str, queues: Any) -> None:
    url = queues.ensure(f"q-{uuid.uuid4().hex}", {}) + "-absent"
    with pytest.raises(BackendRefusedError):
        queues.send(url, "body")
    with pytest.raises(BackendRefusedError):
        queues.url_of(f"arn:aws:sqs:us-east-1:000000000000:q-{uuid.uuid4().hex}")


@KINDS
def test_destination_that_does_not_exist_is_refused(kind: str, clients: Clients) -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:absent"
    client: Any = DestinationClient(clients)
    if kind == "fake":
        client = FakeDestinations()
        client.refusing.add(arn)
    with pytest.raises(BackendRefusedError):
        client.send(arn, "{}", {})


@KINDS
def test_topic_is_relayed_into_a_queue_once_until_it_is_disconnected(kind: str, queues: Any, clients: Clients) -> None:
    topic = clients.get("sns").create_topic(Name=f"t-{uuid.uuid4().hex}")["TopicArn"]
    route = RelayRoute(f"terrarium-{uuid.uuid4().hex}", "sns", topic)
    client: Any = FakeRelays(queues) if kind == "fake" else RelayClient(clients)
    queue = client.connect(route)
    assert client.connect(route) == queue
    assert queue.subscription_arn.startswith(f"{topic}:")
    queues.send(queue.url, "body")
    for _ in range(2):
        client.disconnect(route)
    with pytest.raises(BackendRefusedError):
        queues.send(queue.url, "body")


@KINDS
def test_log_events_are_accepted(kind: str, clients: Clients) -> None:
    shipper: Any = FakeLogShipper() if kind == "fake" else LogShipper(clients)
    shipper.ensure_group("/aws/lambda/ports")
    shipper.ensure_group("/aws/lambda/ports")
    shipper.put("/aws/lambda/ports", "2026/01/01/[$LATEST]0123", [(1_700_000_000_000, "hello")])


def test_backend_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    nobody = Clients(Endpoints(f"http://127.0.0.1:{free_port()}"), region="us-east-1")
    with pytest.raises(BackendUnavailableError):
        StreamReader(nobody).shards(ARN)
    with pytest.raises(BackendUnavailableError):
        QueueClient(nobody).ensure("q", {})
    with pytest.raises(BackendUnavailableError):
        DestinationClient(nobody).send("arn:aws:sqs:us-east-1:000000000000:q", "{}", {})
