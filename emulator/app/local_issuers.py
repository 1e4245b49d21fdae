"""Finds the token issuers of a stack that the backend on this machine stands in for: Cognito's user pools."""

from __future__ import annotations

import re

from emulator.model import Endpoints, Stack

# https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
_USER_POOL = re.compile(r"https://cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/([\w-]+)")


def local_issuers(stack: Stack, endpoints: Endpoints) -> dict[str, str]:
    """Issuer of a JWT or Cognito authorizer -> URL below which the backend publishes the pool's documents.

    MiniStack and LocalStack both serve them at <endpoint>/<pool id>/.well-known/. Empty where AWS serves Cognito.
    """
    backend = endpoints.url("cognito-idp")
    issuers = {one.issuer for api in stack.http_apis.values() for one in api.authorizers.values() if one.issuer}
    for rest_api in stack.rest_apis.values():
        issuers.update(issuer for one in rest_api.authorizers.values() for issuer in one.issuers)
    pools = {issuer: pool.group(1) for issuer in issuers if (pool := _USER_POOL.fullmatch(issuer))}
    return {} if backend is None else {issuer: f"{backend.rstrip('/')}/{pool}" for issuer, pool in pools.items()}
