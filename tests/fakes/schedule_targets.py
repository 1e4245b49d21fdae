"""Targets of schedules that remember what they accepted. They pass the contract test of the real client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.errors import BackendRefusedError, BackendUnavailableError


class FakeScheduleTargets:
    """`refusing` ARNs do not exist; while `away`, nobody answers."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, str, dict[str, Any]]] = []
        self.forgotten: list[tuple[str, str]] = []
        self.refusing: set[str] = set()
        self.away = False

    def send(self, arn: str, body: str, parameters: Mapping[str, Any]) -> None:
        if self.away:
            raise BackendUnavailableError("The backend does not answer")
        if arn in self.refusing:
            raise BackendRefusedError("Refused", where=arn, found="AWS.SimpleQueueService.NonExistentQueue: gone")
        self.accepted.append((arn, body, dict(parameters)))

    def forget(self, name: str, group: str) -> None:
        self.forgotten.append((name, group))
