"""What a Lambda authorizer of an HTTP API may answer: a simple response or an IAM policy.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.payloads import iam_policy
from emulator.payloads.json_object import json_object


@dataclass(frozen=True, slots=True)
class AuthorizerAnswer:
    """An answer that can be asked again for another route: a policy is evaluated per route, a simple answer is not."""

    simple: bool | None
    policy: Mapping[str, Any] | None
    context: Mapping[str, Any] | None
    principal_id: str | None

    def allows(self, route_arn: str) -> bool:
        if self.policy is None:
            return self.simple is True
        return iam_policy.allows(self.policy, "execute-api:Invoke", route_arn)


def parse(payload: bytes, *, simple_responses: bool) -> AuthorizerAnswer | None:
    """The answer; None when it is not of the form the authorizer is configured for, which is a 500."""
    answer = json_object(payload)
    if answer is None:
        return None
    context = answer.get("context")
    if context is not None and not isinstance(context, dict):
        return None
    return _simple(answer, context) if simple_responses else _policy(answer, context)


def _simple(answer: dict[str, Any], context: dict[str, Any] | None) -> AuthorizerAnswer | None:
    allowed = answer.get("isAuthorized")
    if not isinstance(allowed, bool):
        return None
    return AuthorizerAnswer(simple=allowed, policy=None, context=context, principal_id=None)


def _policy(answer: dict[str, Any], context: dict[str, Any] | None) -> AuthorizerAnswer | None:
    principal, policy = answer.get("principalId"), answer.get("policyDocument")
    if not isinstance(principal, str) or not iam_policy.is_policy(policy):
        return None
    return AuthorizerAnswer(simple=None, policy=policy, context=context, principal_id=principal)
