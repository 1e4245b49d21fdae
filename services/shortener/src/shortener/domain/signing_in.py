"""Signs people in with a Google authorization code and keeps them signed in with rotating refresh tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Protocol

from shortener.domain.errors import ChangedMeanwhileError, InvalidFieldError, SignInError
from shortener.domain.events import Recorder
from shortener.domain.model import Caller, Event, Origin
from shortener.domain.ports import Now

SESSION_S = 30 * 24 * 3600
"""A session that is not refreshed for so long is over."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. Issuer and subject together name a person for ever; the rest may change."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""

    @property
    def user_id(self) -> str:
        """Ours: tells people apart and gives nobody's Google account away."""
        return "u_" + sha256(f"{self.issuer}\n{self.subject}".encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in on one device. `fingerprint` is the hash of the only refresh token that works now."""

    session_id: str
    user_id: str
    fingerprint: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a signed-in person gets."""

    access: str
    refresh: str
    caller: Caller


class IdentityProvider(Protocol):
    def identify(self, code: str, code_verifier: str, redirect_uri: str, nonce: str) -> Identity:
        """Trade the code in and check the ID token. Raises SignInError, UnavailableError."""


class AccessTokens(Protocol):
    def issue(self, caller: Caller) -> str: ...


class People(Protocol):
    def signed_in(self, identity: Identity, session: Session, event: Event) -> Caller:
        """Create or update the person, open the session, store the event. Raises UnavailableError."""

    def caller(self, user_id: str) -> Caller | None:
        """The person with their role."""

    def session(self, session_id: str) -> Session | None: ...

    def rotate(self, session: Session, seen_fingerprint: str) -> None:
        """Raises ChangedMeanwhileError unless the stored fingerprint is `seen_fingerprint`."""

    def end(self, session_id: str) -> None: ...


class SignIn:
    """The use cases behind /auth/google and /auth/refresh."""

    def __init__(
        self,
        provider: IdentityProvider,
        people: People,
        tokens: AccessTokens,
        recorder: Recorder,
        now: Now,
        redirect_uris: Callable[[], Collection[str]],
    ) -> None:
        """`redirect_uris`: where the identity provider may send people back to."""
        self._provider, self._people, self._tokens, self._recorder = provider, people, tokens, recorder
        self._now, self._redirect_uris = now, redirect_uris

    def with_google(self, code: str, code_verifier: str, redirect_uri: str, nonce: str, origin: Origin) -> Tokens:
        """Raises InvalidFieldError, SignInError, UnavailableError."""
        if redirect_uri not in self._redirect_uris():
            raise InvalidFieldError("redirectUri", "is not registered")
        identity = self._provider.identify(code, code_verifier, redirect_uri, nonce)
        session, refresh = self._session(secrets.token_urlsafe(16), identity.user_id)
        event = self._recorder.happened("user_signed_in", origin, userId=identity.user_id)
        caller = self._people.signed_in(identity, session, event)
        return Tokens(self._tokens.issue(caller), refresh, caller)

    def again(self, refresh_token: str) -> Tokens:
        """New tokens for the current refresh token. One that was used before ends its session: somebody copied it.

        Raises SignInError, UnavailableError.
        """
        session = self._people.session(refresh_token.partition(".")[0])
        if session is None or session.expires_at <= self._now():
            raise SignInError("Sign in again.")
        if not compare_digest(_fingerprint(refresh_token), session.fingerprint):
            self._people.end(session.session_id)
            raise SignInError("Sign in again.")
        caller = self._people.caller(session.user_id)
        if caller is None:
            raise SignInError("Sign in again.")
        renewed, refresh = self._session(session.session_id, session.user_id)
        try:
            self._people.rotate(renewed, session.fingerprint)
        except ChangedMeanwhileError:
            self._people.end(session.session_id)
            raise SignInError("Sign in again.") from None
        return Tokens(self._tokens.issue(caller), refresh, caller)

    def _session(self, session_id: str, user_id: str) -> tuple[Session, str]:
        refresh = f"{session_id}.{secrets.token_urlsafe(32)}"
        return Session(session_id, user_id, _fingerprint(refresh), int(self._now()) + SESSION_S), refresh


def _fingerprint(refresh_token: str) -> str:
    return sha256(refresh_token.encode()).hexdigest()
