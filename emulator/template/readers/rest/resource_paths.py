"""The paths of AWS::ApiGateway::Resource, each of which names its parent and a part.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-resource.html
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.template.readers.reading import Reading
from emulator.template.section import Section


def resource_paths(reading: Reading, api_id: str) -> dict[str, str]:
    """Resource id -> path; a resource names its parent, which may come later."""
    root = [identity for name, identity in _roots(reading) if name == api_id]
    parts = {
        reading.names.id(logical_id): (section.text("ParentId"), section.text("PathPart"), section)
        for logical_id, section in reading.of("AWS::ApiGateway::Resource")
        if section.text("RestApiId") == api_id
    }
    paths = dict.fromkeys(root, "/")
    for resource_id in parts:
        paths[resource_id] = _path(resource_id, parts, paths)
    return paths


def _path(resource_id: str, parts: Mapping[str, tuple[str, str, Section]], paths: Mapping[str, str]) -> str:
    segments: list[str] = []
    while resource_id not in paths:
        # A chain longer than there are resources goes round in a circle.
        if resource_id not in parts or len(segments) > len(parts):
            section = next(iter(parts.values()))[2]
            raise section.fault(
                "ParentId", found=repr(resource_id), fix="Name a resource of this API, or its RootResourceId."
            )
        resource_id, segment, _ = parts[resource_id]
        segments.insert(0, segment)
    return f"{paths[resource_id].rstrip('/')}/{'/'.join(segments)}".rstrip("/") or "/"


def _roots(reading: Reading) -> list[tuple[str, str]]:
    """API id and the id of its root resource."""
    names = reading.names
    return [
        (names.id(logical_id), names.id(f"{logical_id}/root"))
        for logical_id, _ in reading.of("AWS::ApiGateway::RestApi")
    ]
