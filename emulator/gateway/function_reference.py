"""Reads what a client names a function by: its name, a partial or a whole ARN, each with or without a qualifier.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.model import Function, Stack
from emulator.payloads import invoke_error
from emulator.payloads.http_message import HttpResponse

_REFERENCE = re.compile(
    r"(?:(?:arn:[\w-]+:lambda:)?(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?P<account>\d{12}):)?function:)?"
    r"(?P<name>[A-Za-z0-9_-]{1,140})"
    r"(?::(?P<qualifier>\$LATEST|[A-Za-z0-9_-]{1,128}))?"
)
LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A well-formed name; `qualifier` is "$LATEST" when none is given."""

    name: str
    qualifier: str
    region: str | None
    account_id: str | None

    def arn(self, stack: Stack) -> str:
        """The ARN that an error names; the qualifier only when it was given."""
        suffix = "" if self.qualifier == LATEST else f":{self.qualifier}"
        region, account = self.region or stack.region, self.account_id or stack.account_id
        return f"arn:aws:lambda:{region}:{account}:function:{self.name}{suffix}"


class RefusedError(Exception):
    """The request is answered with an error of Lambda's."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status)
        self.response = response


class FunctionDirectory:
    """The functions of a stack by name."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._by_name: Mapping[str, Function] = {function.name: function for function in stack.functions.values()}

    def named(self, text: str, qualifier: str | None) -> Function:
        """The function a client means; raises RefusedError with Lambda's answer when there is none."""
        reference = parse(text, qualifier)
        if reference is None:
            raise RefusedError(invoke_error.invalid_parameter(f"{text!r} is not the name or ARN of a function."))
        function = self.find(reference)
        if function is None:
            raise RefusedError(invoke_error.function_not_found(reference.arn(self._stack)))
        return function

    def find(self, reference: FunctionReference) -> Function | None:
        """The function; None when it is not of this stack, or when a version or alias is asked for."""
        function = self._by_name.get(reference.name)
        if reference.region not in (None, self._stack.region):
            return None
        if reference.account_id not in (None, self._stack.account_id):
            return None
        return function if reference.qualifier == LATEST else None

    def all(self) -> tuple[Function, ...]:
        return tuple(self._by_name.values())


def parse(text: str, qualifier: str | None = None) -> FunctionReference | None:
    """The reference; None when it is not a function's name, or when two different qualifiers are given."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return None
    inner = found["qualifier"]
    if inner and qualifier and inner != qualifier:
        return None
    return FunctionReference(found["name"], inner or qualifier or LATEST, found["region"], found["account"])
