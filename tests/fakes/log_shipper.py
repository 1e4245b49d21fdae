"""A LogShipper that keeps what it is given; `away` makes it fail."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.errors import BackendUnavailableError


class FakeLogShipper:
    """`puts` holds (group, stream, events) of every call."""

    def __init__(self) -> None:
        self.groups: list[str] = []
        self.puts: list[tuple[str, str, list[tuple[int, str]]]] = []
        self.away = False

    def ensure_group(self, name: str) -> None:
        self._answer()
        self.groups.append(name)

    def put(self, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        self._answer()
        self.puts.append((group, stream, list(events)))

    def messages(self, group: str) -> list[str]:
        return [message for name, _, events in self.puts if name == group for _, message in events]

    def _answer(self) -> None:
        if self.away:
            raise BackendUnavailableError("The backend does not answer")
