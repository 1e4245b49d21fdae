"""Ten thousand malformed requests: the gateway answers none of them with an error of its own, and goes on serving."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import requests

from tests.e2e.conftest import Neighbourhood
from tests.e2e.malformed_requests import MalformedRequests

SEED = 20_260_701
BATCHES, BATCH = 20, 500
AT_ONCE = 10
FIRST_ANSWER_WITHIN_S = 0.15
"""A request that lacks something is not answered at all: nobody waits longer for it."""
SILENT_FOR_S = 0.01
STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3}) ", re.MULTILINE)


async def answers(port: int, raw: bytes) -> list[int]:
    """The statuses that a connection gives to these bytes, until it is closed or silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    with suppress(OSError, TimeoutError):
        writer.write(raw)
        wait_s = FIRST_ANSWER_WITHIN_S
        while data := await asyncio.wait_for(reader.read(65_536), wait_s):
            received, wait_s = received + data, SILENT_FOR_S
    writer.transport.abort()
    return [int(status) for status in STATUS.findall(received)]


async def answers_to_all(port: int, requests_: Sequence[bytes]) -> list[list[int]]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(raw: bytes) -> list[int]:
        async with gate:
            return await answers(port, raw)

    return await asyncio.gather(*(one(raw) for raw in requests_))


def test_ten_thousand_malformed_requests_bring_no_error_of_the_gateway(neighbourhood: Neighbourhood) -> None:
    url = neighbourhood.url("troublesome")
    port = int(url.rpartition(":")[2])
    system = neighbourhood.terrarium.listener(port)
    generated = MalformedRequests(SEED)
    counted: Counter[int] = Counter()

    for _ in range(BATCHES):
        batch = list(generated.first(BATCH))
        for raw, statuses in zip(batch, asyncio.run(answers_to_all(port, batch)), strict=True):
            counted.update(statuses or [0])
            assert not [status for status in statuses if status >= 500], (raw[:500], statuses)
        assert requests.get(f"{url}/good", timeout=15).text == "fine"

    assert system.is_running()
    assert {200, 400, 404, 405, 414, 431} <= counted.keys(), counted
    assert counted[0] < 0.2 * BATCHES * BATCH, counted
    assert "Traceback" not in (neighbourhood.terrarium.state / "logs" / "troublesome.log").read_text(errors="replace")
