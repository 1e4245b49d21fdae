"""What authorizers of all kinds of API have in common."""

from __future__ import annotations

import re
from typing import Any

from emulator.template.readers.function_index import FunctionIndex
from emulator.template.section import Section


def openapi_extension(name: str, scheme: Section, runs: str) -> Section:
    """x-amazon-apigateway-authorizer of a security scheme; raises UnsupportedError for any other scheme. `runs`: what
    of it runs here."""
    extension = scheme.sub("x-amazon-apigateway-authorizer")
    if extension.values:
        return extension
    found: Any = scheme.values.get("x-amazon-apigateway-authtype") or scheme.values.get("type")
    raise scheme.unsupported(
        None,
        what=f"authorizer {name} cannot run here",
        found=f"type {found}",
        fix=f"Terrarium runs {runs} authorizers; serve this API without it only on purpose.",
    )


def authorizer_function(section: Section, functions: FunctionIndex, uri: str) -> str:
    """The logical id of the function that judges; raises UnsupportedError for one that is elsewhere."""
    function = functions.find(uri)
    if function is None:
        raise section.unsupported(
            "AuthorizerUri",
            found=f"{uri}, which does not run here",
            fix="Put the authorizer's function into this template.",
        )
    return function


def identity_sources(section: Section, form: re.Pattern[str], fix: str) -> tuple[str, ...]:
    """A list, or one text with commas; each must have the `form`."""
    sources = tuple(
        part.strip() for text in section.texts("IdentitySource") for part in text.split(",") if part.strip()
    )
    for source in sources:
        if not form.fullmatch(source):
            raise section.fault("IdentitySource", found=repr(source)[:60], fix=fix)
    return sources
