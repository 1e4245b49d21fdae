"""Makes the names and ARNs of one stack, the same at every start."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.template.api_urls import stable_id
from emulator.template.context import Context

_FUNCTION_NAME_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Names:
    """Names, ids and ARNs by logical id."""

    stack: str
    context: Context

    def arn(self, service: str, resource: str) -> str:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        return f"arn:{self.context.partition}:{service}:{self.context.region}:{self.context.account_id}:{resource}"

    def physical(self, logical_id: str, limit: int = _FUNCTION_NAME_LIMIT) -> str:
        name = f"{self.stack}-{logical_id}"
        return name if len(name) <= limit else f"{name[: limit - 9]}-{stable_id(name, length=8)}"

    def id(self, logical_id: str, length: int = 10) -> str:
        return stable_id(self.stack, logical_id, length=length)
