"""The one module that imports aws-sam-translator: it costs most of a second, so import it only when needed.

Also a program: JSON {"source", "parameters", "region", "partition"} in, {"result"} or {"messages"} out.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.plugins.exceptions import InvalidPluginException
from samtranslator.translator.translator import Translator

# What the translator lets through on input that it never expected: its own checks are not complete.
_SLIPS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidPluginException,
    KeyError,
    IndexError,
    NameError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


class TranslatorRefusedError(Exception):
    """The translator's own messages."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages
        super().__init__("; ".join(messages))


@dataclass(frozen=True, slots=True)
class _Session:
    """All that the translator asks of a boto3 session."""

    region_name: str


class _ManagedPolicies(dict[str, str]):
    """Names the translator's own list does not know: AWS's managed policies live under one ARN."""

    def __init__(self, partition: str) -> None:
        super().__init__()
        self._partition = partition

    def get(self, name: str, default: Any = None) -> Any:
        return default if name.startswith("arn:") else f"arn:{self._partition}:iam::aws:policy/{name}"

    def __bool__(self) -> bool:
        return True


def translate(source: dict[str, Any], parameters: Mapping[str, Any], region: str, partition: str) -> dict[str, Any]:
    """Translate `source` (which is changed by it); raises TranslatorRefusedError."""
    log = logging.getLogger("samtranslator")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    translator = Translator(None, Parser(), boto_session=_Session(region))
    try:
        result = translator.translate(
            source,
            parameter_values=dict(parameters),
            passthrough_metadata=True,
            get_managed_policy_map=lambda: _ManagedPolicies(partition),
        )
    except InvalidDocumentException as error:
        raise TranslatorRefusedError([cause.message for cause in error.causes]) from None
    except ExceptionWithMessage as error:
        raise TranslatorRefusedError([error.message]) from None
    except _SLIPS as error:
        raise TranslatorRefusedError([f"a shape that the SAM translator cannot read ({error!r})"[:200]]) from None
    return dict(result)


def main() -> None:
    """Translate what standard input says."""
    asked = json.load(sys.stdin)
    try:
        answer: dict[str, Any] = {"result": translate(**asked)}
    except TranslatorRefusedError as error:
        answer = {"messages": error.messages}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
