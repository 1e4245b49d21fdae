"""The few places inside MiniStack that the journal must know of; a test fences each against a new release.

- SQS hands out a message: which one, and its receipt handle, so that a later delete deletes the same.
- S3 fires an event: its delivery is done at once and recorded, instead of by a thread that kill -9 loses.
- DynamoDB's TTL deletes an item.
- Stream records: kept in the snapshot, so that a consumer's sequence number is still known after a restart.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from emulator.backends.embedded.frame import Frame, FramedDatetime, entered
from emulator.backends.embedded.record import Effect, encode_effect

_HANDED_OUT = ("id", "receipt_handle", "visible_at", "receive_count", "first_receive_at")
_STREAMS = "terrarium_streams"


class Hooks:
    """Wraps MiniStack's modules. Nothing is recorded before `record_to`."""

    def __init__(self) -> None:
        from ministack.core import persistence, responses
        from ministack.services import dynamodb, s3, sqs

        self._persistence, self._responses = persistence, responses
        self._dynamodb, self._s3, self._sqs = dynamodb, s3, sqs
        self._append: Callable[[bytes], None] | None = None
        responses.datetime = FramedDatetime
        self._wrap_receive()
        self._wrap_object_events()
        self._wrap_expiry()

    def record_to(self, append: Callable[[bytes], None]) -> None:
        """From now on effects go to the journal."""
        self._append = append

    def effects(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        """How each kind of effect is done again."""
        return {"received": self._receive_again, "object_event": self._fire_again, "expired": self._expire_again}

    def streams(self) -> dict[str, Any]:
        """State MiniStack does not save, by file name."""
        dynamodb = self._dynamodb
        return {
            _STREAMS: {
                "records": dynamodb._stream_records,
                "trimmed": dynamodb._stream_trimmed,
                "closed": dynamodb._closed_streams,
                "counter": dynamodb._stream_seq_counter,
            }
        }

    def restore_streams(self) -> None:
        """Put back what `streams` saved."""
        saved = self._persistence.load_state(_STREAMS)
        if saved:
            self._dynamodb._stream_records.update(saved["records"])
            self._dynamodb._stream_trimmed.update(saved["trimmed"])
            self._dynamodb._closed_streams.update(saved["closed"])
            self._dynamodb._stream_seq_counter = saved["counter"]

    def _emit(self, kind: str, arguments: Mapping[str, Any], at: float, draws: tuple[bytes, ...] = ()) -> None:
        if self._append is not None:
            self._append(encode_effect(Effect(at, kind, arguments, draws)))

    def _scope(self) -> dict[str, str]:
        return {"account": self._responses.get_account_id(), "region": self._responses.get_region()}

    def _wrap_receive(self) -> None:
        collect = self._sqs._collect_msgs

        def collected(queue: dict[str, Any], most: int, visibility: int) -> list[dict[str, Any]]:
            messages: list[dict[str, Any]] = collect(queue, most, visibility)
            if messages:
                handed = [{name: message[name] for name in _HANDED_OUT} for message in messages]
                self._emit("received", {"queue": queue["attributes"]["QueueArn"], "messages": handed}, time.time())
            return messages

        self._sqs._collect_msgs = collected

    def _receive_again(self, arguments: Mapping[str, Any]) -> None:
        queue = self._sqs._queue_by_arn(arguments["queue"])
        if queue is None:
            return
        wanted = {message["id"]: message for message in arguments["messages"]}
        if not wanted.keys() <= {message["id"] for message in queue["messages"]}:
            self._move_to_dead_letters()
        for message in queue["messages"]:
            message.update(wanted.get(message["id"], {}))

    def _move_to_dead_letters(self) -> None:
        """A receive that found nothing leaves no record, but may have moved messages."""
        for queue in list(self._sqs._queues.all_values()):
            self._sqs._dlq_sweep(queue)

    def _wrap_object_events(self) -> None:
        s3 = self._s3

        def fire(bucket: str, key: str, event: str, *details: Any, **more: Any) -> None:
            if bucket not in s3._bucket_notifications:
                return
            more["sequencer"] = s3._next_event_sequencer(event)
            frame = Frame(time.time())
            with entered(frame):
                s3._fire_s3_event(bucket, key, event, *details, **more)
            arguments = {**self._scope(), "positional": [bucket, key, event, *details], "named": more}
            self._emit("object_event", arguments, frame.now, tuple(frame.draws))

        s3._fire_s3_event_async = fire

    def _fire_again(self, arguments: Mapping[str, Any]) -> None:
        with self._responses.request_scope(arguments["account"], arguments["region"]):
            self._s3._fire_s3_event(*arguments["positional"], **arguments["named"])

    def _wrap_expiry(self) -> None:
        remove = self._dynamodb._remove_item

        def removed(table: dict[str, Any], partition: str, sort: str) -> Any:
            item = remove(table, partition, sort)
            if item is not None and threading.current_thread().name == "dynamodb-ttl-reaper":
                arguments = {"table": table["TableArn"], "partition": partition, "sort": sort}
                self._emit("expired", arguments, time.time())
            return item

        self._dynamodb._remove_item = removed

    def _expire_again(self, arguments: Mapping[str, Any]) -> None:
        for table in self._dynamodb._tables.all_values():
            if table["TableArn"] == arguments["table"]:
                self._dynamodb._remove_item(table, arguments["partition"], arguments["sort"])
