"""An OpenID provider as its client sees it: the token endpoint, its keys, and what an ID token must satisfy.

https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shortener.domain.errors import SignInError, UnavailableError
from shortener.domain.ports import Now
from shortener.domain.signing_in import Identity

_TIMEOUT_S = 5.0
_KEYS_KEPT_S = 3600.0
_CLOCK_SKEW_S = 60
_ALGORITHMS = ["RS256"]


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider is and who we are to it. `client_secret` may give None: PKCE alone then protects the code."""

    issuer: str
    token_url: str
    jwks_url: str
    client_id: str
    client_secret: Callable[[], str | None]


class OpenIdProvider:
    """Implements the port IdentityProvider. Keys are kept an hour and fetched again for an unknown key id."""

    def __init__(self, provider: Provider, now: Now) -> None:
        self._provider, self._now = provider, now
        self._keys: tuple[float, KeySet] | None = None

    def identify(self, code: str, code_verifier: str, redirect_uri: str, nonce: str) -> Identity:
        claims = self._checked(self._id_token(code, code_verifier, redirect_uri), nonce)
        return Identity(
            issuer=self._provider.issuer,
            subject=claims["sub"],
            email=str(claims.get("email", "")) if claims.get("email_verified") is True else "",
            name=str(claims.get("name", "")),
        )

    def _id_token(self, code: str, code_verifier: str, redirect_uri: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": code_verifier,
            "redirect_uri": redirect_uri,
            "client_id": self._provider.client_id,
        }
        if secret := self._provider.client_secret():
            form["client_secret"] = secret
        answer = _fetch(Request(self._provider.token_url, data=urlencode(form).encode(), method="POST"))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInError("The provider sent no ID token.")
        return token

    def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=_CLOCK_SKEW_S,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": self._provider.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._decoded(token)
            rules.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise SignInError(f"The ID token is not valid: {type(error).__name__}") from error
        if not isinstance(claims["sub"], str):
            raise SignInError("The ID token names nobody.")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._provider.client_id:
            raise SignInError("The ID token was made for another client.")
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        """The claims; when no key fits, once more with fresh keys: the provider rotates them."""
        fresh = self._keys is None or self._now() - self._keys[0] >= _KEYS_KEPT_S
        keys = self._fetch_keys() if fresh or self._keys is None else self._keys[1]
        try:
            return dict(jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError):
            if fresh:
                raise
            return dict(jwt.decode(token, self._fetch_keys(), algorithms=_ALGORITHMS).claims)

    def _fetch_keys(self) -> KeySet:
        keys = KeySet.import_key_set(_fetch(Request(self._provider.jwks_url)))  # type: ignore[arg-type]
        self._keys = (self._now(), keys)
        return keys


def _fetch(request: Request) -> dict[str, Any]:
    """The JSON object at a URL. Raises SignInError for a 4xx, UnavailableError for anything else that is no answer."""
    try:
        with urlopen(request, timeout=_TIMEOUT_S) as response:
            answer = json.loads(response.read(1_000_000))
    except HTTPError as error:
        if error.code in (400, 401, 403):
            raise SignInError("The provider refused the code.") from error
        raise UnavailableError(f"The identity provider answered {error.code}.") from error
    except (OSError, ValueError) as error:
        raise UnavailableError(f"The identity provider does not answer: {error}") from error
    if not isinstance(answer, dict):
        raise UnavailableError("The identity provider answered no JSON object.")
    return answer
