"""Asks a running backend whether it has a service at all."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

_NOT_THERE = 501


def has_cognito(endpoint: str, region: str, *, timeout_s: float = 5.0) -> bool:
    """False when an AWS endpoint that answers says that Cognito user pools are not implemented there, as LocalStack
    does without an account. The question is ListUserPools, which changes nothing.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html
    """
    parts = urlsplit(endpoint)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.hostname or "127.0.0.1", parts.port, timeout=timeout_s)
    scope = f"test/20260101/{region}/cognito-idp/aws4_request"
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools",
        # Emulators find the service by the scope; they do not check the signature.
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    try:
        connection.request("POST", "/", b'{"MaxResults":1}', headers)
        return connection.getresponse().status != _NOT_THERE
    except (OSError, http.client.HTTPException):
        return True
    finally:
        connection.close()
