"""Our own tokens: JWTs signed with HS256, each kind with its own secret and audience.

https://www.rfc-editor.org/rfc/rfc8725
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chat.domain.errors import SessionEndedError
from chat.domain.model import Caller, Session
from chat.domain.ports import Now

ACCESS_S = 900
_ALGORITHMS = ["HS256"]
_CLAIMS = ("iss", "aud", "exp", "sub", "sid", "jti")


class SignedTokens:
    """Signs and checks; `secret` gives the key at each use, so that it may be rotated."""

    def __init__(self, secret: Callable[[], str], issuer: str, audience: str, now: Now) -> None:
        self._secret, self._issuer, self._audience, self._now = secret, issuer, audience, now

    def sign(self, user_id: str, session_id: str, token_id: str, expires_at_s: int) -> str:
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user_id,
            "sid": session_id,
            "jti": token_id,
            "iat": int(self._now()),
            "exp": expires_at_s,
        }
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, self._key(), algorithms=_ALGORITHMS)

    def claims(self, token: str) -> Mapping[str, Any]:
        """Raises SessionEndedError for any token that is not ours and valid now; the message says why, for the log."""
        rules: dict[str, Any] = {name: {"essential": True} for name in _CLAIMS}
        rules["iss"]["value"], rules["aud"]["value"] = self._issuer, self._audience
        try:
            decoded = jwt.decode(token, self._key(), algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(now=int(self._now()), leeway=0, **rules).validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise SessionEndedError(type(error).__name__) from error
        return decoded.claims

    def _key(self) -> OctKey:
        return OctKey.import_key(self._secret())


class JwtAccessTokens:
    """The port AccessTokens: valid for a quarter of an hour."""

    def __init__(self, tokens: SignedTokens, now: Now) -> None:
        self._tokens, self._now = tokens, now

    def issue(self, caller: Caller) -> str:
        return self._tokens.sign(caller.user_id, caller.session_id, secrets.token_hex(8), int(self._now()) + ACCESS_S)

    def read(self, token: str) -> Caller:
        claims = self._tokens.claims(token)
        return Caller(str(claims["sub"]), str(claims["sid"]))


class JwtRefreshTokens:
    """The port RefreshTokens: valid as long as their session."""

    def __init__(self, tokens: SignedTokens) -> None:
        self._tokens = tokens

    def issue(self, session: Session) -> str:
        return self._tokens.sign(session.user_id, session.session_id, session.current, session.expires_at_s)

    def read(self, token: str) -> tuple[str, str]:
        claims = self._tokens.claims(token)
        return str(claims["sid"]), str(claims["jti"])
