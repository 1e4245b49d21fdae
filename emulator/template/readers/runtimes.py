"""Which Lambda runtimes Terrarium can run.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re

_PYTHON = re.compile(r"python3\.(\d{1,2})")
_OLDEST, _OLDEST_SUPPORTED, _NEWEST = 8, 10, 14


def runs(runtime: str) -> bool:
    """Whether functions of this runtime can run here."""
    match = _PYTHON.fullmatch(runtime)
    return match is not None and _OLDEST <= int(match.group(1)) <= _NEWEST


def remark(runtime: str) -> str | None:
    """What to tell about a runtime that runs, but not as on AWS today."""
    minor = int(runtime.removeprefix("python3."))
    if minor < _OLDEST_SUPPORTED:
        return f"AWS no longer supports {runtime}; it runs on the nearest Python of this machine"
    return None
