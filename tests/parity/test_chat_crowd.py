"""Five hundred sockets in one conversation. How quick it is `make bench` measures; here all hear all, in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.parity.chat_crowd import gathering, seconds_after
from tests.parity.chat_system import ChatSystem

PEOPLE, SOCKETS_EACH, MESSAGES = 25, 20, 4


@pytest.mark.slow
def test_message_reaches_five_hundred_sockets_in_order(chat: ChatSystem, tell: Callable[[str], None]) -> None:
    heard = gathering(chat, PEOPLE, SOCKETS_EACH).listen(MESSAGES)
    assert len(heard) == PEOPLE * SOCKETS_EACH
    arrived = [[push["message"]["seq"] for _, push in one.messages()] for one in heard]
    assert arrived == [list(range(1, MESSAGES + 1))] * len(heard)
    took = sorted(seconds_after(push, at) for one in heard for at, push in one.messages())
    tell(f"{len(took)} deliveries, p95 {took[len(took) * 95 // 100] * 1000:.0f} ms after telling began")
