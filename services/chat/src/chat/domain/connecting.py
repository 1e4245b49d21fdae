"""Keeps who has which sockets open."""

from __future__ import annotations

from chat.domain.errors import SessionEndedError
from chat.domain.model import SOCKET_LIVES_S, Caller, Connection, Session
from chat.domain.ports import Connections, Now, Sockets
from chat.domain.recognising import LiveSessions

MOST_SOCKETS = 20


class Connect:
    """The use cases behind $connect and $disconnect, and behind signing out."""

    def __init__(self, connections: Connections, sockets: Sockets, sessions: LiveSessions, now: Now) -> None:
        self._connections, self._sockets, self._sessions, self._now = connections, sockets, sessions, now

    def opened(self, connection_id: str, caller: Caller) -> None:
        """A person with too many sockets loses the oldest. Raises SessionEndedError, UnavailableError."""
        expires_at_s = int(self._now()) + SOCKET_LIVES_S
        all_open = self._connections.open(Connection(connection_id, caller.user_id, caller.session_id, expires_at_s))
        # The session may have ended since the token was checked, which may have been answered from memory. Asked anew
        # now that the socket is stored: either whoever ends the session sees the socket, or this sees the end.
        try:
            self._sessions.check_now(caller)
        except SessionEndedError:
            self._connections.close(caller.user_id, connection_id)
            raise
        # Of one second, this one may stand before older ones.
        others = [one for one in all_open if one.connection_id != connection_id]
        surplus = others[: max(0, len(all_open) - MOST_SOCKETS)]
        for one in surplus:
            self._connections.close(one.user_id, one.connection_id)
        if surplus:
            self._sockets.hang_up([one.connection_id for one in surplus])

    def closed(self, connection_id: str) -> None:
        """Nothing for one that nobody knows. Raises UnavailableError."""
        found = self._connections.find(connection_id)
        if found is not None:
            self._connections.close(found.user_id, connection_id)

    def caller(self, connection_id: str) -> Caller:
        """Whose socket it is, in a session that goes on. Raises SessionEndedError, UnavailableError."""
        found = self._connections.find(connection_id)
        if found is None:
            raise SessionEndedError("The socket is closed.")
        return self.check(Caller(found.user_id, found.session_id))

    def check(self, caller: Caller) -> Caller:
        """Raises SessionEndedError, UnavailableError."""
        self._sessions.check(caller)
        return caller


def end_sockets(connections: Connections, sockets: Sockets, session: Session) -> None:
    """Close every socket of a session. Raises UnavailableError; may be repeated then."""
    own = [one for one in connections.of([session.user_id]) if one.session_id == session.session_id]
    # Forgotten last: what cannot be forgotten now is found, and closed, by the next try.
    if own:
        sockets.hang_up([one.connection_id for one in own])
    for one in own:
        connections.close(one.user_id, one.connection_id)
