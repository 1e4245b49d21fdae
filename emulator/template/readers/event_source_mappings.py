"""AWS::Lambda::EventSourceMapping -> model.Trigger, for DynamoDB streams and SQS queues.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from emulator.model import Trigger
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_SOURCE = re.compile(r"arn:[^:]+:(dynamodb|sqs):.+")
_KNOWN = frozenset(
    [
        "FunctionName",
        "EventSourceArn",
        "Enabled",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "FilterCriteria",
        "FunctionResponseTypes",
        "StartingPosition",
        "ParallelizationFactor",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "TumblingWindowInSeconds",
        "DestinationConfig",
        "ScalingConfig",
    ]
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "KmsKeyArn": "filter criteria are not encrypted here",
        "MetricsConfig": "event source metrics are not published here",
        "ProvisionedPollerConfig": "pollers scale by themselves here",
    }
)
_SECONDS_A_WEEK = 604_800


def read_triggers(reading: Reading, functions: FunctionIndex) -> tuple[Trigger, ...]:
    """The mappings that can run here; other sources and foreign functions are listed as ignored."""
    triggers = []
    for logical_id, section in reading.of("AWS::Lambda::EventSourceMapping"):
        function = functions.find(section.text("FunctionName"))
        source = section.optional_text("EventSourceArn") or ""
        kind = _SOURCE.fullmatch(source)
        if function is None:
            reading.ignore(section, "FunctionName", "the function does not run here, so nothing is polled for it")
        elif kind is None:
            reason = f"{source or 'a self-managed source'}: only DynamoDB streams and SQS queues are polled here yet"
            reading.ignore(section, "EventSourceArn", reason)
        else:
            triggers.append(_trigger(logical_id, section, function, kind.group(1), source))
            reading.ignore_others(section, _KNOWN, _REASONS)
    return tuple(triggers)


def _trigger(logical_id: str, section: Section, function: str, service: str, source: str) -> Trigger:
    kind: Literal["dynamodb", "sqs"] = "sqs" if service == "sqs" else "dynamodb"
    trigger = Trigger(
        logical_id=logical_id,
        kind=kind,
        function=function,
        source_arn=source,
        place=section.places.resource(logical_id),
        enabled=section.flag("Enabled", True),
        batch_size=section.number("BatchSize", 10 if kind == "sqs" else 100, 1, 10_000),
        window_s=section.number("MaximumBatchingWindowInSeconds", 0, 0, 300),
        filters=tuple(part.text("Pattern") for part in section.sub("FilterCriteria").subs("Filters")),
        report_batch_item_failures="ReportBatchItemFailures" in section.texts("FunctionResponseTypes"),
        starting_position=_starting_position(section) if kind == "dynamodb" else None,
        parallelization_factor=section.number("ParallelizationFactor", 1, 1, 10),
        bisect_on_error=section.flag("BisectBatchOnFunctionError"),
        max_retries=_limit(section, "MaximumRetryAttempts", 0, 10_000),
        max_record_age_s=_limit(section, "MaximumRecordAgeInSeconds", 60, _SECONDS_A_WEEK),
        tumbling_window_s=section.number("TumblingWindowInSeconds", 0, 0, 900),
        on_failure=section.sub("DestinationConfig").sub("OnFailure").optional_text("Destination"),
        maximum_concurrency=section.sub("ScalingConfig").optional_number("MaximumConcurrency", 2, 1_000),
    )
    if kind == "sqs":
        _check_queue(section, trigger)
    return trigger


def _starting_position(section: Section) -> Literal["TRIM_HORIZON", "LATEST"]:
    found = section.one_of("StartingPosition", ("TRIM_HORIZON", "LATEST"), "")
    return "LATEST" if found == "LATEST" else "TRIM_HORIZON"


def _limit(section: Section, name: str, low: int, high: int) -> int | None:
    """-1 means without end, which is the default."""
    value = section.optional_number(name, -1, high)
    if value is None or value == -1:
        return None
    return section.number(name, value, low, high)


def _check_queue(section: Section, trigger: Trigger) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    fifo = trigger.source_arn.endswith(".fifo")
    if fifo and trigger.batch_size > 10:
        raise section.fault("BatchSize", found=str(trigger.batch_size), fix="A FIFO queue takes at most 10.")
    if fifo and trigger.window_s:
        raise section.fault("MaximumBatchingWindowInSeconds", found="a FIFO queue", fix="FIFO queues take no window.")
    if trigger.batch_size > 10 and trigger.window_s < 1:
        raise section.fault(
            "BatchSize",
            found=f"{trigger.batch_size} without a batching window",
            fix="Above 10 it needs MaximumBatchingWindowInSeconds of 1 or more.",
        )
