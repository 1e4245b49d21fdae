"""kill -9 of the backend in mid-load loses no write that was acknowledged."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from botocore.exceptions import BotoCoreError

from emulator.backends import Backend, create
from emulator.cloud import Clients
from tests.fakes.embedded_backend import table_with_stream
from tests.fakes.free_ports import kept_ports
from tests.fakes.processes import is_running
from tests.fakes.waiting import wait_for

(PORT,) = kept_ports(1)


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    started = create("embedded", state=tmp_path, port=PORT, endpoint=None, region="us-east-1", report=print)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def clients(backend: Backend) -> Clients:
    return Clients(backend.endpoints, region="us-east-1")


def kill(backend: Backend) -> None:
    (pid,) = backend.process_ids()
    process = psutil.Process(pid)
    process.kill()
    assert wait_for(lambda: not is_running(process))


def kill_and_start(backend: Backend) -> Clients:
    """Fresh clients: pooled connections of the old ones may not have noticed yet."""
    kill(backend)
    backend.start()
    return Clients(backend.endpoints, region="us-east-1")


class Writers:
    """Threads that write until the backend is gone and count what it acknowledged."""

    def __init__(self, clients: Clients, table: str, queue: str) -> None:
        self._clients, self._table, self._queue = clients, table, queue
        self.items: set[str] = set()
        self.sums: Counter[str] = Counter()
        self.in_doubt: Counter[str] = Counter()
        self.bodies: set[str] = set()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(4)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def acknowledged(self) -> int:
        return len(self.items) + sum(self.sums.values()) + len(self.bodies)

    def _run(self, number: int) -> None:
        serial = 0
        counter = f"counter{number}"
        while True:
            serial += 1
            name = f"w{number}-{serial}"
            try:
                self._put(name)
                self.in_doubt[counter] = 1
                self._add(counter)
                self.in_doubt[counter] = 0
                self._send(name)
            except BotoCoreError:
                return

    def _put(self, name: str) -> None:
        self._clients.get("dynamodb").put_item(TableName=self._table, Item={"pk": {"S": name}})
        self.items.add(name)

    def _add(self, counter: str) -> None:
        self._clients.get("dynamodb").update_item(
            TableName=self._table,
            Key={"pk": {"S": counter}},
            UpdateExpression="ADD seen :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        self.sums[counter] += 1

    def _send(self, name: str) -> None:
        self._clients.get("sqs").send_message(QueueUrl=self._queue, MessageBody=name)
        self.bodies.add(name)


def all_items(clients: Clients, table: str) -> dict[str, dict[str, Any]]:
    pages = clients.get("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {item["pk"]["S"]: item for page in pages for item in page["Items"]}


def all_bodies(clients: Clients, queue: str) -> set[str]:
    found: set[str] = set()
    while messages := clients.get("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found |= {message["Body"] for message in messages}
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_acknowledged_write_survives_a_kill_in_mid_load(backend: Backend, clients: Clients, seed: int) -> None:
    table_with_stream(clients, "load")
    queue = clients.get("sqs").create_queue(QueueName="load")["QueueUrl"]
    writers = Writers(clients, "load", queue)
    target = random.Random(seed).randint(50, 600)
    writers.start()
    assert wait_for(lambda: writers.acknowledged() >= target, within_s=60, every_s=0.001)
    kill(backend)
    writers.join()
    backend.start()
    clients = Clients(backend.endpoints, region="us-east-1")
    items = all_items(clients, "load")
    assert writers.items - items.keys() == set()
    for counter, acknowledged in writers.sums.items():
        # Exactly once, but for the one request whose answer the kill swallowed.
        assert acknowledged <= int(items[counter]["seen"]["N"]) <= acknowledged + writers.in_doubt[counter]
    assert writers.bodies - all_bodies(clients, queue) == set()


def test_consumer_with_a_saved_sequence_number_finds_every_later_record(backend: Backend, clients: Clients) -> None:
    arn = table_with_stream(clients, "stream")
    write(clients, "stream", range(5))
    before = records(clients, arn, "TRIM_HORIZON")
    checkpoint = before[2]["dynamodb"]["SequenceNumber"]
    clients = kill_and_start(backend)
    write(clients, "stream", range(5, 8))
    after = records(clients, arn, "AFTER_SEQUENCE_NUMBER", checkpoint)
    assert [key_of(record) for record in after] == ["3", "4", "5", "6", "7"]
    assert after[:2] == before[3:]
    numbers = [record["dynamodb"]["SequenceNumber"] for record in [*before[:3], *after]]
    assert numbers == sorted(set(numbers))


def test_stream_goes_on_after_a_clean_stop(backend: Backend, clients: Clients) -> None:
    arn = table_with_stream(clients, "clean")
    write(clients, "clean", range(3))
    before = records(clients, arn, "TRIM_HORIZON")
    backend.stop()
    backend.start()
    clients = Clients(backend.endpoints, region="us-east-1")
    write(clients, "clean", range(3, 5))
    after = records(clients, arn, "AFTER_SEQUENCE_NUMBER", before[0]["dynamodb"]["SequenceNumber"])
    assert [key_of(record) for record in after] == ["1", "2", "3", "4"]


def test_iterator_taken_before_a_kill_goes_on_after_it(backend: Backend, clients: Clients) -> None:
    arn = table_with_stream(clients, "held")
    write(clients, "held", range(2))
    streams = clients.get("dynamodbstreams")
    iterator = streams.get_records(ShardIterator=iterator_of(clients, arn, "TRIM_HORIZON"))["NextShardIterator"]
    clients = kill_and_start(backend)
    write(clients, "held", range(2, 4))
    answer = clients.get("dynamodbstreams").get_records(ShardIterator=iterator)
    assert [key_of(record) for record in answer["Records"]] == ["2", "3"]


def test_message_deleted_before_a_kill_stays_deleted(backend: Backend, clients: Clients) -> None:
    sqs = clients.get("sqs")
    queue = sqs.create_queue(QueueName="deleted")["QueueUrl"]
    for body in "abcd":
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    taken = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=2, VisibilityTimeout=1)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=taken[0]["ReceiptHandle"])
    clients = kill_and_start(backend)
    clients.get("sqs").delete_message(QueueUrl=queue, ReceiptHandle=taken[1]["ReceiptHandle"])
    left = {"a", "b", "c", "d"} - {message["Body"] for message in taken}
    assert all_bodies(clients, queue) == left


def test_received_message_comes_back_with_its_count_after_a_kill(backend: Backend, clients: Clients) -> None:
    sqs = clients.get("sqs")
    queue = sqs.create_queue(QueueName="counted")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="poison")

    assert received_count(clients, queue) == 1
    assert received_count(kill_and_start(backend), queue) == 2


def received_count(clients: Clients, queue: str) -> int:
    answer = clients.get("sqs").receive_message(
        QueueUrl=queue, VisibilityTimeout=0, WaitTimeSeconds=1, MessageSystemAttributeNames=["All"]
    )
    return int(answer["Messages"][0]["Attributes"]["ApproximateReceiveCount"])


def test_published_message_waits_in_the_subscribed_queue_after_a_kill(backend: Backend, clients: Clients) -> None:
    sns, sqs = clients.get("sns"), clients.get("sqs")
    topic = sns.create_topic(Name="published")["TopicArn"]
    queue = sqs.create_queue(QueueName="subscribed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=topic, Message="news")
    clients = kill_and_start(backend)
    assert all_bodies(clients, queue) == {"news"}


def test_object_and_its_event_survive_a_kill(backend: Backend, clients: Clients) -> None:
    s3, sqs = clients.get("s3"), clients.get("sqs")
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket="survivor")
    s3.put_bucket_versioning(Bucket="survivor", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket="survivor",
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
    written = s3.put_object(Bucket="survivor", Key="a/b.txt", Body=b"bytes", Metadata={"who": "me"}, Tagging="x=y")
    clients = kill_and_start(backend)
    s3 = clients.get("s3")
    answer = s3.get_object(Bucket="survivor", Key="a/b.txt")
    assert (answer["Body"].read(), answer["Metadata"]) == (b"bytes", {"who": "me"})
    assert answer["VersionId"] == written["VersionId"]
    assert s3.get_object_tagging(Bucket="survivor", Key="a/b.txt")["TagSet"] == [{"Key": "x", "Value": "y"}]
    assert s3.get_bucket_versioning(Bucket="survivor")["Status"] == "Enabled"
    bodies = [json.loads(body) for body in all_bodies(clients, queue)]
    keys = [record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", [])]
    assert keys == ["a/b.txt"]


def test_ids_that_were_handed_out_are_the_same_after_a_kill(backend: Backend, clients: Clients) -> None:
    made = make_named_things(clients)
    seen = read_back(clients, made)
    clients = kill_and_start(backend)
    assert read_back(clients, made) == seen


def test_encrypted_data_can_be_decrypted_after_a_kill(backend: Backend, clients: Clients) -> None:
    kms = clients.get("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
    clients = kill_and_start(backend)
    assert clients.get("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"


def test_journal_outlives_two_kills_in_a_row(backend: Backend, clients: Clients) -> None:
    arn = table_with_stream(clients, "twice")
    write(clients, "twice", range(2))
    clients = kill_and_start(backend)
    write(clients, "twice", range(2, 4))
    clients = kill_and_start(backend)
    assert sorted(all_items(clients, "twice")) == ["0", "1", "2", "3"]
    assert [key_of(record) for record in records(clients, arn, "TRIM_HORIZON")] == ["0", "1", "2", "3"]


def test_torn_last_record_is_dropped(backend: Backend, clients: Clients, tmp_path: Path) -> None:
    table_with_stream(clients, "torn")
    write(clients, "torn", range(3))
    kill(backend)
    newest = max((tmp_path / "embedded" / "journal").glob("*.log"), key=lambda path: int(path.stem))
    newest.write_bytes(newest.read_bytes()[:-7])
    backend.start()
    clients = Clients(backend.endpoints, region="us-east-1")
    assert sorted(all_items(clients, "torn")) == ["0", "1"]
    write(clients, "torn", range(2, 3))
    clients = kill_and_start(backend)
    assert sorted(all_items(clients, "torn")) == ["0", "1", "2"]


def test_reset_leaves_nothing_behind(backend: Backend, clients: Clients) -> None:
    table_with_stream(clients, "reset")
    assert requests.post(f"{backend.endpoints.default}/_ministack/reset", timeout=10).status_code == 200
    clients = kill_and_start(backend)
    assert clients.get("dynamodb").list_tables()["TableNames"] == []


def make_named_things(clients: Clients) -> dict[str, str]:
    secret = clients.get("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"]
    queue = clients.get("sqs").create_queue(QueueName="ids")["QueueUrl"]
    clients.get("sqs").send_message(QueueUrl=queue, MessageBody="hello")
    clients.get("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    return {"secret": secret, "queue": queue, "stream": table_with_stream(clients, "ids")}


def read_back(clients: Clients, made: dict[str, str]) -> dict[str, Any]:
    secret = clients.get("secretsmanager").get_secret_value(SecretId=made["secret"])
    role = clients.get("iam").get_role(RoleName="r")["Role"]
    table = clients.get("dynamodb").describe_table(TableName="ids")["Table"]
    return {
        "version": secret["VersionId"],
        "role": (role["RoleId"], role["CreateDate"]),
        "table": (table["TableId"], table["LatestStreamArn"], table["CreationDateTime"]),
    }


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def write(clients: Clients, table: str, keys: range) -> None:
    for key in keys:
        clients.get("dynamodb").put_item(TableName=table, Item={"pk": {"S": str(key)}})


def iterator_of(clients: Clients, arn: str, kind: str, sequence: str | None = None) -> str:
    streams = clients.get("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    given = {"SequenceNumber": sequence} if sequence else {}
    answer = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **given)
    return str(answer["ShardIterator"])


def records(clients: Clients, arn: str, kind: str, sequence: str | None = None) -> list[dict[str, Any]]:
    iterator = iterator_of(clients, arn, kind, sequence)
    return list(clients.get("dynamodbstreams").get_records(ShardIterator=iterator)["Records"])


def key_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"])
