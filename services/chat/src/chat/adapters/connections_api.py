"""Sends to sockets through API Gateway's @connections: many at once, each socket's texts one after the other.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from urllib.parse import quote, urlsplit

from chat.adapters.line import Line, dial
from chat.adapters.sigv4 import Credentials, Signer
from chat.domain.ports import Delivery, Now

AT_ONCE = 32
_TRIES, _PAUSE_S = 2, 0.1
_TIMEOUT_S = 1.0
_GONE = 410
_Job = tuple[str, Sequence[bytes]]


class ConnectionsApi:
    """The port Sockets. `endpoint` is the stage's address: https://<host>/<stage>.

    A socket that does not answer holds up one of the lines for `timeout_s`, twice; all others go on.
    """

    def __init__(
        self,
        endpoint: str,
        region: str,
        keys: Credentials,
        now: Now,
        *,
        timeout_s: float = _TIMEOUT_S,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._endpoint, self._timeout_s, self._pause, self._now = endpoint, timeout_s, pause, now
        parts = urlsplit(endpoint)
        self._path = parts.path.rstrip("/")
        self._signer = Signer(parts.netloc, region, keys)
        self._lines: list[Line | None] = [None] * AT_ONCE
        self._loop = asyncio.new_event_loop()

    def send(self, texts: Mapping[str, Sequence[bytes]]) -> Mapping[str, Delivery]:
        return self._all("POST", texts)

    def hang_up(self, connection_ids: Collection[str]) -> None:
        self._all("DELETE", dict.fromkeys(connection_ids, (b"",)))

    def close(self) -> None:
        for line in self._lines:
            if line is not None:
                line.close()
        self._loop.close()

    def _all(self, method: str, texts: Mapping[str, Sequence[bytes]]) -> Mapping[str, Delivery]:
        outcomes: dict[str, Delivery] = {}
        hashes = {text: sha256(text).hexdigest() for queue in texts.values() for text in queue}
        jobs = iter(texts.items())

        async def work(number: int, jobs: Iterator[_Job]) -> None:
            for connection_id, queue in jobs:
                outcomes[connection_id] = await self._queue(number, method, connection_id, queue, hashes)

        async def everything() -> None:
            await asyncio.gather(*(work(number, jobs) for number in range(min(AT_ONCE, len(texts)))))

        self._loop.run_until_complete(everything())
        return outcomes

    async def _queue(
        self, number: int, method: str, connection_id: str, texts: Sequence[bytes], hashes: Mapping[bytes, str]
    ) -> Delivery:
        path = f"{self._path}/@connections/{quote(connection_id, safe='')}"
        for text in texts:
            headers = self._signer.headers(method, path, hashes[text], self._now())
            request = f"{method} {path} HTTP/1.1\r\n{headers}content-length: {len(text)}\r\n\r\n".encode() + text
            outcome = await self._deliver(number, request)
            if outcome is not Delivery.DELIVERED:
                return outcome
        return Delivery.DELIVERED

    async def _deliver(self, number: int, request: bytes) -> Delivery:
        """Tried again when the other end does not answer, or answers that it has too much to do."""
        for attempt in range(_TRIES):
            try:
                status = await self._ask(number, request)
            except OSError:
                status = 503
            if status in (200, 204):
                return Delivery.DELIVERED
            if status == _GONE:
                return Delivery.GONE
            if status < 500 and status != 429:
                return Delivery.FAILED
            if attempt < _TRIES - 1:
                await self._pause(random.uniform(0, _PAUSE_S))
        return Delivery.FAILED

    async def _ask(self, number: int, request: bytes) -> int:
        kept = self._lines[number]
        if kept is not None and kept.is_open:
            try:
                return await kept.ask(request, self._timeout_s)
            except ConnectionError:
                # It was hung up while nobody spoke: dialled again, that is no try.
                pass
        line = self._lines[number] = await dial(self._endpoint, self._timeout_s)
        return await line.ask(request, self._timeout_s)
