"""What every contender of a race offers: it starts on its own ports, names its doors and stops without a trace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from tests.bench.http_wire import Target

Door = Literal["http", "rest", "invoke"]
"""GET /hello through an `http` or a `rest` API of API Gateway. `invoke`: the Lambda Invoke API."""

ROOT = Path(__file__).resolve().parents[2]
APP = Path(__file__).resolve().parent / "app"
WORK = ROOT / ".terrarium" / "bench"
PEERS = WORK / "peers"

PORT_TERRARIUM = 4440
PORT_SERVERLESS_OFFLINE = 4400
PORT_RIE = 4420
PORT_MINISTACK = 4430
PORT_BARE = 4490

EXPECTED_BODY = b'{"path": "/hello", "version": "as committed"}'
"""What `hello.handler` answers; a contender that answers anything else does not take part."""
EXPECTED_REST_BODY = b'{"path": null, "version": "as committed"}'
"""The same through a REST API, whose event has no rawPath."""


class UnavailableError(Exception):
    """This contender cannot take part on this machine; `str()` is the reason a reader of the table sees."""


class Contender(Protocol):
    """One way to run tests/bench/app."""

    name: str

    def start(self) -> Mapping[Door, Target]:
        """Install what is missing, start, wait until it answers; raises UnavailableError."""

    def stop(self) -> None:
        """End every process that `start` began; harmless when it never started."""
