"""What `terrarium queues`, `redrive` and `send` do on a real backend."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest

from emulator.cloud import Clients, QueueClient
from emulator.cloud.inventory import Place, inventory
from emulator.cloud.queue_age import oldest_age_s
from emulator.cloud.queue_survey import Queue, describe, sources_of, survey
from emulator.cloud.redrive import Redrive, move_by_task
from emulator.cloud.sending import Letter, send
from emulator.errors import BackendRefusedError
from emulator.model import QueueMessage
from tests.fakes.waiting import wait_for


class Counter:
    """Queues of one test: a dead-letter queue and the queues it serves."""

    def __init__(self, clients: Clients, *, fifo: bool = False) -> None:
        self.clients, self.queues, self.sqs = clients, QueueClient(clients), clients.get("sqs")
        self.name, self.fifo = f"c{uuid.uuid4().hex[:10]}", fifo
        self.dead = self.make("dead")

    def make(self, name: str, **attributes: str) -> Queue:
        full = f"{self.name}-{name}" + (".fifo" if self.fifo else "")
        kind = {"FifoQueue": "true"} if self.fifo else {}
        url = self.sqs.create_queue(QueueName=full, Attributes={**kind, **attributes})["QueueUrl"]
        return self.now(url)

    def source(self, name: str = "work") -> Queue:
        policy = json.dumps({"deadLetterTargetArn": self.dead.arn, "maxReceiveCount": 1})
        return self.make(name, RedrivePolicy=policy, VisibilityTimeout="0")

    def now(self, url: str) -> Queue:
        found = describe(self.clients, url)
        assert found is not None
        return found

    def die(self, source: Queue, *bodies: str, **arguments: Any) -> None:
        """Messages that were received once too often."""
        for number, body in enumerate(bodies):
            order = {"MessageGroupId": "g", "MessageDeduplicationId": f"d{number}"} if self.fifo else {}
            self.sqs.send_message(QueueUrl=source.url, MessageBody=body, **order, **arguments)

        def dead() -> bool:
            self.queues.receive(source.url, 10, 0, 0)
            return self.now(self.dead.url).depth == before + len(bodies)

        before = self.now(self.dead.url).depth
        assert wait_for(dead)

    def taken(self, queue: Queue) -> list[QueueMessage]:
        found: list[QueueMessage] = []
        while messages := self.queues.receive(queue.url, 10, 0, 60):
            found += messages
            self.queues.delete(queue.url, [message.receipt_handle for message in messages])
        return found


@pytest.fixture
def counter(clients: Clients) -> Counter:
    return Counter(clients)


def test_survey_counts_messages_that_wait_are_held_and_are_delayed(counter: Counter, clients: Clients) -> None:
    work = counter.make("plain")
    for delay in (0, 0, 0, 60):
        counter.queues.send(work.url, "x", delay)
    counter.queues.receive(work.url, 1, 0, 60)
    found = next(queue for queue in survey(clients) if queue.name == work.name)
    assert (found.depth, found.in_flight, found.delayed, found.messages) == (2, 1, 1, 4)


def test_survey_knows_whose_dead_letter_queue_one_is(counter: Counter, clients: Clients) -> None:
    first, second = counter.source("first"), counter.source("second")
    assert first.dead_letter_arn == counter.dead.arn
    assert {queue.name for queue in sources_of(counter.dead, survey(clients))} == {first.name, second.name}


def test_age_of_the_oldest_message_is_told_without_receiving_it(counter: Counter, clients: Clients) -> None:
    work = counter.make("plain")
    assert oldest_age_s(clients, work.url, 0, time.time()) is None
    counter.queues.send(work.url, "x")
    age = oldest_age_s(clients, work.url, 1, time.time() + 100)
    assert age is not None
    assert 99 <= age <= 130
    (message,) = counter.queues.receive(work.url, 1, 0, 60)
    assert message.receive_count == 1


def test_age_is_unknown_rather_than_costly_for_a_very_full_queue(counter: Counter, clients: Clients) -> None:
    assert oldest_age_s(clients, counter.dead.url, 10_001, time.time()) is None


def test_redrive_takes_messages_back_with_their_attributes(counter: Counter, clients: Clients) -> None:
    work = counter.source()
    attributes = {
        "colour": {"DataType": "String", "StringValue": "red"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        "count": {"DataType": "Number", "StringValue": "3"},
    }
    counter.die(work, "a", MessageAttributes=attributes)
    moved = Redrive(clients, counter.dead, [work], others=False).run(None)
    assert dict(moved.counts) == {work.arn: 1}
    assert not moved.problem
    assert counter.now(counter.dead.url).messages == 0
    (message,) = counter.taken(work)
    assert message.body == "a"
    assert message.receive_count == 1
    assert {name: dict(value) for name, value in message.message_attributes.items()} == attributes


def test_redrive_moves_no_more_than_it_was_told(counter: Counter, clients: Clients) -> None:
    work = counter.source()
    counter.die(work, *"abcdefghijklmno")
    moved = Redrive(clients, counter.dead, [work], others=False).run(12)
    assert dict(moved.counts) == {work.arn: 12}
    assert counter.now(counter.dead.url).depth == 3


def test_redrive_takes_each_message_to_the_queue_it_came_from(counter: Counter, clients: Clients) -> None:
    first, second = counter.source("first"), counter.source("second")
    counter.die(first, "a")
    counter.die(second, "b")
    moved = Redrive(clients, counter.dead, [first, second], others=False).run(None)
    assert dict(moved.counts) == {first.arn: 1, second.arn: 1}
    assert [message.body for message in counter.taken(first)] == ["a"]


def test_messages_of_other_queues_stay_and_can_be_received_at_once(counter: Counter, clients: Clients) -> None:
    first, second = counter.source("first"), counter.source("second")
    counter.die(first, "a")
    counter.die(second, "b")
    moved = Redrive(clients, counter.dead, [first], others=True).run(None)
    assert dict(moved.counts) == {first.arn: 1}
    assert [message.body for message in counter.taken(counter.dead)] == ["b"]


def test_nothing_is_lost_when_the_source_refuses(counter: Counter, clients: Clients) -> None:
    work = counter.source()
    counter.die(work, "a", "b")
    counter.sqs.delete_queue(QueueUrl=work.url)
    moved = Redrive(clients, counter.dead, [work], others=False).run(None)
    assert dict(moved.counts) == {}
    assert moved.problem
    assert {message.body for message in counter.taken(counter.dead)} == {"a", "b"}


def test_fifo_messages_keep_group_and_order_and_are_not_swallowed_as_duplicates(clients: Clients) -> None:
    counter = Counter(clients, fifo=True)
    work = counter.source()
    counter.die(work, "a", "b", "c")
    # Their deduplication ids are still remembered by the source: sent again as they are, they would vanish.
    moved = Redrive(clients, counter.dead, [work], others=False).run(None)
    assert dict(moved.counts) == {work.arn: 3}
    back = counter.taken(work)
    assert [message.body for message in back] == ["a", "b", "c"]
    assert {message.system_attributes["MessageGroupId"] for message in back} == {"g"}


def test_task_of_the_backend_is_used_where_it_has_one(counter: Counter, clients: Clients) -> None:
    work = counter.source()
    counter.die(work, "a")
    moved = move_by_task(clients, counter.dead, time.sleep)
    if moved is None:
        assert counter.now(counter.dead.url).depth == 1
    else:
        assert wait_for(lambda: counter.now(work.url).depth == 1)


def place(clients: Clients, kind: str, name: str) -> Place:
    (found,) = (one for one in inventory(clients) if (one.kind, one.name) == (kind, name))
    return found


def test_letter_reaches_a_fifo_queue_with_group_and_attributes(clients: Clients) -> None:
    counter = Counter(clients, fifo=True)
    to = place(clients, "queue", counter.dead.name)
    said = send(clients, to, Letter(b"hello", {"colour": "red"}, group="g", dedup="d"))
    (message,) = counter.taken(counter.dead)
    assert said == f"message id {message.message_id}"
    assert message.system_attributes["MessageDeduplicationId"] == "d"
    assert message.message_attributes["colour"]["StringValue"] == "red"


def test_letter_reaches_a_topic_with_its_subject(counter: Counter, clients: Clients) -> None:
    sns = clients.get("sns")
    arn = sns.create_topic(Name=counter.name)["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=counter.dead.arn)
    assert send(clients, place(clients, "topic", counter.name), Letter(b"hello", subject="News")).startswith("message")
    assert wait_for(lambda: counter.now(counter.dead.url).depth == 1)
    notification = json.loads(counter.taken(counter.dead)[0].body)
    assert (notification["Message"], notification["Subject"]) == ("hello", "News")


def test_letter_reaches_a_bus_as_an_event(counter: Counter, clients: Clients) -> None:
    events = clients.get("events")
    events.create_event_bus(Name=counter.name)
    pattern = json.dumps({"source": ["shop"], "detail-type": ["OrderPlaced"]})
    events.put_rule(Name=counter.name, EventBusName=counter.name, EventPattern=pattern)
    events.put_targets(Rule=counter.name, EventBusName=counter.name, Targets=[{"Id": "inbox", "Arn": counter.dead.arn}])
    letter = Letter(b'{"id": 1}', detail_type="OrderPlaced", source="shop")
    said = send(clients, place(clients, "bus", counter.name), letter)
    assert wait_for(lambda: counter.now(counter.dead.url).depth == 1)
    event = json.loads(counter.taken(counter.dead)[0].body)
    assert event["detail"] == {"id": 1}
    assert said.startswith("event id ")


def test_letter_reaches_a_bucket_as_an_object(counter: Counter, clients: Clients) -> None:
    s3 = clients.get("s3")
    s3.create_bucket(Bucket=counter.name)
    letter = Letter(b"\x00cat", {"owner": "ada"}, key="images/a cat.jpg", content_type="image/jpeg")
    said = send(clients, place(clients, "bucket", counter.name), letter)
    stored = s3.get_object(Bucket=counter.name, Key="images/a cat.jpg")
    assert (stored["Body"].read(), stored["ContentType"]) == (b"\x00cat", "image/jpeg")
    assert stored["Metadata"] == {"owner": "ada"}
    assert said == f"ETag {stored['ETag']}"


def test_what_the_backend_refuses_is_said(counter: Counter, clients: Clients) -> None:
    gone = Place("queue", "gone", counter.dead.url + "-gone")
    with pytest.raises(BackendRefusedError):
        send(clients, gone, Letter(b"hello"))
