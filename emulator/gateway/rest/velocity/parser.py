"""Reads a template: text, references and directives.

https://velocity.apache.org/engine/1.7/user-guide.html
"""

from __future__ import annotations

import re

from emulator.gateway.rest.velocity.cursor import Cursor
from emulator.gateway.rest.velocity.expressions import read_arguments, read_expression, read_reference
from emulator.gateway.rest.velocity.syntax import (
    Assignment,
    Block,
    Choice,
    Definition,
    Expression,
    Leave,
    Loop,
    Macro,
    MacroCall,
    Node,
    Text,
)

_PLAIN = re.compile(r"[^$#\\]+")
_COMMENT = re.compile(r"##[^\n]*(?:\n|$)|#\*.*?\*#", re.DOTALL)
_VERBATIM = re.compile(r"#\[\[(.*?)\]\]#", re.DOTALL)
_DIRECTIVE = re.compile(r"#(?:\{([A-Za-z_][A-Za-z0-9_-]*)\}|([A-Za-z_][A-Za-z0-9_-]*))")
_NAME = re.compile(r"\$!?\{?([A-Za-z_][A-Za-z0-9_-]*)\}?")
_MACRO_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_-]*)")
# A directive takes the rest of its line with it where there is nothing else.
_REST_OF_LINE = re.compile(r"[ \t]*\r?\n")
_ENDS = ("end", "else", "elseif")


def parsed(template: str) -> Block:
    """The template, ready to be evaluated as often as needed; raises TemplateSyntaxError."""
    cursor = Cursor(template)
    block = _read_block(cursor)
    if not cursor.done:
        raise cursor.fault("this belongs to no #if or #foreach")
    return block


def _read_block(cursor: Cursor) -> Block:
    """Up to the end, or to an #end, #else or #elseif, which is left there."""
    nodes: list[Node] = []
    while not cursor.done:
        began = cursor.at
        word = _directive(cursor)
        cursor.at = began
        if word in _ENDS:
            break
        nodes += _read_node(cursor)
    return Block(tuple(nodes))


def _read_node(cursor: Cursor) -> list[Node]:
    plain = cursor.match(_PLAIN)
    if plain is not None:
        return [Text(plain.group())]
    if cursor.match(_COMMENT) is not None:
        return []
    verbatim = cursor.match(_VERBATIM)
    if verbatim is not None:
        return [Text(verbatim.group(1))]
    if cursor.sees("#"):
        return _read_directive(cursor)
    if cursor.sees("\\$") or cursor.sees("\\#"):
        cursor.at += 2
        return [Text(cursor.text[cursor.at - 1])]
    reference = read_reference(cursor)
    if reference is not None:
        return [reference]
    cursor.at += 1
    return [Text(cursor.text[cursor.at - 1])]


def _read_directive(cursor: Cursor) -> list[Node]:
    began = cursor.at
    word = _directive(cursor)
    read = _READERS.get(word)
    if not word or (read is None and not cursor.sees("(")):
        # A number sign that means nothing: "#1", "#hash".
        cursor.at = began + 1
        return [Text("#")]
    if read is None:
        cursor.take("(")
        arguments = read_arguments(cursor, ")")
        return [MacroCall(word, arguments, cursor.text[began : cursor.at])]
    return [read(cursor)]


def _read_set(cursor: Cursor) -> Node:
    _open(cursor)
    target = read_reference(cursor)
    if target is None:
        raise cursor.fault("#set needs a variable")
    cursor.expect("=")
    value = read_expression(cursor)
    cursor.expect(")")
    cursor.match(_REST_OF_LINE)
    return Assignment(target, value)


def _read_if(cursor: Cursor) -> Node:
    branches: list[tuple[Expression | None, Block]] = []
    condition: Expression | None = _read_condition(cursor)
    while True:
        cursor.match(_REST_OF_LINE)
        branches.append((condition, _read_block(cursor)))
        word = _directive(cursor)
        if not word:
            raise cursor.fault("#if without #end")
        if word == "end":
            cursor.match(_REST_OF_LINE)
            return Choice(tuple(branches))
        condition = _read_condition(cursor) if word == "elseif" else None


def _read_condition(cursor: Cursor) -> Expression:
    _open(cursor)
    condition = read_expression(cursor)
    cursor.expect(")")
    return condition


def _read_foreach(cursor: Cursor) -> Node:
    _open(cursor)
    variable = _variable(cursor)
    cursor.expect("in")
    items = read_expression(cursor)
    cursor.expect(")")
    return Loop(variable, items, _read_body(cursor, "#foreach"))


def _read_define(cursor: Cursor) -> Node:
    _open(cursor)
    variable = _variable(cursor)
    cursor.expect(")")
    return Definition(variable, _read_body(cursor, "#define"))


def _read_macro(cursor: Cursor) -> Node:
    _open(cursor)
    name = cursor.match(_MACRO_NAME)
    if name is None:
        raise cursor.fault("#macro needs a name")
    parameters: list[str] = []
    cursor.skip_space()
    while not cursor.take(")"):
        parameters.append(_variable(cursor))
        cursor.skip_space()
        cursor.take(",")
        cursor.skip_space()
    return Macro(name.group(1), tuple(parameters), _read_body(cursor, "#macro"))


def _read_stop(cursor: Cursor) -> Node:
    del cursor
    return Leave("stop")


def _read_break(cursor: Cursor) -> Node:
    del cursor
    return Leave("break")


def _read_body(cursor: Cursor, directive: str) -> Block:
    cursor.match(_REST_OF_LINE)
    body = _read_block(cursor)
    if _directive(cursor) != "end":
        raise cursor.fault(f"{directive} without #end")
    cursor.match(_REST_OF_LINE)
    return body


def _directive(cursor: Cursor) -> str:
    """The word of the directive that is stepped over, `#word` or `#{word}`; empty where there is none."""
    found = cursor.match(_DIRECTIVE)
    return (found.group(1) or found.group(2)) if found is not None else ""


def _open(cursor: Cursor) -> None:
    cursor.expect("(")
    cursor.skip_space()


def _variable(cursor: Cursor) -> str:
    name = cursor.match(_NAME)
    if name is None:
        raise cursor.fault("expected a variable")
    return name.group(1)


_READERS = {
    "set": _read_set,
    "if": _read_if,
    "foreach": _read_foreach,
    "define": _read_define,
    "macro": _read_macro,
    "stop": _read_stop,
    "break": _read_break,
}
