"""What is around a stack: the endpoints of a backend, and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

# The SDKs name a variable after the service id, which for these is another word than boto3's.
_SERVICE_IDS = {
    "cognito-idp": "COGNITO_IDENTITY_PROVIDER",
    "dynamodbstreams": "DYNAMODB_STREAMS",
    "events": "EVENTBRIDGE",
    "logs": "CLOUDWATCH_LOGS",
    "secretsmanager": "SECRETS_MANAGER",
    "stepfunctions": "SFN",
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One URL per AWS service: `by_service` (boto3's name of it, e.g. "cognito-idp") wins over `default`;
    None means the SDK's own endpoint, that is AWS."""

    default: str | None = None
    by_service: Mapping[str, str] = field(default_factory=dict)

    def url(self, service: str) -> str | None:
        return self.by_service.get(service, self.default)

    def as_environment(self) -> dict[str, str]:
        """The AWS_ENDPOINT_URL* variables that handlers and tools read.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        """
        env = {f"AWS_ENDPOINT_URL_{_service_id(name)}": url for name, url in self.by_service.items()}
        if self.default is not None:
            env["AWS_ENDPOINT_URL"] = self.default
        return env


def _service_id(name: str) -> str:
    return _SERVICE_IDS.get(name, name.upper().replace("-", "_"))


class Clock(Protocol):
    """Time as everything that waits sees it."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
