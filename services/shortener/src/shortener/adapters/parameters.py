"""Secrets from SSM Parameter Store, each read once and again when it is older than `max_age_s`."""

from __future__ import annotations

from collections.abc import Sequence

from shortener.adapters.aws_json import AwsJsonClient
from shortener.domain.errors import UnavailableError
from shortener.domain.ports import Now


class Parameters:
    """Decrypted SecureStrings below one path, e.g. `/shortener/dev`."""

    def __init__(self, client: AwsJsonClient, path: str, now: Now, max_age_s: float = 300.0) -> None:
        self._client, self._path, self._now, self._max_age_s = client, path.rstrip("/"), now, max_age_s
        self._kept: dict[str, tuple[float, str | None]] = {}

    def secret(self, name: str) -> str:
        """Raises UnavailableError when it was never created (seed/secrets.py does)."""
        value = self.optional(name)
        if value is None:
            raise UnavailableError(f"The parameter {self._path}/{name} does not exist; run seed/secrets.py.")
        return value

    def both(self, first: str, second: str) -> tuple[str, str]:
        """Two secrets with one call; raises as `secret`."""
        if self._is_stale(first) or self._is_stale(second):
            self.fetch([first, second])
        return self.secret(first), self.secret(second)

    def optional(self, name: str) -> str | None:
        """The value, or None when there is no such parameter."""
        if self._is_stale(name):
            self.fetch([name])
        return self._kept[name][1]

    def fetch(self, names: Sequence[str]) -> None:
        """Read several with one call. Absent ones are asked for again next time."""
        answer = self._client.call(
            "GetParameters", {"Names": [f"{self._path}/{name}" for name in names], "WithDecryption": True}
        )
        values = {entry["Name"]: entry["Value"] for entry in answer.get("Parameters", [])}
        for name in names:
            value = values.get(f"{self._path}/{name}")
            self._kept[name] = (self._now() if value is not None else float("-inf"), value)

    def _is_stale(self, name: str) -> bool:
        kept = self._kept.get(name)
        return kept is None or self._now() - kept[0] >= self._max_age_s
