"""The operators of a template on values: numbers as Java computes them, texts joined by +."""

from __future__ import annotations

import math
from typing import Any

from emulator.gateway.rest.velocity.java import are_equal, written


def computed(operator: str, left: Any, right: Any) -> Any:
    """The result; None where the operands do not fit, as Velocity does after logging it."""
    if operator == "==":
        return are_equal(left, right)
    if operator == "!=":
        return not are_equal(left, right)
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return None if left is None or right is None else written(left) + written(right)
    if not _is_number(left) or not _is_number(right):
        return False if operator in _COMPARISONS else None
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](left, right)
    return _arithmetic(operator, left, right)


def _arithmetic(operator: str, left: float, right: float) -> float | None:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        return None
    if operator == "%":
        return int(math.fmod(left, right)) if _whole(left, right) else math.fmod(left, right)
    # Whole numbers are divided towards zero.
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1) if _whole(left, right) else left / right


def _whole(left: float, right: float) -> bool:
    return isinstance(left, int) and isinstance(right, int)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_COMPARISONS = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
