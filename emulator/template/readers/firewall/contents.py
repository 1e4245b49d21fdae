"""FieldToMatch and TextTransformations -> model.Content.

https://docs.aws.amazon.com/waf/latest/APIReference/API_FieldToMatch.html
https://docs.aws.amazon.com/waf/latest/APIReference/API_TextTransformation.html
"""

from __future__ import annotations

from typing import Any

from emulator.model.web_acls import Content, FieldToMatch
from emulator.template.section import Section

TRANSFORMATIONS = frozenset(
    {"NONE", "LOWERCASE", "UPPERCASE", "COMPRESS_WHITE_SPACE", "REMOVE_WHITESPACE", "TRIM", "TRIM_LEFT", "TRIM_RIGHT"}
    | {"URL_DECODE", "URL_DECODE_UNI", "UTF8_TO_UNICODE", "HTML_ENTITY_DECODE", "CSS_DECODE", "JS_DECODE"}
    | {"JS_DECODE_EXT", "ESCAPE_SEQ_DECODE", "BASE64_DECODE", "BASE64_DECODE_EXT", "HEX_DECODE", "SQL_HEX_DECODE"}
    | {"CMD_LINE", "CMD_LINE_UNIX", "CMD_LINE_WIN", "REPLACE_COMMENTS", "REMOVE_COMMENTS_CHAR", "REMOVE_NULLS"}
    | {"REPLACE_NULLS", "NORMALIZE_PATH", "NORMALIZE_PATH_WIN", "MD5", "SHA256"}
)
_PLAIN = ("UriPath", "QueryString", "AllQueryArguments", "Method")
_NAMED = ("SingleHeader", "SingleQueryArgument")
_MAPS = ("Headers", "Cookies")
_OVERSIZE = ("CONTINUE", "MATCH", "NO_MATCH")
_SCOPES = ("ALL", "KEY", "VALUE")
_INVALID = ("", "MATCH", "NO_MATCH", "EVALUATE_AS_STRING")


def read_content(statement: Section) -> Content:
    """The component that a statement looks at, and the transformations before it does."""
    if not statement.items("TextTransformations"):
        raise statement.fault("TextTransformations", what="is missing", found="nothing", fix="Add one, of Type NONE.")
    return Content(read_field(statement.sub("FieldToMatch")), read_transformations(statement))


def read_transformations(statement: Section) -> tuple[str, ...]:
    """By priority, without NONE; an unknown one is an error."""
    listed = sorted(statement.subs("TextTransformations"), key=lambda one: one.number("Priority", 0, 0, 2**31))
    kinds = [one.text("Type") for one in listed]
    for kind, section in zip(kinds, listed, strict=True):
        if kind not in TRANSFORMATIONS:
            raise section.unsupported("Type", found=kind, fix="It is none of the text transformations of AWS WAF.")
    return tuple(kind for kind in kinds if kind != "NONE")


def read_field(section: Section) -> FieldToMatch:
    """A FieldToMatch, which names exactly one component; JA3, JA4 and the order of headers are not known here."""
    named = [name for name in section.values if section.values[name] is not None]
    if len(named) != 1:
        raise section.fault(None, found=", ".join(named) or "nothing", fix="Name one component of the request.")
    kind = named[0]
    below = section.sub(kind)
    if kind in _PLAIN:
        return FieldToMatch(kind)
    if kind in _NAMED:
        return FieldToMatch(kind, name=below.text("Name").lower())
    if kind == "Body":
        return FieldToMatch(kind, oversize=_choice(below, "OversizeHandling", _OVERSIZE, "CONTINUE"))
    if kind in _MAPS:
        return _map(kind, below)
    if kind == "JsonBody":
        return _json(below)
    if kind == "UriFragment":
        return FieldToMatch(kind, oversize=_choice(below, "FallbackBehavior", ("MATCH", "NO_MATCH"), "MATCH"))
    raise section.unsupported(
        kind, found="a component that is not known behind this server", fix="Terrarium cannot judge by it."
    )


def _map(kind: str, below: Section) -> FieldToMatch:
    pattern = below.sub("MatchPattern")
    included, excluded = _listed(pattern, f"Included{kind}"), _listed(pattern, f"Excluded{kind}")
    return FieldToMatch(
        kind,
        oversize=_choice(below, "OversizeHandling", _OVERSIZE, "CONTINUE"),
        scope=_choice(below, "MatchScope", _SCOPES, "ALL"),
        included=included,
        excluded=excluded,
    )


def _json(below: Section) -> FieldToMatch:
    return FieldToMatch(
        "JsonBody",
        oversize=_choice(below, "OversizeHandling", _OVERSIZE, "CONTINUE"),
        scope=_choice(below, "MatchScope", _SCOPES, "ALL"),
        included=below.sub("MatchPattern").texts("IncludedPaths") or None,
        invalid=_choice(below, "InvalidFallbackBehavior", _INVALID, ""),
    )


def _listed(pattern: Section, name: str) -> tuple[str, ...] | None:
    # A reference to all is `All: {}`; a list names some of them.
    return tuple(text.lower() for text in pattern.texts(name)) if name in pattern else None


def _choice(section: Section, name: str, choices: tuple[str, ...], default: str) -> Any:
    return section.one_of(name, choices, default)
