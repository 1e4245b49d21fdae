"""The system's log and metrics: JSON lines, the metrics in Embedded Metric Format, both by AWS Lambda Powertools.

Never give it passwords, tokens, names of people or what they write.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

NAMESPACE = "Terrarium/Chat"


class Journal:
    """Writes the lines of one function."""

    def __init__(self, function: str, variables: Mapping[str, str] = os.environ) -> None:
        self._function, self._stage = function, variables.get("STAGE", "dev")
        level = variables.get("LOG_LEVEL", "INFO").upper()
        log = Logger(service="chat", level=level, location=None, function=function, stage=self._stage)
        self._write = {"DEBUG": log.debug, "INFO": log.info, "WARNING": log.warning, "ERROR": log.error}

    def note(
        self, level: str, message: str, correlation_id: str, counts: Mapping[str, float] | None = None, **fields: Any
    ) -> None:
        """One line; `counts` become metrics (unit Count) on a line of their own, whatever the level."""
        self._write[level](message, extra={"correlationId": correlation_id, **fields})
        if counts:
            self._count(counts)

    def _count(self, counts: Mapping[str, float]) -> None:
        # Its own set of metrics each time: the library's shared one is for one function a process.
        emf = AmazonCloudWatchEMFProvider(namespace=NAMESPACE, service="chat", metric_set={}, dimension_set={})
        emf.add_dimension("stage", self._stage)
        emf.add_dimension("function", self._function)
        for name, count in counts.items():
            emf.add_metric(name, MetricUnit.Count, count)
        emf.flush_metrics()
