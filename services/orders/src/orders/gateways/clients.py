"""boto3 clients with the time-outs and retries that suit a function. The SDK finds the endpoint by itself.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    parameter_validation=False,
)


def client(service: str) -> Any:
    """A client of an AWS service."""
    return boto3.client(service, config=_CONFIG)
