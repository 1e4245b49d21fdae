"""boto3 clients for the account that is filled: AWS itself or any endpoint that speaks its language."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

_QUICK = Config(parameter_validation=False, retries={"mode": "standard", "max_attempts": 5})


_ANY_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def clients(endpoint: str | None, region: str | None) -> Callable[[str], Any]:
    """Makes clients by service name. Without `endpoint` the SDK's own rules apply, AWS_ENDPOINT_URL among them.

    An emulator on this machine needs keys but takes any: those of the environment, else ours.
    """
    session = boto3.Session(region_name=region, **(_ANY_KEYS if _needs_keys(endpoint) else {}))
    return lambda service: session.client(service, endpoint_url=endpoint, config=_QUICK)


def _needs_keys(endpoint: str | None) -> bool:
    here = endpoint is not None and urlsplit(endpoint).hostname in ("127.0.0.1", "::1", "localhost")
    return here and not any(os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"))
