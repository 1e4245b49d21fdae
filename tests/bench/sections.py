"""The sections of the benchmark in the order they run, by the name that `--only` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.bench import chat_crowd, cold_start, document_load, memory, reload, start_up, triggers, websocket
from tests.bench.findings import Findings
from tests.bench.peers.bare_server import BareServer
from tests.bench.peers.ministack import MiniStack
from tests.bench.peers.rie import RuntimeInterfaceEmulator
from tests.bench.peers.serverless_offline import ServerlessOffline
from tests.bench.race import HTTP_HEATS, INVOKE_HEATS, REST_HEATS, Pace, Progress, race
from tests.bench.terrarium import Terrarium

Section = Callable[[bool, bool, Progress], Findings]
"""(quick, flat out, progress) → findings."""

QUICK = Pace(rounds=3, seconds=1.0, warm_up_s=3.0)


def http(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """A warm GET through gateway and function."""
    contenders = (Terrarium(with_rest=True), ServerlessOffline(), MiniStack(), BareServer())
    return race("HTTP API → function", contenders, (*HTTP_HEATS, *REST_HEATS), QUICK if quick else Pace(), progress)


def invoke(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """The Invoke API."""
    return race(
        "Invoke API", (Terrarium(), RuntimeInterfaceEmulator()), INVOKE_HEATS, QUICK if quick else Pace(), progress
    )


def cold(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """A function that imports boto3, in a fresh environment."""
    return cold_start.measure(progress, tries=3 if quick else 7)


def edits(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """Save a file, call."""
    return reload.measure(progress, tries=3 if quick else 10)


def up(_quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """`make up`."""
    return start_up.measure(progress)


def idle(_quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """Memory of a system process."""
    return memory.measure(progress)


def redirects(quick: bool, flat_out: bool, progress: Progress) -> Findings:
    """The load test of the customer's document."""
    return document_load.measure(progress, requests=5_000 if quick else 50_000, flat_out=flat_out)


def events(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """Queues, topics, buckets, streams and buses that call functions."""
    return triggers.measure(progress, triggers.QUICK if quick else triggers.Effort())


def sockets(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """WebSocket clients, idle and talking."""
    return websocket.measure(progress, websocket.QUICK if quick else websocket.Effort())


def chat(quick: bool, _flat_out: bool, progress: Progress) -> Findings:
    """The system chat with 500 sockets in one conversation."""
    return chat_crowd.measure(progress, messages=10 if quick else 40)


SECTIONS: Mapping[str, Section] = {
    "http": http,
    "invoke": invoke,
    "cold-start": cold,
    "reload": edits,
    "up": up,
    "memory": idle,
    "triggers": events,
    "websocket": sockets,
    "chat": chat,
    "document-load": redirects,
}
