"""The JWT authorizer of an HTTP API: signature, issuer, audience, times and scopes of a bearer token.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from emulator.gateway.identity_source import identity_values
from emulator.gateway.jwks import DiscoveryError, KeySource
from emulator.model import Authorizer
from emulator.payloads import gateway_error
from emulator.payloads.api_call import ApiCall, Authorized
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.jwt_claims import claims_for_event

# AWS: "Currently, only RSA-based algorithms are supported".
_ALGORITHMS = ["RS256", "RS384", "RS512"]

_log = logging.getLogger(__name__)


class _RefusedError(Exception):
    """The token is not good; the text becomes `error_description`."""


class JwtAuthorizer:
    """One JWT authorizer of an API."""

    def __init__(self, authorizer: Authorizer, keys: KeySource, now: Callable[[], float]) -> None:
        self._authorizer = authorizer
        self._keys = keys
        self._now = now

    def authorize(self, call: ApiCall) -> Authorized | HttpResponse:
        """What the token says, or the 401 or 403 that the client gets."""
        values = identity_values(call, self._authorizer.identity_sources)
        if not values:
            return gateway_error.unauthorized("Bearer")
        try:
            claims = self._claims(_bearer(values[0]))
        except _RefusedError as refused:
            return gateway_error.unauthorized(f'Bearer scope="" error="invalid_token" error_description="{refused}"')
        scopes = _scopes(claims)
        if call.route.scopes and not set(call.route.scopes) & set(scopes):
            wanted = " ".join(call.route.scopes)
            return gateway_error.forbidden(f'Bearer scope="{wanted}" error="insufficient_scope"')
        return Authorized("jwt", claims_for_event(claims), scopes if call.route.scopes else None)

    def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            claims = jwt.decode(token, self._key_of, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise _RefusedError("the token is malformed or its signature is invalid") from error
        self._check_issuer_and_audience(claims)
        self._check_times(claims)
        return claims

    def _key_of(self, token: Any) -> RSAKey:
        key_id = token.headers().get("kid")
        if not isinstance(key_id, str):
            raise _RefusedError("the token has no key id")
        try:
            key = self._keys.key(key_id)
        except DiscoveryError as error:
            # The client is only told what AWS tells it; who runs the API needs the reason.
            _log.warning("authorizer %s refuses every token, it has no keys: %s", self._authorizer.name, error)
            raise _RefusedError("OIDC discovery endpoint communication error") from error
        if key is None:
            raise _RefusedError("unable to find the token's key at the issuer")
        return key

    def _check_issuer_and_audience(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") not in self._keys.issuers():
            raise _RefusedError("the token does not have a valid issuer")
        # client_id counts only where there is no aud.
        audience = claims["aud"] if "aud" in claims else claims.get("client_id")
        named = audience if isinstance(audience, list) else [audience]
        if not any(isinstance(each, str) and each in self._authorizer.audience for each in named):
            raise _RefusedError("the token does not have a valid audience")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._now()
        if not _is_number(claims.get("exp")) or claims["exp"] <= now:
            raise _RefusedError("the token has expired")
        for name, sentence in (("nbf", "the token is not valid yet"), ("iat", "the token was issued in the future")):
            if name in claims and (not _is_number(claims[name]) or claims[name] > now):
                raise _RefusedError(sentence)


def _bearer(value: str) -> str:
    """The token, with or without "Bearer" before it."""
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else value


def _scopes(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The token's scopes: `scope` or `scp`, a list or words."""
    value = claims.get("scope", claims.get("scp"))
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
