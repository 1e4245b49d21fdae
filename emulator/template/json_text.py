"""Reads JSON (as `cdk synth` writes it) into a TreeBuilder, keeping lines and refusing duplicate keys."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from emulator.template.tree import TreeBuilder

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def read_json(text: str, builder: TreeBuilder) -> None:
    """Feed the one value in `text` to the builder; raises TemplateError with the line of the fault."""
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        builder.line = error.lineno
        raise builder.fault("The template is not valid JSON", error.msg, "Correct the syntax at this line.") from None
    except RecursionError:
        raise builder.fault(
            "The template is nested too deeply", "more levels than JSON parsers accept", "Flatten it."
        ) from None
    except ValueError as error:
        raise builder.fault("The template is not valid JSON", str(error)[:100], "Quote the value as text.") from None
    _feed(text, builder)


def _feed(text: str, builder: TreeBuilder) -> None:
    """The text is known to be valid: each token stands where it may."""
    line, position = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        token = match.group()
        if token in "{[":
            builder.open({} if token == "{" else [], line)
        elif token in "}]":
            builder.close(line)
        elif token in ",:":
            continue
        elif builder.expects_key():
            builder.key(json.loads(token), line)
        else:
            builder.scalar(json.loads(token), line)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
