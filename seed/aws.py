"""boto3 clients for the account that is filled: AWS itself or any endpoint that speaks its language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

_QUICK = Config(parameter_validation=False, retries={"mode": "standard", "max_attempts": 5})


def clients(endpoint: str | None, region: str | None) -> Callable[[str], Any]:
    """Makes clients by service name. Without `endpoint` the SDK's own rules apply, AWS_ENDPOINT_URL among them."""
    session = boto3.Session(region_name=region)
    return lambda service: session.client(service, endpoint_url=endpoint, config=_QUICK)
