"""Carries local paths (CodeUri, ContentUri, DefinitionUri) through the SAM transform, which accepts only S3 URIs.

`sam package` uploads such a folder and writes an s3:// URI; we write one that names the local path itself.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-package.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from emulator.template.document import Document, read
from emulator.template.intrinsics import Resolver, function_name

_BUCKET = "terrarium-local-path"
_PATHS: Mapping[str, str] = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::Api": "DefinitionUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
# Without any of these, `sam package` ships the folder of the template.
_CODE = ("CodeUri", "InlineCode", "ImageUri")


def local_path(code: Any) -> str | None:
    """The local path that a Code or Content property stands for, or None when it is really in S3."""
    if isinstance(code, str):
        return None if code.startswith("s3://") else code
    if isinstance(code, dict) and code.get("S3Bucket") == _BUCKET and isinstance(code.get("S3Key"), str):
        return unquote(code["S3Key"])
    return None


def localised(document: Document, resolver: Resolver, folder: Path) -> dict[str, Any]:
    """A copy of the template that the translator accepts and may change. `resolver` knows parameters and mappings."""
    template = copy.deepcopy(document.value)
    shared = template.get("Globals")
    defaults = shared.get("Function") if isinstance(shared, dict) else None
    if isinstance(defaults, dict) and "CodeUri" in defaults:
        defaults["CodeUri"] = _uri(_resolved(defaults["CodeUri"], resolver))
    resources = template.get("Resources")
    for logical_id, resource in resources.items() if isinstance(resources, dict) else ():
        if isinstance(resource, dict):
            _localise(logical_id, resource, defaults, resolver, folder)
    return template


def _localise(logical_id: str, resource: dict[str, Any], defaults: Any, resolver: Resolver, folder: Path) -> None:
    if resource.get("Type") == "AWS::Serverless::Application":
        # The translator would ask the Serverless Application Repository; we list nested stacks as ignored.
        resource.update({"Type": "AWS::CloudFormation::Stack", "Properties": {}})
    name = _PATHS.get(str(resource.get("Type")))
    properties = resource.setdefault("Properties", {}) if name else None
    if name is None or not isinstance(properties, dict):
        return
    if name == "CodeUri" and not _has_code(properties, defaults):
        properties["CodeUri"] = "."
    uri = _resolved(properties.get(name), resolver, logical_id, name)
    if resource["Type"] == "AWS::Serverless::HttpApi" and isinstance(uri, str) and not uri.startswith("s3://"):
        del properties[name]
        properties["DefinitionBody"] = read(folder / uri).value
    elif uri is not None:
        properties[name] = _uri(uri)


def _resolved(value: Any, resolver: Resolver, *owner: str) -> Any:
    """A path may be written with parameters and mappings."""
    trail = ("Resources", owner[0], "Properties", *owner[1:]) if owner else ("Globals", "Function", "CodeUri")
    return resolver.resolve(value, trail) if isinstance(value, dict) and function_name(value) else value


def _has_code(properties: dict[str, Any], defaults: Any) -> bool:
    if properties.get("PackageType") == "Image":
        return True
    return any(name in properties or (isinstance(defaults, dict) and name in defaults) for name in _CODE)


def _uri(path: Any) -> Any:
    if isinstance(path, str) and not path.startswith("s3://"):
        return f"s3://{_BUCKET}/{quote(path, safe='') or '.'}"
    return path
