"""The ports that a plan needs on this machine, each with what it is for. Looks into the templates, no further."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.backends import COMPANION_PORT_AFTER
from emulator.supervisor.plan import Plan

# Only a template that says so, spelt as CloudFormation wants it, can have a WebSocket API.
_WEBSOCKET = b"WEBSOCKET"


def wanted_ports(plan: Plan) -> Iterator[tuple[int, str]]:
    """(port, purpose) of everything that will listen."""
    for spec in plan.systems:
        yield spec.port, f"system {spec.name}"
        # A template that is gone is the system's to complain about.
        if spec.template.is_file() and _WEBSOCKET in spec.template.read_bytes():
            yield spec.websocket_port, f"the WebSocket API of {spec.name}"
    if plan.backend == "embedded":
        yield plan.backend_port, "the embedded backend"
    if plan.lacking:
        yield plan.backend_port + COMPANION_PORT_AFTER, "the embedded backend beside LocalStack"
