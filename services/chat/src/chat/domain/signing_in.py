"""Registers people, signs them in, keeps them signed in, signs them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from chat.domain import names
from chat.domain.errors import (
    KeyReusedError,
    NameTakenError,
    SessionEndedError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from chat.domain.model import Account, Caller, Person, Registration, Session
from chat.domain.ports import AccessTokens, Counters, Now, Passwords, People, RefreshTokens, Registrations, Sessions

SESSION_S = 30 * 24 * 3600
"""How long a person stays signed in without coming back."""
GUESSES, GUESSING_S = 10, 900
"""So many wrong passwords per name, in so many seconds."""
_OTHER_BODY = "This Idempotency-Key was used with another body."


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a signed-in person gets."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    person: Person


@dataclass(frozen=True, slots=True)
class Tools:
    """What signing in works with. `end_sockets` closes all of a session."""

    people: People
    registrations: Registrations
    sessions: Sessions
    guesses: Counters
    passwords: Passwords
    access: AccessTokens
    refresh: RefreshTokens
    end_sockets: Callable[[Session], None]


class SignIn:
    """The use cases behind /auth."""

    def __init__(self, tools: Tools, now: Now, new_id: Callable[[], str]) -> None:
        self._tools, self._now, self._new_id = tools, now, new_id

    def register(self, name: str, password: str, display_name: str | None, key: str | None) -> Person:
        """A new person, or the one this Idempotency-Key made before.

        Raises InvalidFieldError, NameTakenError, KeyReusedError, TooManyAttemptsError, UnavailableError.
        """
        name = names.sign_in_name(name)
        shown = names.shown_name(display_name if display_name is not None else name)
        names.check_password(password, name)
        person = Person(self._reserved(name, shown, key), name, shown)
        account = Account(person, self._tools.passwords.hashed(password), int(self._now() * 1000))
        try:
            self._tools.people.add(account)
        except NameTakenError:
            if key is None or self._tools.people.account(person.user_id) is None:
                raise
            # The key made this person before. Whether the password is the same one is a guess like any other.
            if self._recognised(name, password) is None:
                raise KeyReusedError(_OTHER_BODY) from None
        return person

    def sign_in(self, name: str, password: str) -> Tokens:
        """Raises TooManyAttemptsError, WrongCredentialsError, UnavailableError; as slowly for an unknown name."""
        account = self._recognised(name.strip().lower(), password)
        if account is None:
            raise WrongCredentialsError("Name and password do not belong together.")
        session = Session(self._new_id(), account.person.user_id, self._new_id(), self._expiry())
        self._tools.sessions.open(session)
        return self._tokens(session, account.person)

    def again(self, refresh_token: str) -> Tokens:
        """New tokens for the session's current refresh token. One that was used before ends the session.

        Two uses at once cannot both win: storing the new one fails for whoever comes second, and that is a second use.
        Raises SessionEndedError, UnavailableError. https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
        """
        session, used = self._session(refresh_token)
        renewed = replace(session, current=self._new_id(), expires_at_s=self._expiry())
        if used != session.current or not self._tools.sessions.rotate(renewed, seen=used):
            self._end(session)
            raise SessionEndedError("Sign in again.")
        account = self._tools.people.account(session.user_id)
        if account is None:
            raise SessionEndedError("Sign in again.")
        return self._tokens(renewed, account.person)

    def sign_out(self, refresh_token: str) -> None:
        """Also with a refresh token that was used before, and of what ended already. Raises UnavailableError."""
        try:
            session, _ = self._session(refresh_token)
        except SessionEndedError:
            return
        self._end(session)

    def _reserved(self, name: str, shown: str, key: str | None) -> str:
        """The new person's id: with a key, the one it got first. It tells nothing of the key. Raises KeyReusedError."""
        wanted = Registration(self._new_id(), sha256(json.dumps([name, shown]).encode()).hexdigest())
        if key is None:
            return wanted.user_id
        first = self._tools.registrations.reserve(sha256(key.encode()).hexdigest(), wanted)
        if first.fingerprint != wanted.fingerprint:
            raise KeyReusedError(_OTHER_BODY)
        return first.user_id

    def _recognised(self, name: str, password: str) -> Account | None:
        """Whose name and password these are. Every comparison counts as a guess: raises TooManyAttemptsError."""
        # A name may be anything that somebody typed: the counter gets a digest. Counted first, so that guesses made
        # at once cannot all pass; it counts for unknown names too, or it would tell which exist.
        guessed = f"guess#{sha256(name.encode()).hexdigest()}"
        wait_s = self._tools.guesses.take(guessed, GUESSES, GUESSING_S)
        if wait_s:
            raise TooManyAttemptsError("Too many attempts; try again later.", wait_s)
        account = self._tools.people.with_name(name)
        matches = self._tools.passwords.matches(account.password_hash if account is not None else None, password)
        if account is None or not matches:
            return None
        self._tools.guesses.reset(guessed, GUESSING_S)
        return account

    def _session(self, refresh_token: str) -> tuple[Session, str]:
        session_id, token_id = self._tools.refresh.read(refresh_token)
        session = self._tools.sessions.find(session_id)
        if session is not None and session.ended:
            # Whoever ended it may have failed before its sockets were closed.
            self._tools.end_sockets(session)
        if session is None or session.ended or session.expires_at_s <= self._now():
            raise SessionEndedError("Sign in again.")
        return session, token_id

    def _end(self, session: Session) -> None:
        self._tools.sessions.end(session.session_id)
        self._tools.end_sockets(session)

    def _tokens(self, session: Session, person: Person) -> Tokens:
        access = self._tools.access.issue(Caller(session.user_id, session.session_id))
        return Tokens(access, self._tools.refresh.issue(session), person)

    def _expiry(self) -> int:
        return int(self._now()) + SESSION_S
