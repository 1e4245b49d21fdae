"""Sends records to destinations: a function of this stack through its own asynchronous queue, others outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.model import AsyncInvoker, Function
from emulator.sources.identity import Identity
from emulator.sources.ports import DestinationClient


@dataclass(frozen=True, slots=True)
class Destinations:
    """A DestinationClient that knows which functions run here. `functions` is keyed by ARN."""

    outside: DestinationClient
    functions: Mapping[str, Function]
    queue: AsyncInvoker
    identity: Identity

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Returns once accepted; raises BackendError when not."""
        function = self.functions.get(arn.removesuffix(":$LATEST"))
        if function is None:
            self.outside.send(arn, body, attributes)
        else:
            self.queue.submit(function, body.encode(), self.identity.request_id(), self.identity.trace_id())
