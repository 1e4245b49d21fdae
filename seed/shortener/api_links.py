"""Creates the demo links through the public API; links that exist stay as they are."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from seed.shortener.data import DemoLink
from seed.target import SeedError

_TRIES = 60
_PAUSE_S = 0.1


class Api:
    """The links API with one token per person."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self._url, self._tokens = url.rstrip("/"), tokens
        self._session = requests.Session()

    def codes_of(self, user_id: str) -> set[str]:
        """The codes a person has already."""
        found: set[str] = set()
        query: dict[str, str] = {"limit": "100"}
        while True:
            page = self._send("GET", "/links", user_id, params=query).json()
            found |= {link["code"] for link in page["links"]}
            if "nextToken" not in page:
                return found
            query["nextToken"] = page["nextToken"]

    def create(self, link: DemoLink) -> None:
        body: dict[str, Any] = {"url": link.url, "code": link.code, "tags": list(link.tags)}
        if link.expires_in_days is not None:
            body["expiresAt"] = (datetime.now(UTC) + timedelta(days=link.expires_in_days)).isoformat()
        self._send("POST", "/links", link.user_id, json=body, accepted=(201, 409))
        if link.disabled:
            self._send("PUT", f"/links/{link.code}", link.user_id, json={"state": "disabled"})

    def _send(
        self, method: str, path: str, user_id: str, *, accepted: tuple[int, ...] = (200,), **arguments: Any
    ) -> requests.Response:
        headers = {"authorization": f"Bearer {self._tokens[user_id]}"}
        for _ in range(_TRIES):
            answer = self._session.request(method, f"{self._url}{path}", headers=headers, timeout=30, **arguments)
            if answer.status_code in accepted:
                return answer
            if answer.status_code not in (429, 503):
                break
            # The API lets 50 requests a second through; there is time.
            time.sleep(_PAUSE_S)
        raise SeedError(f"{method} {self._url}{path} answered {answer.status_code}: {answer.text[:300]}")


def create_missing(api: Api, links: Sequence[DemoLink]) -> int:
    """How many were created."""
    owners = sorted({link.user_id for link in links})
    present = {code for owner in owners for code in api.codes_of(owner)}
    missing = [link for link in links if link.code not in present]
    for link in missing:
        api.create(link)
    return len(missing)
