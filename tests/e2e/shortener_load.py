"""Load on the shortener: people who create links and people who follow them, until told to stop. Remembers every
answer, because what was answered must be true afterwards."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import TracebackType

import requests

PAUSE_S = 0.05
"""Between a refused request and the next one: nobody hammers a system that is down."""


class ShortenerLoad:
    """`with ShortenerLoad(...) as load:` runs it; `created` and `followed` are then final."""

    def __init__(self, url: str, token: str, *, creators: int = 3, followers: int = 3) -> None:
        self.created: list[str] = []
        self.followed: Counter[str] = Counter()
        self.answers: Counter[tuple[str, object]] = Counter()
        self.last_success = 0.0
        self._url, self._token = url, token
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._create) for _ in range(creators)]
        self._threads += [threading.Thread(target=self._follow) for _ in range(followers)]

    def __enter__(self) -> ShortenerLoad:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def served_since(self, moment: float) -> bool:
        """True when a link was created after a moment of `time.monotonic`."""
        return self.last_success > moment

    def _create(self) -> None:
        session = requests.Session()
        headers = {"authorization": f"Bearer {self._token}"}
        while not self._stop.is_set():
            answer = self._ask(session, "POST", "/links", json={"url": "https://example.com/there"}, headers=headers)
            if answer is not None and answer.status_code == 201:
                self.created.append(answer.json()["code"])
                self.last_success = time.monotonic()

    def _follow(self) -> None:
        session = requests.Session()
        while not self._stop.is_set():
            if not self.created:
                self._stop.wait(PAUSE_S)
                continue
            code = self.created[-1]
            answer = self._ask(session, "GET", f"/{code}")
            if answer is not None and answer.status_code == 302:
                self.followed[code] += 1

    def _ask(self, session: requests.Session, method: str, path: str, **arguments: object) -> requests.Response | None:
        try:
            answer = session.request(method, f"{self._url}{path}", timeout=30, allow_redirects=False, **arguments)  # type: ignore[arg-type]
        except requests.RequestException as error:
            self.answers[method, type(error).__name__] += 1
            self._stop.wait(PAUSE_S)
            return None
        self.answers[method, answer.status_code] += 1
        if answer.status_code >= 400:
            self._stop.wait(PAUSE_S)
        return answer
