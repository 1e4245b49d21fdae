"""The JWT authorizer of an HTTP API: signature, issuer, audience, times and scopes of a bearer token.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.gateway.identity_source import identity_values
from emulator.gateway.jwks import KeySource
from emulator.gateway.signed_token import RefusedTokenError, bearer, is_number, scopes_of, verified_claims
from emulator.model import Authorizer
from emulator.payloads import gateway_error
from emulator.payloads.api_call import ApiCall, Authorized
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.jwt_claims import claims_for_event


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
            claims = self._claims(bearer(values[0]))
        except RefusedTokenError as refused:
            return gateway_error.unauthorized(f'Bearer scope="" error="invalid_token" error_description="{refused}"')
        scopes = scopes_of(claims)
        if call.route.scopes and not set(call.route.scopes) & set(scopes):
            wanted = " ".join(call.route.scopes)
            return gateway_error.forbidden(f'Bearer scope="{wanted}" error="insufficient_scope"')
        return Authorized("jwt", claims_for_event(claims), scopes if call.route.scopes else None)

    def _claims(self, token: str) -> Mapping[str, Any]:
        claims = verified_claims(token, self._keys, self._authorizer.name)
        self._check_issuer_and_audience(claims)
        self._check_times(claims)
        return claims

    def _check_issuer_and_audience(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") not in self._keys.issuers():
            raise RefusedTokenError("the token does not have a valid issuer")
        # client_id counts only where there is no aud.
        audience = claims["aud"] if "aud" in claims else claims.get("client_id")
        named = audience if isinstance(audience, list) else [audience]
        if not any(isinstance(each, str) and each in self._authorizer.audience for each in named):
            raise RefusedTokenError("the token does not have a valid audience")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._now()
        if not is_number(claims.get("exp")) or claims["exp"] <= now:
            raise RefusedTokenError("the token has expired")
        for name, sentence in (("nbf", "the token is not valid yet"), ("iat", "the token was issued in the future")):
            if name in claims and (not is_number(claims[name]) or claims[name] > now):
                raise RefusedTokenError(sentence)
