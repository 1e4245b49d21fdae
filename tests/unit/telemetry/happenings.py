"""Invocations and lines to record."""

from __future__ import annotations

from typing import Any

from emulator.model import AwsCall, Function, Invocation, LogLine, Outcome
from tests.fakes.stacks import function

CALL = AwsCall("dynamodb", "GetItem", "Links", 1.5, 100, 200, 0.5)


def invocation(request_id: str = "request-1", logical_id: str = "Worker", trace_id: str = "Root=1-a-b") -> Invocation:
    return Invocation(function(logical_id), b"{}", request_id, trace_id, "http")


def outcome(request_id: str = "request-1", **values: Any) -> Outcome:
    fields = {"kind": "returned", "payload": b"null", "started_ms": 1000, "duration_ms": 2.5, **values}
    return Outcome(request_id=request_id, **fields)


def lines(of: Function, request_id: str, *messages: str, at_ms: int = 1000) -> list[LogLine]:
    return [LogLine(of.logical_id, request_id, at_ms + index, message) for index, message in enumerate(messages)]
