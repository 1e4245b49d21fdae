"""The Cognito authorizer of a REST API: tokens of its user pools, ID tokens or, for methods with scopes, access tokens.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
https://repost.aws/knowledge-center/api-gateway-cognito-401-unauthorized
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emulator.gateway.jwks import KeySource
from emulator.gateway.rest.parameters import mapped
from emulator.gateway.rest.ports import Refusal
from emulator.gateway.signed_token import RefusedTokenError, bearer, is_number, scopes_of, verified_claims
from emulator.model import RestAuthorizer
from emulator.payloads.cognito_claims import claims_for_event
from emulator.payloads.rest_call import RestAuthorized, RestCall

_UNAUTHORIZED = Refusal("UNAUTHORIZED")
_EXPIRED = Refusal("UNAUTHORIZED", "The incoming token has expired")


class CognitoAuthorizer:
    """One authorizer with the keys of each of its user pools."""

    def __init__(self, authorizer: RestAuthorizer, pools: Sequence[KeySource], now: Callable[[], float]) -> None:
        self._authorizer, self._pools, self._now = authorizer, pools, now
        pattern = authorizer.validation_expression
        self._audience = re.compile(pattern) if pattern else None

    def authorize(self, call: RestCall) -> RestAuthorized | Refusal:
        """The token's claims, or the 401 that the client gets; it is not told why."""
        sources = self._authorizer.identity_sources
        token = mapped(sources[0], call) if sources else None
        if not token:
            return _UNAUTHORIZED
        try:
            claims = self._claims(bearer(token))
        except RefusedTokenError as refused:
            return Refusal("UNAUTHORIZED", error=str(refused))
        if claims["exp"] <= self._now():
            return _EXPIRED
        refusal = self._misused(claims, call.matched.scopes)
        return refusal or RestAuthorized(claims=claims_for_event(claims))

    def _claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that one of the pools signed and says so."""
        for pool in self._pools:
            try:
                claims = verified_claims(token, pool, self._authorizer.name)
            except RefusedTokenError:
                continue
            if claims.get("iss") in pool.issuers() and is_number(claims.get("exp")) and is_number(claims.get("iat")):
                return claims
        raise RefusedTokenError("no user pool of the authorizer issued this token")

    def _misused(self, claims: Mapping[str, Any], scopes: Sequence[str]) -> Refusal | None:
        if claims.get("token_use") != ("access" if scopes else "id"):
            return Refusal("UNAUTHORIZED", error="The token is not of the kind that the method takes")
        if scopes and not set(scopes) & set(scopes_of(claims)):
            return Refusal("UNAUTHORIZED", error="The token has none of the method's scopes")
        if self._audience is not None and not self._audience.fullmatch(str(claims.get("aud", claims.get("client_id")))):
            return Refusal("UNAUTHORIZED", error="The token is meant for somebody else")
        return None
