"""The payment gateway's stand-in as a server of its own, that really falls silent and really answers twice. For tests.

    with running_gateway() as gateway:
        payments = HttpPayments(gateway.url, lambda: SECRET, ...)

What it does with a charge the payment method's name says: orders/stand_in/paying.py.
Run by hand: `PYTHONPATH=services/orders/src python -m tests.fakes.payment_gateway`.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from orders.stand_in.paying import Answer, Entry, Manner, charge, refund, shown

SECRET = "the gateway's API key"


class MemoryLedger:
    """Implements Ledger."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def find(self, key: str) -> Entry:
        return self._entries.get(key, Entry(key))

    def attempt(self, key: str) -> Entry:
        with self._lock:
            return self._put(replace(self.find(key), attempts=self.find(key).attempts + 1))

    def take(self, key: str, amount: int) -> Entry:
        with self._lock:
            entry = self.find(key)
            if entry.taken or entry.refunded:
                return entry
            return self._put(replace(entry, taken=amount, times_taken=entry.times_taken + 1))

    def give_back(self, key: str) -> Entry:
        with self._lock:
            return self._put(replace(self.find(key), refunded=True))

    def _put(self, entry: Entry) -> Entry:
        self._entries[entry.key] = entry
        return entry


class Handler(BaseHTTPRequestHandler):
    """The gateway's API."""

    protocol_version = "HTTP/1.1"
    ledger: MemoryLedger
    stopping: threading.Event

    def do_GET(self) -> None:
        self._send(Answer(200, shown(self.ledger.find(self.path.rpartition("/")[2]))))

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers.get("idempotency-key", "")
        if self.headers.get("authorization") != f"Bearer {SECRET}":
            self._send(Answer(401, {"message": "Unknown API key."}))
        elif self.path == "/refunds":
            self._send(refund(self.ledger, key))
        else:
            self._send(charge(self.ledger, key, asked["amount"], asked["paymentMethod"]))

    def _send(self, answer: Answer) -> None:
        if answer.manner is Manner.NEVER:
            self.stopping.wait()
            self.close_connection = True
            return
        for _ in range(2 if answer.manner is Manner.TWICE else 1):
            raw = json.dumps(dict(answer.body)).encode()
            self.send_response(answer.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    """Clients hang up on a second answer: that is what it is for."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@dataclass(frozen=True)
class RunningGateway:
    """The gateway from outside, and its ledger."""

    url: str
    ledger: MemoryLedger

    def kept(self, key: str) -> Any:
        """The money that the gateway has of an order now."""
        return shown(self.ledger.find(key))["kept"]


@contextmanager
def running_gateway(port: int = 0) -> Iterator[RunningGateway]:
    """A gateway on a free port, gone at the end."""
    ledger, stopping = MemoryLedger(), threading.Event()
    kind = type("ThisGateway", (Handler,), {"ledger": ledger, "stopping": stopping})
    server = Server(("127.0.0.1", port), kind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield RunningGateway(f"http://127.0.0.1:{server.server_address[1]}", ledger)
    finally:
        stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    with running_gateway() as gateway:
        print(gateway.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
