"""Refuses, before anything starts, what a mapping asks for and these sources cannot do. Nothing is ignored."""

from __future__ import annotations

from emulator.errors import TemplateError
from emulator.model import Stack, Trigger
from emulator.sources.pattern import parse_pattern

MAX_BATCH = 10_000
MAX_FIFO_BATCH = 10
MAX_WINDOW_S = 300
MAX_TUMBLING_WINDOW_S = 900


def refuse_unsupported(stack: Stack) -> None:
    """Raises UnsupportedError, TemplateError or InvalidPatternError for the first mapping that cannot run."""
    for trigger in stack.triggers:
        if trigger.enabled:
            _check(stack, trigger)


def _check(stack: Stack, trigger: Trigger) -> None:
    if trigger.function not in stack.functions:
        raise _error(TemplateError, trigger, f"no function {trigger.function}", "Name a function of this template.")
    if trigger.kind == "sqs":
        _check_queue(trigger)
    else:
        _check_ranges(trigger)
    for text in trigger.filters:
        parse_pattern(text)


def _check_ranges(trigger: Trigger) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html"""
    if trigger.starting_position is None:
        raise _error(TemplateError, trigger, "no StartingPosition", "Set it to TRIM_HORIZON or LATEST.")
    for name, value, low, high in (
        ("BatchSize", trigger.batch_size, 1, MAX_BATCH),
        ("MaximumBatchingWindowInSeconds", trigger.window_s, 0, MAX_WINDOW_S),
        ("ParallelizationFactor", trigger.parallelization_factor, 1, 10),
        ("TumblingWindowInSeconds", trigger.tumbling_window_s, 0, MAX_TUMBLING_WINDOW_S),
        ("MaximumRetryAttempts", trigger.max_retries or 0, -1, 10_000),
        ("MaximumRecordAgeInSeconds", trigger.max_record_age_s or -1, -1, 604_800),
    ):
        if not low <= value <= high:
            raise _error(TemplateError, trigger, f"{name} {value}", f"AWS takes {low} to {high}.")


def _check_queue(trigger: Trigger) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html"""
    fifo = trigger.source_arn.endswith(".fifo")
    for name, value, low, high in (
        ("BatchSize", trigger.batch_size, 1, MAX_FIFO_BATCH if fifo else MAX_BATCH),
        ("MaximumBatchingWindowInSeconds", trigger.window_s, 0, 0 if fifo else MAX_WINDOW_S),
        ("MaximumConcurrency", trigger.maximum_concurrency or 2, 2, 1_000),
    ):
        if not low <= value <= high:
            raise _error(TemplateError, trigger, f"{name} {value}", f"AWS takes {low} to {high}.")
    if trigger.batch_size > MAX_FIFO_BATCH and not trigger.window_s:
        found = f"BatchSize {trigger.batch_size} without a batching window"
        raise _error(TemplateError, trigger, found, "Set MaximumBatchingWindowInSeconds to 1 or more.")


def _error(kind: type[TemplateError], trigger: Trigger, found: str, fix: str) -> TemplateError:
    what = f"Event source mapping {trigger.logical_id} cannot run"
    return kind(what, where=str(trigger.place), found=found, fix=fix)
