"""The API of users and assets, as far as demo data need it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import requests

from seed.target import SeedError

_TRIES = 60
_PAUSE_S = 0.1


class Api:
    """One system's API; it answers 429 and 503 when it has too much to do, and is then asked again."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()

    def create_user(self, body: dict[str, Any]) -> bool:
        """False when the address is taken: that user is there already."""
        return self._send("POST", "/users", json=body, accepted=(201, 409)).status_code == 201

    def announce(self, body: dict[str, Any]) -> dict[str, Any]:
        """The new asset with its upload form."""
        announced: dict[str, Any] = self._send("POST", "/assets", json=body, accepted=(201,)).json()
        return announced

    def upload(self, announced: dict[str, Any], content: bytes) -> None:
        """As a browser does it: the form's fields, and the file last."""
        form = announced["upload"]
        answer = self._session.post(form["url"], data=form["fields"], files={"file": content}, timeout=30)
        if answer.status_code != 201:
            raise SeedError(f"{form['url']} answered {answer.status_code} to an upload: {answer.text[:300]}")

    def delete(self, asset_id: str) -> None:
        self._send("DELETE", f"/assets/{asset_id}", accepted=(204,))

    def read(self, asset_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._send("GET", f"/assets/{asset_id}").json()
        return found

    def assets(self, **query: str) -> Iterator[dict[str, Any]]:
        """All pages."""
        while True:
            page = self._send("GET", "/assets", params={"limit": "100", **query}).json()
            yield from page["assets"]
            if "nextToken" not in page:
                return
            query["nextToken"] = page["nextToken"]

    def _send(
        self, method: str, path: str, *, accepted: tuple[int, ...] = (200,), **arguments: Any
    ) -> requests.Response:
        for _ in range(_TRIES):
            answer = self._session.request(method, f"{self._url}{path}", timeout=30, **arguments)
            if answer.status_code in accepted:
                return answer
            if answer.status_code not in (429, 503):
                break
            time.sleep(_PAUSE_S)
        raise SeedError(f"{method} {self._url}{path} answered {answer.status_code}: {answer.text[:300]}")
