"""A method that is there and guarded as on AWS, but whose integration Terrarium cannot call."""

from __future__ import annotations

from emulator.gateway.rest.ports import Answered, Refusal
from emulator.model import RestIntegration
from emulator.payloads.rest_call import RestCall


class NotRun:
    """Answers 501 with the reason, so that nobody searches for it in the application."""

    def __init__(self, integration: RestIntegration) -> None:
        reason = integration.reason or f"{integration.kind} integrations are not served"
        self._refusal = Refusal("DEFAULT_5XX", f"Terrarium cannot answer here: {reason}", 501, error=reason)

    def respond(self, call: RestCall) -> Answered | Refusal:
        del call
        return self._refusal
