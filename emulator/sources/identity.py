"""Request ids and trace headers for invocations that a source starts, from an injected generator."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from emulator.model import Clock


@dataclass(frozen=True, slots=True)
class Identity:
    """Makes ids. `new_uuid` is random in a running system and counts up in tests."""

    clock: Clock
    new_uuid: Callable[[], uuid.UUID] = uuid.uuid4

    def request_id(self) -> str:
        return str(self.new_uuid())

    def trace_id(self) -> str:
        """A fresh trace header, not sampled.

        https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
        """
        root, parent = self.new_uuid().hex, self.new_uuid().hex
        return f"Root=1-{int(self.clock.now()):08x}-{root[:24]};Parent={parent[:16]};Sampled=0"
