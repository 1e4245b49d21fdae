"""Destinations that remember what they accepted. They pass the contract test of the real client."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.errors import BackendRefusedError


class FakeDestinations:
    """`refusing` ARNs do not exist."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, str, dict[str, str]]] = []
        self.refusing: set[str] = set()

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        if arn in self.refusing:
            raise BackendRefusedError("The destination does not exist", where=arn)
        self.accepted.append((arn, body, dict(attributes)))
