"""What calls to a table end in, as errors that say it: a condition that does not hold, or no answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from orders.domain.errors import UnavailableError


class RefusedError(Exception):
    """A condition of the write did not hold; nothing was written."""


@contextmanager
def answering(what: str) -> Iterator[None]:
    """Around calls to one table. Raises RefusedError, UnavailableError."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise RefusedError(what) from error
        raise UnavailableError(f"{what}: {error}") from error
    except BotoCoreError as error:
        raise UnavailableError(f"{what}: {error}") from error
