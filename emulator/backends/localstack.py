"""LocalStack in Docker: the service `localstack` of ./docker-compose.yml, published on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emulator.model import Endpoints


class LocalstackBackend:
    kind = "localstack"

    def __init__(self, root: Path, port: int, report: Callable[[str], None]) -> None:
        self._port = port

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(default=f"http://127.0.0.1:{self._port}")

    def start(self) -> None: ...

    def healthy(self) -> bool:
        return False

    def stop(self) -> None: ...

    def wipe(self) -> None: ...

    def process_ids(self) -> tuple[int, ...]:
        return ()
