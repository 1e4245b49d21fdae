"""The application around MiniStack: journal first, answer second."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from emulator.backends.embedded.record import Request, decode
from emulator.backends.embedded.recorder import Recorder

SIGNED = b"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request"


class FakeCheckpoints:
    """Collects records; refuses them when the disk is full."""

    def __init__(self, *, full: bool = False) -> None:
        self.records: list[bytes] = []
        self.snapshots = 0
        self._full = full

    def append(self, record: bytes) -> None:
        if self._full:
            raise OSError("no space left on device")
        self.records.append(record)

    def due(self) -> bool:
        return len(self.records) >= 2

    def start(self) -> None:
        self.snapshots += 1

    def now(self) -> None:
        self.snapshots += 1


class Conversation:
    """One request to a recorder in front of an application that always answers `status`."""

    def __init__(self, checkpoints: FakeCheckpoints, status: int = 200) -> None:
        self.checkpoints, self._status = checkpoints, status
        self.recorder = Recorder(self._application, checkpoints)  # type: ignore[arg-type]
        self.sent: list[Any] = []
        self.journaled_before_answer: list[int] = []
        self.seen_body = b""

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen_body = (await receive())["body"]
        await send({"type": "http.response.start", "status": self._status, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    def ask(self, operation: str, *chunks: bytes, path: str = "/") -> list[Any]:
        messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
        messages.append({"type": "http.request", "body": b"", "more_body": False})

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            self.journaled_before_answer.append(len(self.checkpoints.records))
            self.sent.append(message)

        headers = [(b"x-amz-target", f"DynamoDB_20120810.{operation}".encode()), (b"authorization", SIGNED)]
        headers.append((b"user-agent", b"long and useless"))
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
        asyncio.run(self.recorder(scope, receive, send))
        return self.sent


def test_write_is_in_the_journal_before_its_answer_is_sent() -> None:
    conversation = Conversation(FakeCheckpoints())
    answer = conversation.ask("PutItem", b'{"Table', b'Name":"t"}')
    assert [message["type"] for message in answer] == ["http.response.start", "http.response.body"]
    assert conversation.journaled_before_answer == [1, 1]
    record = decode(conversation.checkpoints.records[0])
    assert isinstance(record, Request)
    assert record.body == conversation.seen_body == b'{"TableName":"t"}'
    assert [name for name, _ in record.headers] == [b"x-amz-target", b"authorization"]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_refused_write_leaves_no_record(status: int) -> None:
    conversation = Conversation(FakeCheckpoints(), status)
    assert conversation.ask("PutItem", b"{}")[0]["status"] == status
    assert conversation.checkpoints.records == []


def test_read_leaves_no_record() -> None:
    conversation = Conversation(FakeCheckpoints())
    conversation.ask("GetItem", b"{}")
    assert conversation.checkpoints.records == []


def test_write_that_cannot_be_stored_is_not_acknowledged() -> None:
    conversation = Conversation(FakeCheckpoints(full=True))
    answer = conversation.ask("PutItem", b"{}")
    assert answer[0]["status"] == 500
    assert b"disk is full" in answer[1]["body"]
    assert len(answer) == 2


def test_snapshot_begins_when_the_journal_has_grown() -> None:
    conversation = Conversation(FakeCheckpoints())
    conversation.ask("PutItem", b"{}")
    assert conversation.checkpoints.snapshots == 0
    conversation.ask("PutItem", b"{}")
    assert conversation.checkpoints.snapshots == 1


def test_reset_is_answered_after_its_snapshot() -> None:
    conversation = Conversation(FakeCheckpoints())
    answer = conversation.ask("", path="/_ministack/reset")
    assert conversation.checkpoints.snapshots == 1
    assert answer[0]["status"] == 200
