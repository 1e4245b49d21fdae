"""Puts files beside the template where it includes them: Fn::Transform with AWS::Include, as `sam package` does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.template.document import Document, read

_TRANSFORM = "Fn::Transform"


def included(document: Document, folder: Path) -> Document:
    """The document with every local file in its place; what lies in S3 stays a transform, which is refused later."""
    return replace(document, value=_filled(document.value, folder))


def _filled(value: Any, folder: Path) -> Any:
    if isinstance(value, list):
        return [_filled(item, folder) for item in value]
    if not isinstance(value, dict):
        return value
    location = _location(value.get(_TRANSFORM))
    if location is None:
        return {name: _filled(item, folder) for name, item in value.items()}
    beside = {name: _filled(item, folder) for name, item in value.items() if name != _TRANSFORM}
    return {**read(folder / location).value, **beside}


def _location(transform: Any) -> str | None:
    if not isinstance(transform, dict) or transform.get("Name") != "AWS::Include":
        return None
    parameters = transform.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, dict) else None
    return location if isinstance(location, str) and not location.startswith("s3://") else None
