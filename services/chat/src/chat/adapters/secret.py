"""A secret from SSM Parameter Store, read when it is needed first and again when it is older than `max_age_s`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chat.adapters.clients import code_of, reaching
from chat.domain.errors import UnavailableError
from chat.domain.ports import Now


class Secret:
    """A decrypted SecureString, e.g. `/chat/dev/paging-secret`. `ssm` makes the client: most requests need none."""

    def __init__(self, ssm: Callable[[], Any], name: str, now: Now, max_age_s: float = 300.0) -> None:
        self._ssm, self._name, self._now, self._max_age_s = ssm, name, now, max_age_s
        self._value, self._read_at = "", float("-inf")

    def __call__(self) -> str:
        """Raises UnavailableError, also when it was never created (seed/secrets.py does)."""
        if self._now() - self._read_at >= self._max_age_s:
            self._value, self._read_at = self._read(), self._now()
        return self._value

    def _read(self) -> str:
        with reaching("SSM"):
            try:
                answer = self._ssm().get_parameter(Name=self._name, WithDecryption=True)
            except ClientError as error:
                if code_of(error) != "ParameterNotFound":
                    raise
                raise UnavailableError(f"The parameter {self._name} does not exist; run seed/secrets.py.") from error
        return str(answer["Parameter"]["Value"])
