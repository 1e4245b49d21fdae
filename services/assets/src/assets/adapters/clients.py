"""boto3 clients that try again with exponential backoff and jitter.

https://docs.aws.amazon.com/boto3/latest/guide/retries.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from assets.domain.errors import UnavailableError

_RETRIES: Any = {"mode": "standard", "total_max_attempts": 5}


def client(service: str, region: str) -> Any:
    """A client for one service; answers slower than five seconds are asked for again."""
    config = Config(retries=_RETRIES, connect_timeout=2, read_timeout=5, parameter_validation=False)
    return boto3.client(service, region_name=region, config=config)


def signing_client(region: str, public_endpoint: str) -> Any:
    """An S3 client for presigned requests only, which name the address that browsers reach the bucket at.

    `public_endpoint` is for accounts whose S3 has another name outside than inside; empty means the SDK's own. The
    bucket goes into the host name, since S3's global name redirects for hours when a bucket is new, and a redirected
    upload fails in browsers: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    """
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", region_name=region, endpoint_url=public_endpoint or None, config=config)


def code_of(error: ClientError) -> str:
    """AWS's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def reaching(service: str) -> Iterator[None]:
    """Turns whatever AWS answers inside, except what the caller handles itself, into UnavailableError."""
    try:
        yield
    except ClientError as error:
        raise UnavailableError(f"{service} answered {code_of(error)}") from error
    except BotoCoreError as error:
        raise UnavailableError(f"{service} did not answer: {type(error).__name__}") from error
