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

from chat.domain.errors import UnavailableError

_RETRIES: Any = {"mode": "standard", "total_max_attempts": 5}


def client(service: str, region: str) -> Any:
    """A client for one service; answers slower than five seconds are asked for again."""
    config = Config(retries=_RETRIES, connect_timeout=2, read_timeout=5, parameter_validation=False)
    return boto3.client(service, region_name=region, config=config)


def code_of(error: ClientError) -> str:
    """AWS's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def reaching(service: str, *expected: str) -> Iterator[None]:
    """Turns whatever AWS answers inside into UnavailableError, except codes that the caller expects."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in expected:
            raise
        raise UnavailableError(f"{service} answered {code_of(error)}") from error
    except BotoCoreError as error:
        raise UnavailableError(f"{service} did not answer: {type(error).__name__}") from error
