"""Our own access tokens: HS256 JWTs, valid for a quarter of an hour. https://www.rfc-editor.org/rfc/rfc8725"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shortener.domain.errors import SignInError
from shortener.domain.model import Caller
from shortener.domain.ports import Now

LIFETIME_S = 900
_ALGORITHMS = ["HS256"]
_ROLES = ("user", "admin")


class JwtAccessTokens:
    """Issues and reads them; `secret` gives the signing key at each use, so that it may be rotated."""

    def __init__(self, secret: Callable[[], str], issuer: str, audience: str, now: Now) -> None:
        self._secret, self._issuer, self._audience, self._now = secret, issuer, audience, now

    def issue(self, caller: Caller) -> str:
        issued_at = int(self._now())
        claims = {
            "sub": caller.user_id,
            "role": caller.role,
            "iss": self._issuer,
            "aud": self._audience,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_S,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, self._key(), algorithms=_ALGORITHMS)

    def read(self, token: str) -> Caller:
        """Whom the token names. Raises SignInError for any token that is not ours and valid now."""
        rules = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=0,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
            role={"essential": True, "values": list(_ROLES)},
        )
        try:
            decoded = jwt.decode(token, self._key(), algorithms=_ALGORITHMS)
            rules.validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise SignInError(type(error).__name__) from error
        return Caller(str(decoded.claims["sub"]), str(decoded.claims["role"]))

    def _key(self) -> OctKey:
        return OctKey.import_key(self._secret())
