"""Builds what the pipeline of one REST API asks of its parts."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.gateway.rest.api_keys import Allowances, ApiKeys
from emulator.gateway.rest.gateway_responses import CustomGatewayResponses
from emulator.gateway.rest.iam_authorizer import IamAuthorizer
from emulator.gateway.rest.lambda_authorizer import Asking, LambdaAuthorizer
from emulator.gateway.rest.mapping_templates import VelocityTemplates
from emulator.gateway.rest.ports import Parts, RestAuthorizerPort
from emulator.gateway.rest.request_validation import RequestValidation
from emulator.gateway.surroundings import Surroundings
from emulator.model import Clock, RestApi, RestAuthorizer


def parts_of(api: RestApi, shared: Surroundings, allowances: Allowances) -> Parts:
    """`allowances`: what the keys of all APIs have left."""
    clock = shared.clock

    def authorizer(one: RestAuthorizer) -> RestAuthorizerPort:
        if one.kind == "iam":
            return IamAuthorizer(clock.now, shared.credentials)
        if one.kind == "cognito":
            return _cognito(one, clock, shared.published_keys)
        function = shared.stack.functions[one.function or ""]
        return LambdaAuthorizer(one, Asking(function, shared.invoker, shared.ids.invocation, clock.monotonic))

    return Parts(
        authorizers={name: authorizer(one) for name, one in api.authorizers.items()},
        keys=ApiKeys(api, allowances, clock),
        validation=RequestValidation(api),
        templates=VelocityTemplates(),
        answers=CustomGatewayResponses(api),
    )


def _cognito(authorizer: RestAuthorizer, clock: Clock, published_keys: Mapping[str, str]) -> RestAuthorizerPort:
    # Cryptography costs 10 MB of memory that an API without user pools keeps.
    from emulator.gateway.jwks import KeySource
    from emulator.gateway.rest.cognito_authorizer import CognitoAuthorizer

    pools = [
        KeySource(issuer, clock.monotonic, published_at=published_keys.get(issuer)) for issuer in authorizer.issuers
    ]
    return CognitoAuthorizer(authorizer, pools, clock.now)
