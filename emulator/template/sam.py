"""Turns SAM into plain CloudFormation with AWS's own translator, offline. Local paths come out as they went in.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from emulator.errors import TemplateError, UnsupportedError
from emulator.template import sam_apart, sam_artifacts
from emulator.template.context import Context
from emulator.template.document import Document
from emulator.template.intrinsics import Resolver
from emulator.template.places import Places

TRANSFORM = "AWS::Serverless-2016-10-31"
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
KEPT = 50
"""So many results of the translator are kept."""


def transforms(document: Document) -> tuple[str, ...]:
    """The transforms a template asks for; raises UnsupportedError for macros that only AWS can run."""
    raw = document.value.get("Transform", [])
    names = raw if isinstance(raw, list) else [raw]
    for name in names:
        if name not in (TRANSFORM, LANGUAGE_EXTENSIONS):
            shown = name.get("Name", name) if isinstance(name, dict) else name
            raise UnsupportedError(
                "A transform that runs only in AWS",
                where=str(document.places.at(("Transform",))),
                found=repr(shown)[:80],
                fix=f"Terrarium runs {TRANSFORM} and {LANGUAGE_EXTENSIONS}; write the macro's result instead.",
            )
    return tuple(names)


def transformed(document: Document, resolver: Resolver, context: Context, folder: Path) -> dict[str, Any]:
    """The template as plain CloudFormation; raises TemplateError where the translator refuses it."""
    source = sam_artifacts.localised(document, resolver, folder)
    parameters = resolver.scope.parameters
    key = json.dumps([version("aws-sam-translator"), source, parameters, context.region], default=str, sort_keys=False)
    # In the folder that `terrarium reset` keeps: like installed packages it follows from what it is named after.
    stored = context.state / "cache" / "transforms" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(stored.read_text("ascii")))
    result = _translated(source, parameters, context, document.places)
    # Only a cache: the next start saves the second that importing the translator costs.
    with contextlib.suppress(OSError, ValueError, RecursionError):
        _store(
            result, stored, unfinished=stored.with_suffix(f".{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}")
        )
    return result


def _store(result: dict[str, Any], stored: Path, unfinished: Path) -> None:
    """Whole or not at all, and only so many: each edit of a template makes another."""
    stored.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_text(json.dumps(result), "ascii")
    unfinished.replace(stored)
    for old in sorted(stored.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _translated(
    source: dict[str, Any], parameters: Mapping[str, Any], context: Context, places: Places
) -> dict[str, Any]:
    if context.translate_apart:
        result, messages = sam_apart.translate(source, parameters, context.region, context.partition)
        if result is None:
            raise _refused(messages, places)
        return result
    # Imported here: it costs most of a second, which plain CloudFormation need not pay.
    from emulator.template.sam_translator import TranslatorRefusedError, translate

    try:
        return translate(source, parameters, context.region, context.partition)
    except TranslatorRefusedError as error:
        raise _refused(error.messages, places) from None


def _refused(messages: list[str], places: Places) -> TemplateError:
    """The translator's first message with its place; it names the logical id or event in brackets."""
    first = messages[0] if messages else "no reason"
    place = places.at(("Resources",))
    for name in re.findall(r"\[([^\[\]]+)\]", first):
        if ("Resources", name) in places.lines:
            place = _nearest(places, name, first)
            break
    more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
    return TemplateError(
        "The SAM template is not valid", where=str(place), found=" ".join(first.split())[:400] + more, fix="Correct it."
    )


def _nearest(places: Places, logical_id: str, message: str) -> Any:
    """The place of a property that the message quotes, else of the resource."""
    for quoted in re.findall(r"'([\w.]+)'", message):
        trail = ("Resources", logical_id, "Properties", *quoted.split("."))
        if trail in places.lines:
            return places.at(trail)
    return places.resource(logical_id)
