"""Whom an access token names, unless its session ended: a token that was stolen dies with the session."""

from __future__ import annotations

from chat.domain.errors import SessionEndedError
from chat.domain.model import Caller
from chat.domain.ports import AccessTokens, Now, Sessions
from chat.domain.remembering import Remembered


class LiveSessions:
    """Whether sessions go on. An answer counts for the seconds of `remembered`: so long after its end one may pass."""

    def __init__(self, sessions: Sessions, now: Now, remembered: Remembered[str, bool]) -> None:
        self._sessions, self._now, self._remembered = sessions, now, remembered

    def check(self, caller: Caller) -> None:
        """Raises SessionEndedError, UnavailableError."""
        if not self._remembered(caller.session_id, lambda: self._goes_on(caller)):
            raise SessionEndedError("The session has ended.")

    def check_now(self, caller: Caller) -> None:
        """Asks again whatever is remembered. Raises SessionEndedError, UnavailableError."""
        self._remembered.forget(caller.session_id)
        self.check(caller)

    def _goes_on(self, caller: Caller) -> bool:
        session = self._sessions.find(caller.session_id)
        if session is None or session.ended or session.user_id != caller.user_id:
            return False
        return session.expires_at_s > self._now()


class Recognise:
    """The authorizers' use case."""

    def __init__(self, tokens: AccessTokens, sessions: LiveSessions) -> None:
        self._tokens, self._sessions = tokens, sessions

    def __call__(self, token: str) -> Caller:
        """Raises SessionEndedError, UnavailableError."""
        caller = self._tokens.read(token)
        self._sessions.check(caller)
        return caller
