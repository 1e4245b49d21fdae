"""AuthorizationType AWS_IAM: lets pass what is signed for API Gateway.

Local credentials are dummies: that a request is signed, and well, is looked at; the signature itself and what IAM
lets the caller do are not.
https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.gateway.rest.ports import Refusal
from emulator.payloads.rest_call import RestAuthorized, RestCall
from emulator.payloads.sigv4 import SignatureError, signature

_SERVICE = "execute-api"
_UNSIGNED = Refusal("MISSING_AUTHENTICATION_TOKEN")


class IamAuthorizer:
    """The same for every method."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def authorize(self, call: RestCall) -> RestAuthorized | Refusal:
        """Who signed, or the 403 that the client gets."""
        try:
            signed = signature(call.request, _SERVICE, self._now())
        except SignatureError as error:
            return Refusal("INVALID_SIGNATURE", str(error))
        if signed is None:
            return _UNSIGNED
        account = call.account_id
        # Dummy credentials are those of the account's root user, as a local STS says too.
        return RestAuthorized(
            caller={
                "accessKey": signed.access_key,
                "accountId": account,
                "caller": account,
                "user": account,
                "userArn": f"arn:aws:iam::{account}:root",
            }
        )
