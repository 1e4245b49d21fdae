"""Notes each AWS call that botocore makes and writes it as one JSON line to the environment's calls pipe.

A function sees nothing of it; where botocore is not there, or is another than the image's, nothing is noted.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import Any

# What the call is about, by the first of these parameters that it has.
RESOURCE_PARAMETERS = (
    "TableName", "Bucket", "QueueUrl", "QueueName", "TopicArn", "FunctionName", "StreamArn", "SecretId",
    "stateMachineArn", "Name",
)  # fmt: skip

_pipe: int | None = None


def report_to(fd: int) -> None:
    """Start writing to this file descriptor (after the fork)."""
    global _pipe  # noqa: PLW0603  (one pipe per process, by its nature)
    _pipe = fd
    os.set_blocking(fd, False)


def install() -> None:
    """Have every botocore client of this process report; called once in the warm process."""
    with contextlib.suppress(ImportError):
        from botocore import handlers

        handlers.BUILTIN_HANDLERS.extend(
            [
                ("before-parameter-build", _started),
                ("before-call", _sent),
                ("after-call", _answered),
                ("after-call-error", _failed),
            ]
        )


def _started(params: Any, context: Any, **_: Any) -> None:
    named = next((params[name] for name in RESOURCE_PARAMETERS if name in params), "")
    context["_terrarium"] = [time.perf_counter(), str(named), 0]


def _sent(params: Any, context: Any, **_: Any) -> None:
    body = params.get("body") or b""
    if "_terrarium" in context:
        context["_terrarium"][2] = len(body) if isinstance(body, (bytes, str)) else 0


def _answered(http_response: Any, parsed: Any, model: Any, context: Any, **_: Any) -> None:
    capacity = parsed.get("ConsumedCapacity") if isinstance(parsed, dict) else None
    units = capacity.get("CapacityUnits") if isinstance(capacity, dict) else None
    error = (
        parsed.get("Error", {}).get("Code") if isinstance(parsed, dict) and http_response.status_code >= 300 else None
    )
    size = int(http_response.headers.get("content-length") or 0)
    _write(model, context, size, units, error)


def _failed(exception: Exception, context: Any, event_name: str = "", **_: Any) -> None:
    service, operation = [*event_name.split("."), "", ""][1:3]
    _line(service, operation, context, 0, None, type(exception).__name__)


def _write(model: Any, context: Any, size: int, units: float | None, error: str | None) -> None:
    _line(model.service_model.service_name, model.name, context, size, units, error)


def _line(service: str, operation: str, context: Any, size: int, units: float | None, error: str | None) -> None:
    noted: list[Any] | None = context.get("_terrarium")
    if _pipe is None or noted is None:
        return
    started, resource, sent = noted
    took = round((time.perf_counter() - started) * 1000, 3)
    # A line below PIPE_BUF is written whole; a full pipe must not hold the function up.
    with contextlib.suppress(BlockingIOError):
        os.write(
            _pipe, json.dumps([service, operation, resource[:200], took, sent, size, units, error]).encode() + b"\n"
        )
