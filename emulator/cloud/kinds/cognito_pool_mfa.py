"""The second factors of a user pool: MfaConfiguration and EnabledMfas, which have an operation of their own.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.differences import differs
from emulator.cloud.wanted import Wanted


def set_factors(wanted: Wanted, pool_id: str) -> None:
    """Make the pool ask for the factors of the template, and for none where the template names none."""
    target = _target(wanted)
    found = wanted.call("cognito-idp", "get_user_pool_mfa_config", UserPoolId=pool_id)
    if differs(found, target):
        wanted.call("cognito-idp", "set_user_pool_mfa_config", UserPoolId=pool_id, **target)


def _target(wanted: Wanted) -> dict[str, Any]:
    enabled = wanted.properties.get("EnabledMfas") or []
    target: dict[str, Any] = {"MfaConfiguration": wanted.properties.get("MfaConfiguration") or "OFF"}
    if "SOFTWARE_TOKEN_MFA" in enabled:
        target["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if "SMS_MFA" in enabled and wanted.properties.get("SmsConfiguration"):
        target["SmsMfaConfiguration"] = {"SmsConfiguration": wanted.properties["SmsConfiguration"]}
    if "EMAIL_OTP" in enabled:
        target["EmailMfaConfiguration"] = {}
    return target
