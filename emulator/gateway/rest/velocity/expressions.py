"""Reads expressions and references.

https://velocity.apache.org/engine/1.7/vtl-reference.html
"""

from __future__ import annotations

import re

from emulator.gateway.rest.velocity.cursor import Cursor
from emulator.gateway.rest.velocity.syntax import (
    Binary,
    Block,
    Call,
    Expression,
    Index,
    ListOf,
    Literal,
    MapOf,
    Property,
    Quoted,
    RangeOf,
    Reference,
    Text,
    Unary,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORD = re.compile(r"(true|false|null)\b")
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_DOUBLE = re.compile(r'"((?:[^"]|"")*)"')
_CONSTANTS = {"true": True, "false": False, "null": None}
# From the weakest to the strongest; words stand for signs.
_LEVELS = (
    re.compile(r"\|\||or\b"),
    re.compile(r"&&|and\b"),
    re.compile(r"==|!=|eq\b|ne\b"),
    re.compile(r"<=|>=|<|>|le\b|ge\b|lt\b|gt\b"),
    re.compile(r"[+-]"),
    re.compile(r"[*/%]"),
)
_SIGNS = {"or": "||", "and": "&&", "eq": "==", "ne": "!=", "le": "<=", "ge": ">=", "lt": "<", "gt": ">"}


def read_expression(cursor: Cursor, level: int = 0) -> Expression:
    """An expression with operators of this strength and stronger ones; raises TemplateSyntaxError."""
    if level == len(_LEVELS):
        return _read_unary(cursor)
    left = read_expression(cursor, level + 1)
    while True:
        cursor.skip_space()
        found = cursor.match(_LEVELS[level])
        if found is None:
            return left
        sign = found.group()
        left = Binary(_SIGNS.get(sign, sign), left, read_expression(cursor, level + 1))


def read_reference(cursor: Cursor) -> Reference | None:
    """`$name`, `$!name`, `${name}` with its properties, calls and indices; None where a dollar sign is only that."""
    began = cursor.at
    if not cursor.take("$"):
        return None
    cursor.take("!")
    formal = cursor.take("{")
    name = cursor.match(_NAME)
    if name is None:
        cursor.at = began
        return None
    steps = _read_steps(cursor)
    if formal:
        cursor.expect("}")
    return Reference(name.group(), steps, cursor.text[began : cursor.at])


def read_quoted(text: str) -> Block:
    """The inside of a text in double quotation marks: references in it are filled in, directives are not."""
    cursor, nodes = Cursor(text), list[Text | Reference]()
    plain = re.compile(r"[^$]+")
    while not cursor.done:
        reference = read_reference(cursor)
        if reference is not None:
            nodes.append(reference)
            continue
        found = cursor.match(plain)
        nodes.append(Text(found.group() if found else cursor.text[cursor.at]))
        cursor.at += 0 if found else 1
    return Block(tuple(nodes))


def read_arguments(cursor: Cursor, end: str) -> tuple[Expression, ...]:
    """Expressions up to the closing sign, with commas or, for macros, only spaces between them."""
    arguments: list[Expression] = []
    cursor.skip_space()
    while not cursor.take(end):
        if cursor.done:
            raise cursor.fault(f"expected {end!r}")
        arguments.append(read_expression(cursor))
        cursor.skip_space()
        cursor.take(",")
        cursor.skip_space()
    return tuple(arguments)


def _read_steps(cursor: Cursor) -> tuple[Property | Call | Index, ...]:
    steps: list[Property | Call | Index] = []
    while True:
        began = cursor.at
        if cursor.take("["):
            steps.append(Index(read_expression(cursor)))
            cursor.expect("]")
            continue
        name = cursor.match(_NAME) if cursor.take(".") else None
        if name is None:
            cursor.at = began
            return tuple(steps)
        if cursor.take("("):
            steps.append(Call(name.group(), read_arguments(cursor, ")")))
        else:
            steps.append(Property(name.group()))


def _read_unary(cursor: Cursor) -> Expression:
    cursor.skip_space()
    if cursor.take("!"):
        return Unary("!", _read_unary(cursor))
    if re.compile(r"not\b").match(cursor.text, cursor.at):
        cursor.at += 3
        return Unary("!", _read_unary(cursor))
    if cursor.take("("):
        inner = read_expression(cursor)
        cursor.expect(")")
        return inner
    return _read_value(cursor)


def _read_value(cursor: Cursor) -> Expression:
    reference = read_reference(cursor)
    if reference is not None:
        return reference
    constant = _read_constant(cursor)
    if constant is not None:
        return constant
    if cursor.take("["):
        return _read_list(cursor)
    if cursor.take("{"):
        return _read_map(cursor)
    if cursor.take("-"):
        return Unary("-", _read_unary(cursor))
    raise cursor.fault("expected a value")


def _read_constant(cursor: Cursor) -> Literal | Quoted | None:
    number = cursor.match(_NUMBER)
    if number is not None:
        whole = number.group(1) is None and number.group(2) is None
        return Literal(int(number.group()) if whole else float(number.group()))
    word = cursor.match(_WORD)
    if word is not None:
        return Literal(_CONSTANTS[word.group()])
    single = cursor.match(_SINGLE)
    if single is not None:
        return Literal(single.group(1).replace("''", "'"))
    double = cursor.match(_DOUBLE)
    return None if double is None else Quoted(read_quoted(double.group(1).replace('""', '"')))


def _read_list(cursor: Cursor) -> Expression:
    cursor.skip_space()
    if cursor.take("]"):
        return ListOf(())
    first = read_expression(cursor)
    cursor.skip_space()
    if cursor.take(".."):
        last = read_expression(cursor)
        cursor.expect("]")
        return RangeOf(first, last)
    cursor.take(",")
    return ListOf((first, *read_arguments(cursor, "]")))


def _read_map(cursor: Cursor) -> Expression:
    entries: list[tuple[Expression, Expression]] = []
    cursor.skip_space()
    while not cursor.take("}"):
        key = read_expression(cursor)
        cursor.expect(":")
        entries.append((key, read_expression(cursor)))
        cursor.skip_space()
        cursor.take(",")
        cursor.skip_space()
    return MapOf(tuple(entries))
