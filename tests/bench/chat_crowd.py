"""Five hundred people-sockets of the system `chat` in one conversation: how long a message takes to all of them.

Telling begins when the function behind the table's stream is called; what lies before it is the stream's own latency.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.bars import CHAT_CROWD
from tests.bench.findings import Figure, Findings, Verdict
from tests.bench.race import Progress
from tests.parity.chat_crowd import Heard, gathering, seconds_after
from tests.parity.chat_system import ChatSystem
from tests.parity.running_system import running

PEOPLE, SOCKETS_EACH = 25, 20
PAUSE_S = 0.5
_UNLIMITED = {"ThrottlingRate": "5000", "ThrottlingBurst": "5000"}


def measure(progress: Progress, messages: int) -> Findings:
    """Latencies in milliseconds over all deliveries."""
    progress("chat: signing in and opening 500 sockets")
    with tempfile.TemporaryDirectory() as state, running("chat", Path(state), _UNLIMITED) as system:
        crowd = gathering(ChatSystem(system), PEOPLE, SOCKETS_EACH)
        progress(f"chat: {messages} messages to {PEOPLE * SOCKETS_EACH} sockets")
        heard = crowd.listen(messages, PAUSE_S)
    in_order = all(_numbers(one) == list(range(1, messages + 1)) for one in heard)
    telling = _milliseconds(heard, "toldAt")
    p95 = telling[len(telling) * 95 // 100]
    figures = (
        _figure("message stored → telling begins (the stream)", _stream_ms(heard[0])),
        _figure("telling begins → heard", telling),
        _figure("sent → heard", _milliseconds(heard, "sentAt")),
    )
    verdict = Verdict(CHAT_CROWD, p95 if in_order else None, "" if in_order else "not all heard all in order")
    return Findings("Chat: 500 sockets, one conversation", figures, (verdict,))


def _figure(what: str, values: Sequence[float]) -> Figure:
    ordered = sorted(values)
    p95 = ordered[len(ordered) * 95 // 100]
    return Figure(
        what, "terrarium", "ms (p95)", p95, ordered[0], ordered[-1], detail={"p50": statistics.median(ordered)}
    )


def _stream_ms(heard: Heard) -> list[float]:
    return [(seconds_after(push, at, "sentAt") - seconds_after(push, at)) * 1000 for at, push in heard.messages()]


def _milliseconds(heard: Sequence[Heard], since: str) -> list[float]:
    return sorted(seconds_after(push, at, since) * 1000 for one in heard for at, push in one.messages())


def _numbers(heard: Heard) -> list[int]:
    return [push["message"]["seq"] for _, push in heard.messages()]
