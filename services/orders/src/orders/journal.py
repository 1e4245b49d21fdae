"""Logs and metrics of every function: JSON lines with the correlation id, metrics in Embedded Metric Format.

https://docs.aws.amazon.com/powertools/python/latest/core/logger/
https://docs.aws.amazon.com/powertools/python/latest/core/metrics/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Terrarium/Orders"
_HARMLESS = re.compile(r"[A-Za-z0-9_.:/+=-]{1,128}").fullmatch

log = Logger(service="orders", log_uncaught_exceptions=False)
metrics = Metrics(namespace=NAMESPACE, service="orders")


def count(**values: float) -> None:
    """Counts in the business's units: OrdersPlaced=1, RevenueMinor=1999."""
    for name, value in values.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def harmless(correlation_id: object, otherwise: str) -> str:
    """A correlation id that can be repeated in headers and logs; `otherwise` in place of any other text."""
    return correlation_id if isinstance(correlation_id, str) and _HARMLESS(correlation_id) else otherwise


@contextmanager
def correlated(correlation_id: str, **fields: Any) -> Iterator[None]:
    """Every log line inside carries the id and the fields."""
    before = log.get_correlation_id()
    log.set_correlation_id(correlation_id)
    log.append_keys(**fields)
    try:
        yield
    finally:
        log.remove_keys(list(fields))
        log.set_correlation_id(before)


def journalled(stage: str, function: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Around a handler: flushes its metrics, and takes the request id into its log lines."""
    metrics.set_default_dimensions(stage=stage, function=function)

    def around(handle: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(handle)
        def handler(event: Mapping[str, Any], context: Any) -> Any:
            log.append_keys(function=function, awsRequestId=getattr(context, "aws_request_id", ""))
            return handle(event, context)

        logged: Callable[..., Any] = metrics.log_metrics(handler, raise_on_empty_metrics=False)
        return logged

    return around
