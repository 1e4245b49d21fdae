"""What Lambda itself says of an invocation: START, END and REPORT lines, and error JSON that is not the handler's.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass

MAX_RESPONSE_BYTES = (
    6_291_556  # 6 MB + 100 bytes, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one invocation took. Times in ms, memory in MB; `init_ms` only on a cold start."""

    duration_ms: float
    init_ms: float | None
    memory_size_mb: int
    memory_used_mb: int
    trace_id: str | None = None
    status: str | None = None


def start(request_id: str) -> str:
    return f"START RequestId: {request_id} Version: $LATEST"


def end(request_id: str) -> str:
    return f"END RequestId: {request_id}"


def report(request_id: str, usage: Usage) -> str:
    """Init time is billed since August 2025: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/"""
    billed = math.ceil(usage.duration_ms + (usage.init_ms or 0))
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {usage.duration_ms:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {usage.memory_size_mb} MB",
        f"Max Memory Used: {min(usage.memory_used_mb, usage.memory_size_mb)} MB",
    ]
    if usage.init_ms is not None:
        parts.append(f"Init Duration: {usage.init_ms:.2f} ms")
    if usage.status is not None:
        parts.append(f"Status: {usage.status}")
    if usage.trace_id is not None:
        parts.append(f"XRAY TraceId: {usage.trace_id}")
    return "\t".join(parts) + "\t"


def timed_out(request_id: str, timeout_s: float) -> tuple[bytes, str]:
    """Payload and log line of a function that ran too long."""
    sentence = f"Task timed out after {timeout_s:.2f} seconds"
    body = {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request_id} Error: {sentence}"}
    return json.dumps(body, separators=(",", ":")).encode(), f"{request_id} {sentence}"


def exited(request_id: str, wait_status: int) -> tuple[bytes, str]:
    """Payload and log line of a runtime that ended by itself or was killed (out of memory included)."""
    sentence = f"RequestId: {request_id} Error: {_how(wait_status)}"
    body = {"errorType": "Runtime.ExitError", "errorMessage": sentence}
    return json.dumps(body, separators=(",", ":")).encode(), f"{sentence}\nRuntime.ExitError"


def too_large() -> bytes:
    """Payload for a response above the limit."""
    message = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    return json.dumps(
        {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}, separators=(",", ":")
    ).encode()


def _how(wait_status: int) -> str:
    if os.WIFSIGNALED(wait_status):
        names = {9: "killed", 11: "segmentation fault", 6: "aborted", 15: "terminated"}
        number = os.WTERMSIG(wait_status)
        return f"Runtime exited with error: signal: {names.get(number, number)}"
    code = os.waitstatus_to_exitcode(wait_status)
    return (
        "Runtime exited without providing a reason" if code == 0 else f"Runtime exited with error: exit status {code}"
    )
