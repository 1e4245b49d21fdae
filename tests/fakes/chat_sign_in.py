"""The ports that signing in to chat works with, in memory; tests/integration/chat holds fakes and the real ones to one
contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chat.domain.errors import SessionEndedError
from chat.domain.model import Caller, Session

from tests.fakes.chat_ports import FakeNow


class FakeCounters:
    """Counts in a dictionary."""

    def __init__(self, now: FakeNow | None = None) -> None:
        self.taken: dict[tuple[str, int], int] = {}
        self._now = now or FakeNow()

    def take(self, name: str, most: int, window_s: int) -> int:
        window = int(self._now()) // window_s
        if self.taken.get((name, window), 0) >= most:
            return max(1, int((window + 1) * window_s - self._now()))
        self.taken[name, window] = self.taken.get((name, window), 0) + 1
        return 0

    def reset(self, name: str, window_s: int) -> None:
        self.taken.pop((name, int(self._now()) // window_s), None)


class FakeSessions:
    """Sessions in a dictionary. `before_rotate` happens just before a rotation: somebody else's turn."""

    def __init__(self, *sessions: Session) -> None:
        self.by_id = {one.session_id: one for one in sessions}
        self.asked = 0
        self.before_rotate: Callable[[], None] = lambda: None

    def open(self, session: Session) -> None:
        self.by_id[session.session_id] = session

    def find(self, session_id: str) -> Session | None:
        self.asked += 1
        return self.by_id.get(session_id)

    def rotate(self, session: Session, seen: str) -> bool:
        self.before_rotate()
        stored = self.by_id.get(session.session_id)
        if stored is None or stored.ended or stored.current != seen:
            return False
        self.by_id[session.session_id] = session
        return True

    def end(self, session_id: str) -> None:
        if session_id in self.by_id:
            self.by_id[session_id] = replace(self.by_id[session_id], ended=True)


class FakePasswords:
    """Hashes that are easy to see through, and who was compared."""

    def __init__(self) -> None:
        self.compared = 0

    def hashed(self, password: str) -> str:
        return f"hash of {password}"

    def matches(self, password_hash: str | None, password: str) -> bool:
        self.compared += 1
        return password_hash == self.hashed(password)


class FakeAccessTokens:
    """`access <user> <session>`"""

    def issue(self, caller: Caller) -> str:
        return f"access {caller.user_id} {caller.session_id}"

    def read(self, token: str) -> Caller:
        kind, _, rest = token.partition(" ")
        if kind != "access":
            raise SessionEndedError
        return Caller(*rest.split())


class FakeRefreshTokens:
    """`refresh <session> <current>`"""

    def issue(self, session: Session) -> str:
        return f"refresh {session.session_id} {session.current}"

    def read(self, token: str) -> tuple[str, str]:
        kind, _, rest = token.partition(" ")
        if kind != "refresh":
            raise SessionEndedError
        session_id, current = rest.split()
        return session_id, current
