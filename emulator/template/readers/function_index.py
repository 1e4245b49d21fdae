"""Finds the function that an ARN, a name or an API Gateway invocation URI means."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.model import Function

_INVOCATION = re.compile(r"arn:[^:]+:apigateway:[^:]*:lambda:path/2015-03-31/functions/(.+)/invocations")
_FUNCTION_ARN = re.compile(r"arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)(?::[^:]+)?")


class FunctionIndex:
    """The functions of one stack by every name they can be called."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._by_name = {function.name: logical_id for logical_id, function in functions.items()}

    def find(self, text: str) -> str | None:
        """Logical id, or None when it is no function of this stack. Versions and aliases mean their function."""
        invocation = _INVOCATION.fullmatch(text)
        target = invocation.group(1) if invocation else text
        arn = _FUNCTION_ARN.fullmatch(target)
        return self._by_name.get(arn.group(1) if arn else target.split(":")[0])
