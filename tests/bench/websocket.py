"""WebSocket APIs: memory of an idle socket, message to answer, and one message to all; beside serverless-offline.

All clients are in one process, which is part of what a message to all takes; the function posts with boto3, one
connection after the other, as people write it.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.contender import UnavailableError
from tests.bench.findings import Figure, Findings
from tests.bench.peers.serverless_offline_websocket import ServerlessOfflineWebSocket
from tests.bench.processor_time import listener
from tests.bench.race import Progress
from tests.bench.terrarium import Terrarium
from tests.bench.websocket_crowd import TOGETHER, Crowd

SECTION = "WebSocket API"
TEMPLATE = Path(__file__).parent / "app_websocket" / "template.yaml"
KILOBYTE = 1_000.0
SETTLE_S = 1.0


@dataclass(frozen=True, slots=True)
class Effort:
    """So many sockets, so many messages one after the other, so many messages to all."""

    sockets: int = 500
    echoes: int = 500
    broadcasts: int = 5
    warm_up: int = 4_000


QUICK = Effort(sockets=100, echoes=100, broadcasts=2, warm_up=500)


def measure(progress: Progress, effort: Effort) -> Findings:
    """Each contender by itself, one after the other, on the same machine."""
    terrarium, offline = Terrarium([str(TEMPLATE)]), ServerlessOfflineWebSocket()

    def ours() -> str:
        terrarium.up()
        return str(next(iter(terrarium.stack()["websocket"].values())))

    figures = _of(Terrarium.name, ours, terrarium.stop, progress, effort)
    figures += _of(ServerlessOfflineWebSocket.name, offline.open, offline.stop, progress, effort)
    return Findings(SECTION, tuple(sorted(figures, key=lambda figure: figure.what)))


def _of(
    who: str, start: Callable[[], str], stop: Callable[[], None], progress: Progress, effort: Effort
) -> list[Figure]:
    progress(f"{SECTION}: {who}")
    try:
        return asyncio.run(_measured(who, start(), effort))
    except (UnavailableError, OSError, AssertionError, TimeoutError) as error:
        return [Figure("message → answer, p50", who, "ms", reason=str(error) or type(error).__name__)]
    finally:
        stop()


async def _measured(who: str, url: str, effort: Effort) -> list[Figure]:
    crowd, process = Crowd(url), listener(urlsplit(url).port or 80)
    # The first ones bring threads and environments with them, and the first calls what is kept of calls.
    await crowd.join(3 * TOGETHER)
    await crowd.echoes(effort.warm_up)
    before = process.memory_info().rss
    await crowd.join(effort.sockets - len(crowd.clients))
    await asyncio.sleep(SETTLE_S)
    each = (process.memory_info().rss - before) / (effort.sockets - 3 * TOGETHER) / KILOBYTE
    echoes = await crowd.echoes(effort.echoes)
    names = await crowd.names()
    heard = [one for number in range(effort.broadcasts) for one in await crowd.broadcast(names, f"all {number}")]
    await crowd.leave()
    return [
        Figure(f"memory of each of {effort.sockets} idle sockets", who, "kB", each),
        *_quantiles("message → answer", who, echoes),
        *_quantiles(f"message → {effort.sockets} clients by one function", who, heard),
    ]


def _quantiles(what: str, who: str, taken: Sequence[float]) -> list[Figure]:
    cuts = statistics.quantiles(taken, n=20)
    return [
        Figure(f"{what}, p50", who, "ms", cuts[9], min(taken), max(taken)),
        Figure(f"{what}, p95", who, "ms", cuts[18], min(taken), max(taken)),
    ]
