"""In-memory SQS queues on a clock that a test moves. They pass the contract test of the real client."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from emulator.errors import BackendRefusedError, BackendUnavailableError
from emulator.model import Clock, QueueMessage
from tests.fakes.waiting import wait_for

LIMIT_BYTES = 1024 * 1024
ARN = "arn:aws:sqs:us-east-1:000000000000:"


@dataclass
class _Stored:
    message_id: str
    body: str
    sent_ms: int
    visible_at: float
    receive_count: int = 0
    receipt_handle: str | None = None
    group: str | None = None


class FakeQueues:
    """Set `away` and every call fails as when the backend does not answer. A name ending in .fifo is a FIFO queue."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._queues: dict[str, list[_Stored]] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._ids = count(1)
        self.away = False
        self.refuse_deletes = False
        self.patient = True
        """False ends waiting receives at once."""
        self.receives: list[tuple[int, int, int | None]] = []
        """What was asked of each receive: most messages, seconds to wait, visibility timeout."""
        self.waiting = 0
        self.most_waiting = 0
        """Receives that wait now, and the most that ever did."""

    def bodies(self, url: str) -> list[str]:
        with self._lock:
            return [stored.body for stored in self._queues.get(url, [])]

    def wipe(self) -> None:
        self._queues.clear()

    def drop(self, name: str) -> None:
        self._queues.pop(f"http://queues/{name}", None)

    def send_to_group(self, url: str, group: str, *bodies: str) -> None:
        for body in bodies:
            self.send(url, body)
            self._queues[url][-1].group = group

    def hidden(self, url: str) -> list[str]:
        """Bodies of messages that are in the queue and not visible."""
        with self._lock:
            return [stored.body for stored in self._queues[url] if stored.visible_at > self._clock.now()]

    # ------------------------------------------------------------ QueueClient

    def ensure(self, name: str, attributes: Mapping[str, str]) -> str:
        self._answer()
        url = f"http://queues/{name}"
        self._queues.setdefault(url, [])
        self._attributes.setdefault(url, {"VisibilityTimeout": "30"}).update(attributes)
        return url

    def url_of(self, arn: str) -> str:
        url = f"http://queues/{arn.removeprefix(ARN)}"
        self._queue(url)
        return url

    def attributes(self, url: str) -> dict[str, str]:
        self._queue(url)
        return dict(self._attributes[url])

    def send(self, url: str, body: str, delay_s: int = 0, attributes: Mapping[str, str] | None = None) -> None:
        with self._lock:
            queue = self._queue(url)
            if len(body.encode()) > LIMIT_BYTES:
                raise BackendRefusedError("Message must be shorter than 1048576 bytes")
            now = self._clock.now()
            queue.append(_Stored(f"message-{next(self._ids)}", body, int(now * 1000), now + delay_s))

    def receive(self, url: str, max: int, wait_s: int, visibility_s: int | None) -> list[QueueMessage]:
        self.receives.append((max, wait_s, visibility_s))
        found: list[QueueMessage] = []

        def taken() -> bool:
            found.extend(self._take(url, max, visibility_s))
            return bool(found) or not self.patient

        self._count_waiting(1)
        try:
            wait_for(taken, within_s=wait_s, every_s=0.005)
        finally:
            self._count_waiting(-1)
        return found

    def _count_waiting(self, more: int) -> None:
        with self._lock:
            self.waiting += more
            self.most_waiting = max(self.most_waiting, self.waiting)

    def _take(self, url: str, most: int, visibility_s: int | None) -> list[QueueMessage]:
        with self._lock:
            now = self._clock.now()
            queue = self._queue(url)
            hidden_s = int(self._attributes[url]["VisibilityTimeout"]) if visibility_s is None else visibility_s
            # As in SQS: no message of a group while another of it is in flight.
            closed = {one.group for one in queue if one.group and one.receive_count and one.visible_at > now}
            visible = [one for one in queue if one.visible_at <= now and one.group not in closed][:most]
            for stored in visible:
                stored.receive_count += 1
                stored.visible_at = now + hidden_s
                stored.receipt_handle = f"receipt-{next(self._ids)}"
            return [_message(stored) for stored in visible]

    def delete(self, url: str, receipt_handles: Sequence[str]) -> list[str]:
        with self._lock:
            queue = self._queue(url)
            if self.refuse_deletes:
                return list(receipt_handles)
            known = {stored.receipt_handle for stored in queue}
            queue[:] = [stored for stored in queue if stored.receipt_handle not in receipt_handles]
            return [handle for handle in receipt_handles if handle not in known]

    def change_visibility(self, url: str, receipt_handle: str, seconds: int) -> None:
        with self._lock:
            for stored in self._queue(url):
                if stored.receipt_handle == receipt_handle:
                    stored.visible_at = self._clock.now() + seconds
                    return
            raise BackendRefusedError("The input receipt handle is invalid")

    def give_back(self, url: str, receipt_handles: Sequence[str]) -> None:
        with self._lock:
            for stored in self._queue(url):
                if stored.receipt_handle in receipt_handles:
                    stored.visible_at = self._clock.now()

    def _queue(self, url: str) -> list[_Stored]:
        self._answer()
        if url not in self._queues:
            raise BackendRefusedError("The specified queue does not exist")
        return self._queues[url]

    def _answer(self) -> None:
        if self.away:
            raise BackendUnavailableError("The backend does not answer")


def _message(stored: _Stored) -> QueueMessage:
    handle: Any = stored.receipt_handle
    system = {"ApproximateReceiveCount": str(stored.receive_count), "SentTimestamp": str(stored.sent_ms)}
    if stored.group:
        system["MessageGroupId"] = stored.group
    return QueueMessage(
        stored.message_id,
        handle,
        stored.body,
        stored.receive_count,
        stored.sent_ms,
        system,
        md5_of_body=hashlib.md5(stored.body.encode()).hexdigest(),
    )
