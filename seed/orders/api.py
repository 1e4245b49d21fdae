"""The API of orders, as far as demo data need it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from seed.target import SeedError

_TRIES = 60
_PAUSE_S = 0.1


class Api:
    """The API with one token per person; it answers 429 and 503 when it has too much to do, and is then asked again."""

    def __init__(self, url: str, token: Callable[[str], str]) -> None:
        self._url, self._token = url.rstrip("/"), token
        self._tokens: dict[str, str] = {}
        self._session = requests.Session()

    def send(
        self,
        method: str,
        path: str,
        email: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        accepted: tuple[int, ...] = (200,),
        **arguments: Any,
    ) -> Any:
        """The decoded answer; raises SeedError."""
        given = {**(headers or {}), **self._signed(email)}
        for _ in range(_TRIES):
            answer = self._session.request(method, f"{self._url}{path}", headers=given, timeout=30, **arguments)
            if answer.status_code in accepted:
                return answer.json() if answer.content else None
            if answer.status_code not in (429, 503):
                break
            time.sleep(_PAUSE_S)
        raise SeedError(f"{method} {self._url}{path} answered {answer.status_code}: {answer.text[:300]}")

    def pages(self, path: str, name: str, email: str | None = None, **query: str) -> list[dict[str, Any]]:
        """Everything in a list."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.send("GET", path, email, params={"limit": "100", **query})
            found += page[name]
            if not page.get("nextToken"):
                return found
            query["nextToken"] = page["nextToken"]

    def _signed(self, email: str | None) -> dict[str, str]:
        if email is None:
            return {}
        if email not in self._tokens:
            self._tokens[email] = self._token(email)
        return {"authorization": f"Bearer {self._tokens[email]}"}
