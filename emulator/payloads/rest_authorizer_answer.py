"""What a Lambda authorizer of a REST API answers: a principal, an IAM policy, perhaps a context and an API key.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulator.payloads import iam_policy
from emulator.payloads.json_object import json_object

_ACTION = "execute-api:Invoke"


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """An answer that can be asked again for another method, since the policy is evaluated for each."""

    principal_id: str
    policy: Mapping[str, Any]
    context: Mapping[str, Any]
    usage_identifier_key: str | None

    def verdict(self, method_arn: str) -> Literal["allow", "deny", "neither"]:
        if iam_policy.denies(self.policy, _ACTION, method_arn):
            return "deny"
        return "allow" if iam_policy.allows(self.policy, _ACTION, method_arn) else "neither"


def parse(payload: bytes) -> PolicyAnswer | None:
    """The answer; None when it is malformed, which is a 500."""
    answer = json_object(payload)
    if answer is None:
        return None
    principal, policy = answer.get("principalId"), answer.get("policyDocument")
    context, key = answer.get("context") or {}, answer.get("usageIdentifierKey")
    if not isinstance(principal, str) or not iam_policy.is_policy(policy) or not _is_flat(context):
        return None
    if key is not None and not isinstance(key, str):
        return None
    return PolicyAnswer(principal, policy, context, key)


def _is_flat(context: Any) -> bool:
    """Values are texts, numbers and truth values: AWS takes no objects and no lists."""
    return isinstance(context, dict) and not any(isinstance(value, dict | list) for value in context.values())
