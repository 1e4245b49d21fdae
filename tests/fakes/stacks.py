"""Small stacks to run sources on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator.model import AsyncConfig, Function, Place, Stack, Trigger
from tests.fakes.streams import ARN

PLACE = Place("template.yaml", 1)


def function(logical_id: str = "Worker", **values: Any) -> Function:
    fields: dict[str, Any] = {
        "name": f"demo-{logical_id}",
        "arn": f"arn:aws:lambda:us-east-1:000000000000:function:demo-{logical_id}",
        "place": PLACE,
        "runtime": "python3.11",
        "handler": "app.handler",
        "code": Path("src"),
        **values,
    }
    return Function(logical_id, **fields)


def trigger(**values: Any) -> Trigger:
    fields: dict[str, Any] = {
        "function": "Worker",
        "source_arn": ARN,
        "place": PLACE,
        "starting_position": "TRIM_HORIZON",
        **values,
    }
    return Trigger("WorkerStream", "dynamodb", **fields)


def queue_trigger(queue: str = "work", **values: Any) -> Trigger:
    fields: dict[str, Any] = {
        "function": "Worker",
        "source_arn": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
        "place": PLACE,
        "batch_size": 10,
        **values,
    }
    return Trigger("WorkerQueue", "sqs", **fields)


def stack(*triggers: Trigger, functions: list[Function] | None = None, name: str = "demo") -> Stack:
    here = functions or [function()]
    by_id = {each.logical_id: each for each in here}
    return Stack(name, Path("template.yaml"), "us-east-1", "000000000000", by_id, triggers=triggers)


__all__ = ["AsyncConfig", "function", "queue_trigger", "stack", "trigger"]
