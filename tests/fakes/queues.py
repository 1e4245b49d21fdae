"""In-memory SQS queues on a clock that a test moves. They pass the contract test of the real client."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from emulator.errors import BackendRefusedError, BackendUnavailableError
from emulator.model import Clock, QueueMessage

LIMIT_BYTES = 1024 * 1024


@dataclass
class _Stored:
    message_id: str
    body: str
    sent_ms: int
    visible_at: float
    receive_count: int = 0
    receipt_handle: str | None = None


class FakeQueues:
    """Set `away` and every call fails as when the backend does not answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._queues: dict[str, list[_Stored]] = {}
        self._ids = count(1)
        self.away = False
        self.refuse_deletes = False

    def bodies(self, url: str) -> list[str]:
        with self._lock:
            return [stored.body for stored in self._queues.get(url, [])]

    def wipe(self) -> None:
        self._queues.clear()

    # ------------------------------------------------------------ QueueClient

    def ensure(self, name: str, attributes: Mapping[str, str]) -> str:
        self._answer()
        url = f"http://queues/{name}"
        self._queues.setdefault(url, [])
        return url

    def send(self, url: str, body: str, delay_s: int = 0, attributes: Mapping[str, str] | None = None) -> None:
        with self._lock:
            queue = self._queue(url)
            if len(body.encode()) > LIMIT_BYTES:
                raise BackendRefusedError("Message must be shorter than 1048576 bytes")
            now = self._clock.now()
            queue.append(_Stored(f"message-{next(self._ids)}", body, int(now * 1000), now + delay_s))

    def receive(self, url: str, max: int, wait_s: int, visibility_s: int) -> list[QueueMessage]:
        with self._lock:
            now = self._clock.now()
            visible = [stored for stored in self._queue(url) if stored.visible_at <= now][:max]
            for stored in visible:
                stored.receive_count += 1
                stored.visible_at = now + visibility_s
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
    return QueueMessage(stored.message_id, handle, stored.body, stored.receive_count, stored.sent_ms)
