"""Reads YAML with CloudFormation's tags into a TreeBuilder, from parse events only: nothing is constructed by tag.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

from typing import Any

import yaml

from emulator.errors import TemplateError
from emulator.template.tree import TreeBuilder

_FUNCTIONS = frozenset(
    [
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "GetAZs",
        "GetAtt",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
    ]
)
_CORE = "tag:yaml.org,2002:"
_PLAIN_TEXT = ("timestamp", "value", "merge", "str")


def read_yaml(text: str, builder: TreeBuilder) -> None:
    """Feed the one document in `text` to the builder; raises TemplateError with the line of the fault."""
    loader_type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_type(text)
        try:
            _feed(loader, builder)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _invalid(error, builder) from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise builder.fault(
            "The template has a value that cannot be read", str(error)[:100], "Quote it as text."
        ) from None


def _feed(loader: Any, builder: TreeBuilder) -> None:
    documents = 0
    while True:
        event = loader.get_event()
        if isinstance(event, yaml.StreamEndEvent):
            return
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                builder.line = line
                raise builder.fault("A template is one YAML document", "a second one", "Remove the `---` between them.")
        elif isinstance(event, yaml.ScalarEvent):
            _scalar(event, builder, line)
        elif isinstance(event, yaml.AliasEvent):
            builder.alias(str(event.anchor), line)
        elif isinstance(event, yaml.CollectionStartEvent):
            empty: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            builder.open(empty, line, _function(event.tag, builder, line), event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            builder.close(line)


def _scalar(event: yaml.ScalarEvent, builder: TreeBuilder, line: int) -> None:
    if builder.expects_key():
        builder.key(event.value, line)
        return
    function = _function(event.tag, builder, line)
    if function == "Fn::GetAtt":
        builder.scalar(event.value.split(".", 1), line, function, event.anchor)
    elif function:
        builder.scalar(event.value, line, function, event.anchor)
    else:
        builder.line = line
        builder.scalar(_value(event), line, None, event.anchor)


def _function(tag: str | None, builder: TreeBuilder, line: int) -> str | None:
    if tag is None or tag == "!" or tag.startswith(_CORE):
        kind = (tag or "").removeprefix(_CORE)
        if kind not in ("", "!", "str", "int", "float", "bool", "null", "map", "seq", "timestamp"):
            builder.line = line
            raise builder.fault(
                "Unsupported YAML tag", f"!!{kind}", "CloudFormation reads plain values only; remove the tag."
            )
        return None
    name = tag.removeprefix("!")
    if name in ("Ref", "Condition"):
        return name
    if name not in _FUNCTIONS:
        builder.line = line
        raise builder.fault(
            "Unknown tag", f"!{name}"[:60], "Use an intrinsic function of CloudFormation, as !Ref or !Sub."
        )
    return f"Fn::{name}"


def _value(event: yaml.ScalarEvent) -> Any:
    """A scalar by the rules of YAML 1.1, as CloudFormation reads it; dates stay text."""
    tag = event.tag
    if tag is None or tag == "!":
        if not event.implicit[0]:
            return event.value
        resolver: Any = yaml.resolver.Resolver()
        tag = str(resolver.resolve(yaml.ScalarNode, event.value, (True, False)))
    kind = tag.removeprefix(_CORE)
    if kind in _PLAIN_TEXT:
        return event.value
    construct = getattr(yaml.constructor.SafeConstructor(), f"construct_yaml_{kind}")
    try:
        return construct(yaml.ScalarNode(tag, event.value))
    except (ValueError, KeyError, IndexError, AttributeError):
        raise ValueError(f"{event.value!r} is not a value of type {kind}") from None


def _invalid(error: yaml.YAMLError, builder: TreeBuilder) -> TemplateError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else builder.line
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "a character YAML does not allow"
    return TemplateError(
        "The template is not valid YAML",
        where=f"{builder.file}:{line}",
        found=str(problem)[:200],
        fix="Correct the syntax at this line.",
    )
