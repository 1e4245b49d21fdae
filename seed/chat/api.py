"""The API of chat, as far as demo data need it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from seed.target import SeedError

_TRIES = 60
_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with an access token."""

    user_id: str
    token: str


class Api:
    """One system's API; it answers 429 and 503 when it has too much to do, and is then asked again."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()

    def register(self, name: str, password: str, display_name: str) -> bool:
        """False when the name is taken: that person is there already."""
        body = {"name": name, "password": password, "displayName": display_name}
        return self._send("POST", "/auth/register", json=body, accepted=(201, 409)).status_code == 201

    def sign_in(self, name: str, password: str) -> SignedIn:
        said = self._send("POST", "/auth/login", json={"name": name, "password": password}).json()
        return SignedIn(said["user"]["userId"], said["accessToken"])

    def conversations(self, who: SignedIn) -> Iterator[dict[str, Any]]:
        """All of somebody's."""
        query = {"limit": "100"}
        while True:
            page = self._send("GET", "/conversations", who, params=query).json()
            yield from page["conversations"]
            if "nextToken" not in page:
                return
            query["nextToken"] = page["nextToken"]

    def begin(self, who: SignedIn, body: dict[str, Any]) -> dict[str, Any]:
        begun: dict[str, Any] = self._send("POST", "/conversations", who, json=body, accepted=(200, 201)).json()
        return begun

    def say(self, who: SignedIn, conversation_id: str, text: str, client_id: str) -> None:
        body = {"text": text, "clientId": client_id}
        self._send("POST", f"/conversations/{conversation_id}/messages", who, json=body, accepted=(201,))

    def read(self, who: SignedIn, conversation_id: str, seq: int) -> None:
        self._send("POST", f"/conversations/{conversation_id}/read", who, json={"seq": seq})

    def _send(
        self, method: str, path: str, who: SignedIn | None = None, *, accepted: tuple[int, ...] = (200,), **given: Any
    ) -> requests.Response:
        headers = {"authorization": f"Bearer {who.token}"} if who is not None else {}
        for _ in range(_TRIES):
            answer = self._session.request(method, f"{self._url}{path}", timeout=30, headers=headers, **given)
            if answer.status_code in accepted:
                return answer
            if answer.status_code not in (429, 503):
                break
            time.sleep(_PAUSE_S)
        raise SeedError(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
