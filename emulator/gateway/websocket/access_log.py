"""Writes the access log of one WebSocket API: a line for each connection, message and end.

https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.gateway.access_log import AccessLogFormat, error_values, flat, integration_values
from emulator.model import Outcome, WebSocketApi

WriteLine = Callable[[WebSocketApi, str], None]


class AccessLog:
    """Silent for an API whose stage asks for no log."""

    def __init__(self, api: WebSocketApi, account_id: str, write: WriteLine) -> None:
        self._api, self._write = api, write
        template = api.access_log_format
        self._format = None if template is None else AccessLogFormat(template, {"accountId": account_id})

    def note(
        self, event: Mapping[str, Any], status: int, *, error: str | None = None, outcome: Outcome | None = None
    ) -> None:
        """One request: its event, the status it ended with, the gateway's own message to the client if any."""
        if self._format is not None:
            values = {
                **dict(flat(event["requestContext"])),
                "status": status,
                **error_values(error),
                **_integration(outcome),
            }
            self._write(self._api, self._format.text(values))


def _integration(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    # What Lambda's own API answered; a function that fails is a 200 with an error in it.
    status = 429 if outcome.kind == "throttled" else 200
    error = None if outcome.kind == "returned" else f"The Lambda function returned the following error: {outcome.kind}."
    return integration_values(status, int(outcome.duration_ms), outcome.request_id, error)
