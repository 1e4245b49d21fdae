"""What a Velocity template consists of once it is read."""

from __future__ import annotations

from dataclasses import dataclass


class TemplateSyntaxError(Exception):
    """The template cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a truth value, null, or a text in single quotation marks."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text in double quotation marks, in which references are filled in."""

    body: Block


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class RangeOf:
    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class MapOf:
    entries: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Property:
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Index:
    at: Expression


@dataclass(frozen=True, slots=True)
class Reference:
    """`$name.step…`; `source` is how it is written."""

    name: str
    steps: tuple[Property | Call | Index, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression


Expression = Literal | Quoted | ListOf | RangeOf | MapOf | Reference | Unary | Binary


@dataclass(frozen=True, slots=True)
class Assignment:
    """#set"""

    target: Reference
    value: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """#if, #elseif, #else: the first branch whose condition holds; None always holds."""

    branches: tuple[tuple[Expression | None, Block], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """#foreach"""

    variable: str
    items: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class Definition:
    """#define: a block that is written wherever its variable is."""

    variable: str
    body: Block


@dataclass(frozen=True, slots=True)
class Macro:
    """#macro"""

    name: str
    parameters: tuple[str, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class MacroCall:
    name: str
    arguments: tuple[Expression, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Leave:
    """#stop ends the template, #break the loop."""

    how: str


Node = Text | Reference | Assignment | Choice | Loop | Definition | Macro | MacroCall | Leave


@dataclass(frozen=True, slots=True)
class Block:
    nodes: tuple[Node, ...]
