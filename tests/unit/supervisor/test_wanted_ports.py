"""The ports that a plan needs, and what is said when one cannot be had."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from emulator.errors import PortInUseError
from emulator.supervisor import machine
from emulator.supervisor.plan import Plan
from emulator.supervisor.wanted_ports import wanted_ports
from emulator.system_spec import SystemSpec
from tests.fakes.free_ports import free_port


def plan(folder: Path, *texts: str, first: int = 3001, backend_port: int = 4566) -> Plan:
    """Systems with these templates, on ports in a row."""
    specs = []
    for number, text in enumerate(texts):
        template = folder / f"{number}.yaml"
        template.write_text(text)
        specs.append(SystemSpec(f"system{number}", template, first + number, "embedded"))
    return Plan(folder, folder, "embedded", backend_port, None, "us-east-1", tuple(specs))


def test_websocket_api_has_a_port_of_its_own(tmp_path: Path) -> None:
    made = plan(tmp_path, "ProtocolType: HTTP", "ProtocolType: WEBSOCKET")

    assert list(wanted_ports(made)) == [
        (3001, "system system0"),
        (3002, "system system1"),
        (3102, "the WebSocket API of system1"),
        (4566, "the embedded backend"),
    ]


def test_taken_port_is_named_with_what_needs_it(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 100)), pytest.raises(PortInUseError) as taken:
        machine.check_ports(wanted_ports(plan(tmp_path, "WEBSOCKET", first=port)))

    assert f"Port {port + 100} is taken and the WebSocket API of system0 needs it" in str(taken.value)


def test_port_that_two_want_is_refused(tmp_path: Path) -> None:
    port = free_port()
    with pytest.raises(PortInUseError) as refused:
        machine.check_ports(wanted_ports(plan(tmp_path, "WEBSOCKET", first=port, backend_port=port + 100)))

    assert "found the WebSocket API of system0 and the embedded backend" in str(refused.value)
