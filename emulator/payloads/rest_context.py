"""The request context of REST APIs: of a proxy event, and as `$context` in templates and access logs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from __future__ import annotations

import json
from typing import Any

from emulator.payloads.encoded_path import encoded_path
from emulator.payloads.request_time import request_time
from emulator.payloads.rest_call import RestAuthorized, RestCall

_IDENTITY_NULLS = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


def request_context(call: RestCall) -> dict[str, Any]:
    """`authorizer` and `operationName` are there only where the method has them."""
    request, method = call.request, call.method
    context: dict[str, Any] = {
        "accountId": call.account_id,
        "apiId": call.api.api_id,
        "deploymentId": call.api.deployment_id,
        "domainName": call.domain_name,
        "domainPrefix": call.api.api_id,
        "extendedRequestId": call.extended_request_id,
        "httpMethod": request.method,
        "identity": _identity(call),
        "path": encoded_path(request),
        "protocol": request.protocol,
        "requestId": request.request_id,
        "requestTime": request_time(int(request.received_s)),
        "requestTimeEpoch": int(request.received_s * 1000),
        "stage": call.api.stage,
    }
    if method is not None:
        context |= {"resourceId": method.resource_id, "resourcePath": method.resource_path}
        if method.operation_name:
            context["operationName"] = method.operation_name
    if call.authorized is not None and not call.authorized.caller:
        context["authorizer"] = authorizer_context(call.authorized)
    return context


def authorizer_context(authorized: RestAuthorized) -> dict[str, Any]:
    """A user pool's claims, or what a Lambda authorizer said: texts, whatever it gave."""
    if authorized.claims is not None:
        return {"claims": dict(authorized.claims)}
    said = {name: _text(value) for name, value in authorized.context.items()}
    return {**said, "principalId": authorized.principal_id, "integrationLatency": authorized.latency_ms}


def _identity(call: RestCall) -> dict[str, Any]:
    nulls: dict[str, Any] = dict.fromkeys(_IDENTITY_NULLS)
    key = call.api_key
    keys = {} if key is None else {"apiKey": key.value, "apiKeyId": key.key_id}
    caller = {} if call.authorized is None else call.authorized.caller
    return {
        **nulls,
        **caller,
        **keys,
        "sourceIp": call.request.source_ip,
        "userAgent": call.request.header("user-agent"),
    }


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
