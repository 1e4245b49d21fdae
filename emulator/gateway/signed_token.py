"""Checks the signature of a token with the keys of its issuer, and reads its claims."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from emulator.gateway.jwks import DiscoveryError, KeySource

# AWS: "Currently, only RSA-based algorithms are supported".
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
_ALGORITHMS = ["RS256", "RS384", "RS512"]

_log = logging.getLogger(__name__)


class RefusedTokenError(Exception):
    """The token is not good; the text is what a client may be told."""


def verified_claims(token: str, keys: KeySource, authorizer: str) -> Mapping[str, Any]:
    """The claims of a token that one of the keys signed, nothing else checked; raises RefusedTokenError."""

    def key_of(read: Any) -> RSAKey:
        return _key(read.headers().get("kid"), keys, authorizer)

    try:
        return jwt.decode(token, key_of, algorithms=_ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise RefusedTokenError("the token is malformed or its signature is invalid") from error


def bearer(value: str) -> str:
    """The token, with or without "Bearer" before it."""
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else value


def scopes_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The token's scopes: `scope` or `scp`, a list or words."""
    value = claims.get("scope", claims.get("scp"))
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(key_id: Any, keys: KeySource, authorizer: str) -> RSAKey:
    if not isinstance(key_id, str):
        raise RefusedTokenError("the token has no key id")
    try:
        key = keys.key(key_id)
    except DiscoveryError as error:
        # The client is only told what AWS tells it; who runs the API needs the reason.
        _log.warning("authorizer %s refuses every token, it has no keys: %s", authorizer, error)
        raise RefusedTokenError("OIDC discovery endpoint communication error") from error
    if key is None:
        raise RefusedTokenError("unable to find the token's key at the issuer")
    return key
