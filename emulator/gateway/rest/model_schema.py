"""Prepares a model of a REST API for validation. Models may refer to each other, as API Gateway lets them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource
from referencing.jsonschema import DRAFT4

_MODEL = "/models/"


def validator(name: str, models: Mapping[str, Mapping[str, Any]]) -> Draft4Validator:
    """For the model of this name. A reference ends in its model's name:

    https://apigateway.amazonaws.com/restapis/<id>/models/<name>, or #/definitions/<name> of an OpenAPI document.
    """

    def found(uri: str) -> Resource[Any]:
        _, separator, referred = uri.rpartition(_MODEL)
        if not separator or referred not in models:
            raise NoSuchResource(ref=uri)
        return _resource(referred, models)

    registry: Registry[Any] = Registry(retrieve=found)
    return Draft4Validator(_schema(name, models), registry=registry)


def _resource(name: str, models: Mapping[str, Mapping[str, Any]]) -> Resource[Any]:
    return Resource.from_contents(_schema(name, models), default_specification=DRAFT4)


def _schema(name: str, models: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The model with all others as its definitions, unless it has some of that name itself."""
    schema = dict(models[name])
    others = {other: _local(schema) for other, schema in models.items()}
    schema["definitions"] = {**others, **schema.get("definitions", {})}
    return _local(schema) | {"definitions": schema["definitions"]}


def _local(value: Any) -> Any:
    """The schema with references into an OpenAPI document's components pointing at its own definitions."""
    if isinstance(value, list):
        return [_local(item) for item in value]
    if not isinstance(value, dict):
        return value
    local = {key: _local(item) for key, item in value.items()}
    reference = local.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
        local["$ref"] = reference.replace("#/components/schemas/", "#/definitions/", 1)
    return local
