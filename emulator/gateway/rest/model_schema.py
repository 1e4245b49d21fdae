"""Prepares a model of a REST API for validation. Models may refer to each other, as API Gateway lets them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft4Validator
from referencing import Registry

# https://apigateway.amazonaws.com/restapis/<id>/models/<name>, or into the components of an OpenAPI document.
_OTHER_MODEL = re.compile(r"(?:https?://[^#]*/models/|#/components/schemas/)([^/#]+)(.*)")


def validator(name: str, models: Mapping[str, Mapping[str, Any]]) -> Draft4Validator:
    """For the model of this name, with every model among its definitions. Nothing is ever fetched from elsewhere."""
    schema = _local(models[name])
    definitions = {other: _local(model) for other, model in models.items()}
    for model in models.values():
        definitions = {**_local(model.get("definitions") or {}), **definitions}
    own = schema.get("definitions") or {}
    nothing_else: Registry[Any] = Registry()
    return Draft4Validator({**schema, "definitions": {**definitions, **own}}, registry=nothing_else)


def _local(value: Any) -> Any:
    """The schema with its references to other models pointing at the definitions."""
    if isinstance(value, list):
        return [_local(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    local = {key: _local(item) for key, item in value.items()}
    reference = local.get("$ref")
    if isinstance(reference, str):
        local["$ref"] = _OTHER_MODEL.sub(r"#/definitions/\1\2", reference)
    return local
