"""AuthorizationType AWS_IAM: lets pass what is signed for API Gateway.

The signature itself is calculated anew where the caller's secret is known, which is that of the local credentials. Of
other callers it is only looked at whether they signed well; what IAM lets anybody do is not.
https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emulator.gateway.rest.ports import Refusal
from emulator.payloads.rest_call import RestAuthorized, RestCall
from emulator.payloads.sigv4 import SignatureError
from emulator.payloads.sigv4_verification import verified

_SERVICE = "execute-api"
_UNSIGNED = Refusal("MISSING_AUTHENTICATION_TOKEN")


class IamAuthorizer:
    """The same for every method."""

    def __init__(self, now: Callable[[], float], credentials: Mapping[str, str]) -> None:
        """`credentials`: the secret of each access key that is known."""
        self._now, self._credentials = now, credentials

    def authorize(self, call: RestCall) -> RestAuthorized | Refusal:
        """Who signed, or the 403 that the client gets."""
        try:
            signed = verified(call.request, _SERVICE, self._credentials, self._now())
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
