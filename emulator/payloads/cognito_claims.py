"""Writes the claims of a user pool's token as a REST API hands them to a function: every value is a text.

A list is joined with commas, and exp and iat are dates: "Wed Nov 30 20:33:52 UTC 2016".
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

_DATES = frozenset({"exp", "iat"})
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def claims_for_event(claims: Mapping[str, Any]) -> dict[str, str]:
    return {name: _date(int(value)) if name in _DATES else _text(value) for name, value in claims.items()}


def _date(epoch_s: int) -> str:
    at = time.gmtime(epoch_s)
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"{_DAYS[at.tm_wday]} {_MONTHS[at.tm_mon - 1]} {at.tm_mday:02} {clock} UTC {at.tm_year}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_text(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
