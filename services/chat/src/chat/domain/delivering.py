"""Brings what happens to the sockets of those it concerns: in order per socket, at least once.

Who cannot be told is disconnected: their client comes back and reads the history, so nothing is missed silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chat.domain.model import Connection
from chat.domain.ports import Connections, Conversations, Delivery, Now, Sockets
from chat.domain.remembering import Remembered


@dataclass(frozen=True, slots=True)
class News:
    """A text for the sockets of some people."""

    user_ids: Collection[str]
    text: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many texts went out, and to how many sockets they could not."""

    texts: int = 0
    gone: int = 0
    failed: int = 0


class Membership:
    """Who is in a conversation. A version never changes again, so it is remembered for long."""

    def __init__(self, conversations: Conversations, remembered: Remembered[tuple[str, int], frozenset[str]]) -> None:
        self._conversations, self._remembered = conversations, remembered

    def __call__(self, conversation_id: str, members_version: int) -> Collection[str]:
        """Ids of people; raises UnavailableError."""
        return self._remembered((conversation_id, members_version), lambda: self._read(conversation_id))

    def _read(self, conversation_id: str) -> frozenset[str]:
        return frozenset(one.user_id for one in self._conversations.members(conversation_id))


class Deliver:
    """Sends news, each socket's in the order given."""

    def __init__(self, connections: Connections, sockets: Sockets, now: Now) -> None:
        self._connections, self._sockets, self._now = connections, sockets, now

    def __call__(self, news: Sequence[News]) -> Delivered:
        """Raises UnavailableError when the sockets cannot be looked up; everything may then be sent once more."""
        concerned = {user_id for one in news for user_id in one.user_ids}
        # Looked up after the news were stored: whoever connects later reads them in the history.
        found = {one.connection_id: one for one in self._connections.of(concerned)}
        texts = _by_connection(news, found.values())
        outcomes = self._sockets.send(texts)
        gone = [one for one, outcome in outcomes.items() if outcome is Delivery.GONE]
        failed = [one for one, outcome in outcomes.items() if outcome is Delivery.FAILED]
        if failed:
            self._sockets.hang_up(failed)
        for connection_id in [*gone, *failed]:
            self._forget(found[connection_id], is_gone=outcomes[connection_id] is Delivery.GONE)
        told = sum(len(texts[one]) for one, outcome in outcomes.items() if outcome is Delivery.DELIVERED)
        return Delivered(told, len(gone), len(failed))

    def _forget(self, connection: Connection, *, is_gone: bool) -> None:
        """Not one that is only opening: it reads in the history what it was not told."""
        if not (is_gone and connection.may_be_opening(self._now())):
            self._connections.close(connection.user_id, connection.connection_id)


def _by_connection(news: Sequence[News], connections: Iterable[Connection]) -> Mapping[str, Sequence[bytes]]:
    of_person: dict[str, list[str]] = defaultdict(list)
    for connection in connections:
        of_person[connection.user_id].append(connection.connection_id)
    texts: dict[str, list[bytes]] = defaultdict(list)
    for one in news:
        for user_id in one.user_ids:
            for connection_id in of_person.get(user_id, ()):
                texts[connection_id].append(one.text)
    return texts
