"""AWS clients for the account that is filled: AWS itself or any endpoint that speaks its language.

botocore makes the very clients that boto3 does, without what boto3 loads for its resources and transfers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config

_QUICK = Config(parameter_validation=False, retries={"mode": "standard", "max_attempts": 5})

_ANY_REGION = "us-east-1"
_ANY_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def clients(endpoint: str | None, region: str | None) -> Callable[[str], Any]:
    """Makes clients by service name. Without `endpoint` the SDK's own rules apply, AWS_ENDPOINT_URL among them.

    An emulator on this machine needs keys and a region but takes any: those of the environment, else ours.
    """
    here = _is_here(endpoint)
    keys = _ANY_KEYS if here and not any(os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")) else {}
    session = botocore.session.Session()
    region = region or session.get_config_variable("region") or (_ANY_REGION if here else None)

    def client(service: str) -> Any:
        address = _own_address(session, service) or endpoint
        return session.create_client(service, region_name=region, endpoint_url=address, config=_QUICK, **keys)

    return client


def _own_address(session: botocore.session.Session, service: str) -> str | None:
    """A service that another backend serves: the SDK would read the variable, were there no `endpoint` for all.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    service_id = str(session.get_service_model(service).service_id)
    return os.environ.get(f"AWS_ENDPOINT_URL_{service_id.upper().replace(' ', '_').replace('-', '_')}")


def _is_here(endpoint: str | None) -> bool:
    return endpoint is not None and urlsplit(endpoint).hostname in ("127.0.0.1", "::1", "localhost")
