"""A backend and an embedded one beside it, which serves only what the first one lacks.

LocalStack has no Cognito without an account; the systems see one endpoint per service and do not notice.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from emulator.errors import TerrariumError
from emulator.model import Endpoints

PORT_AFTER = 1
"""The companion listens on the port after the backend's."""
FOLDER = "companion"
"""Its data, below the state folder."""


class _Part(Protocol):
    kind: str
    keeps_data: bool

    @property
    def endpoints(self) -> Endpoints: ...
    def start(self) -> None: ...
    def healthy(self) -> bool: ...
    def restart(self) -> None: ...
    def stop(self) -> None: ...
    def wipe(self) -> None: ...
    def process_ids(self) -> tuple[int, ...]: ...


class AccompaniedBackend:
    """Both are one backend: started, watched, stopped and wiped together."""

    def __init__(self, main: _Part, companion: _Part, services: Collection[str]) -> None:
        self._main, self._companion, self._services = main, companion, tuple(services)
        self.kind, self.keeps_data = main.kind, main.keeps_data

    @property
    def endpoints(self) -> Endpoints:
        """The first one's, and the companion's for its services (boto3 ids, "cognito-idp")."""
        beside = self._companion.endpoints.default or ""
        return Endpoints(self._main.endpoints.default, dict.fromkeys(self._services, beside))

    def start(self) -> None:
        """Start both; when the companion does not start, the other one is stopped again."""
        self._main.start()
        try:
            self._companion.start()
        except TerrariumError:
            self._main.stop()
            raise

    def healthy(self) -> bool:
        return self._main.healthy() and self._companion.healthy()

    def restart(self) -> None:
        """Only what is not well: a LocalStack loses its data when it is started again."""
        for part in (self._main, self._companion):
            if not part.healthy():
                part.restart()

    def stop(self) -> None:
        try:
            self._companion.stop()
        finally:
            self._main.stop()

    def wipe(self) -> None:
        self._companion.wipe()
        self._main.wipe()

    def process_ids(self) -> tuple[int, ...]:
        return (*self._main.process_ids(), *self._companion.process_ids())
