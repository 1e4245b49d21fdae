"""Progress travels from the daemon as lines of JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.model import Endpoints
from emulator.supervisor.progress import Event, Failed, Ready, Step, from_line, to_line
from emulator.system_spec import SystemSpec


@pytest.mark.parametrize("event", [Step("backend", "running", "starting"), Ready(), Failed("Port 3001 is taken.")])
def test_event_arrives_as_it_was_sent(event: Event) -> None:
    assert from_line(to_line(event)) == event


@pytest.mark.parametrize("line", ["Traceback (most recent call last):\n", "[]", '"text"', '{"other": 1}'])
def test_any_other_text_is_a_failure_with_that_text(line: str) -> None:
    assert from_line(line) == Failed(line.strip())


def test_system_spec_survives_its_journey() -> None:
    endpoints = Endpoints("http://127.0.0.1:4566", {"cognito-idp": "http://127.0.0.1:4567"})
    spec = SystemSpec(
        "shop", Path("/a/template.yaml"), 3001, "embedded", endpoints, Path("/a/.terrarium"), "prod", {"A": "b"}, ("F",)
    )

    assert SystemSpec.from_json(spec.to_json()) == spec
