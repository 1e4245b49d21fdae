"""One JSON line a request: the structured log entry and, in Embedded Metric Format, its metrics.

CloudWatch reads metrics out of the same line, so measuring costs no call and no second line.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from typing import IO

_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode
NAMESPACE = "Terrarium/Shortener"


class Journal:
    """Writes the lines of one function. Never give it secrets, tokens or addresses of people."""

    def __init__(self, function: str, stream: IO[str] | None = None, variables: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._level = _LEVELS.get(variables.get("LOG_LEVEL", "INFO").upper(), 20)
        self._fixed = {"service": "shortener", "function": function, "stage": variables.get("STAGE", "dev")}

    def note(
        self, level: str, message: str, correlation_id: str, counts: Mapping[str, float] | None = None, **fields: object
    ) -> None:
        """One line. `counts` become metrics (unit Count) and are written whatever the level."""
        if not counts and _LEVELS[level] < self._level:
            return
        now_ms = int(time.time() * 1000)
        line: dict[str, object] = {
            "level": level,
            "message": message,
            "timestamp": now_ms,
            **self._fixed,
            "correlationId": correlation_id,
            **fields,
        }
        if counts:
            line |= counts
            line["_aws"] = {"Timestamp": now_ms, "CloudWatchMetrics": [_directive(tuple(counts))]}
        print(_encode(line), file=self._stream or sys.stdout, flush=True)


def _directive(names: tuple[str, ...]) -> dict[str, object]:
    metrics = [{"Name": name, "Unit": "Count"} for name in names]
    return {"Namespace": NAMESPACE, "Dimensions": [["service", "stage", "function"]], "Metrics": metrics}
