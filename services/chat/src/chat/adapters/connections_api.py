"""Sends to sockets through API Gateway's @connections: several at once, each socket's texts one after the other.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from urllib.parse import quote, urlsplit

from chat.adapters.exchange import BrokenExchangeError, Exchange
from chat.adapters.sigv4 import Credentials, Signer
from chat.domain.ports import Delivery, Now

AT_ONCE = 8
_TRIES, _FIRST_PAUSE_S = 3, 0.1
_TIMEOUT_S = 2.0
_GONE = 410


class ConnectionsApi:
    """The port Sockets. `endpoint` is the stage's address: https://<host>/<stage>."""

    def __init__(
        self,
        endpoint: str,
        region: str,
        keys: Credentials,
        now: Now,
        *,
        timeout_s: float = _TIMEOUT_S,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint, self._timeout_s, self._pause, self._now = endpoint, timeout_s, pause, now
        parts = urlsplit(endpoint)
        self._path = parts.path.rstrip("/")
        self._signer = Signer(parts.netloc, region, keys)
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sockets")
        self._own = threading.local()

    def send(self, texts: Mapping[str, Sequence[bytes]]) -> Mapping[str, Delivery]:
        hashes = {text: sha256(text).hexdigest() for queue in texts.values() for text in queue}
        outcomes = self._workers.map(lambda one: self._queue(one[0], one[1], hashes), texts.items())
        return dict(zip(texts, outcomes, strict=True))

    def hang_up(self, connection_ids: Collection[str]) -> None:
        empty = sha256(b"").hexdigest()
        list(self._workers.map(lambda one: self._post("DELETE", one, b"", empty), connection_ids))

    def _queue(self, connection_id: str, texts: Sequence[bytes], hashes: Mapping[bytes, str]) -> Delivery:
        for text in texts:
            outcome = self._post("POST", connection_id, text, hashes[text])
            if outcome is not Delivery.DELIVERED:
                return outcome
        return Delivery.DELIVERED

    def _post(self, method: str, connection_id: str, body: bytes, body_hash: str) -> Delivery:
        """Tried again when the other end does not answer, or answers that it has too much to do."""
        for attempt in range(_TRIES):
            status = self._status(method, connection_id, body, body_hash)
            if status in (200, 204):
                return Delivery.DELIVERED
            if status == _GONE:
                return Delivery.GONE
            if status < 500 and status != 429:
                return Delivery.FAILED
            if attempt < _TRIES - 1:
                self._pause(random.uniform(0, _FIRST_PAUSE_S * 2**attempt))
        return Delivery.FAILED

    def _status(self, method: str, connection_id: str, body: bytes, body_hash: str) -> int:
        """503 for no answer."""
        path = f"{self._path}/@connections/{quote(connection_id, safe='')}"
        headers = self._signer.headers(method, path, body_hash, self._now())
        head = f"{method} {path} HTTP/1.1\r\n{headers}content-length: {len(body)}\r\n\r\n"
        try:
            return self._exchange()(head.encode() + body)
        except (OSError, BrokenExchangeError):
            return 503

    def _exchange(self) -> Exchange:
        """Every worker's own connection."""
        found: Exchange | None = getattr(self._own, "exchange", None)
        if found is None:
            found = self._own.exchange = Exchange(self._endpoint, self._timeout_s)
        return found
