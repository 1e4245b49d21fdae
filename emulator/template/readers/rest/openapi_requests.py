"""What an OpenAPI operation takes: parameters, bodies and the schemas they are checked against.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-sample-api-swagger.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from emulator.template.readers.rest.table import RestTable
from emulator.template.section import Section

_PLACES: Mapping[str, str] = {"header": "header", "path": "path", "query": "querystring"}


def add_models(body: Section, table: RestTable) -> None:
    """Named schemas; their references to each other stay as written."""
    for section in (body.sub("definitions"), body.sub("components").sub("schemas")):
        for name, schema in section.mappings():
            table.models[name] = schema.values


def request_parameters(body: Section, item: Section, operation: Section) -> dict[str, bool]:
    """ "method.request.querystring.q" -> required; those of the path item are shared by its operations."""
    found = {}
    for parameter in (*_parameters(body, item), *_parameters(body, operation)):
        place = _PLACES.get(parameter.text("in", ""))
        if place is not None:
            # A path variable is always there, whatever OpenAPI wants written.
            found[f"method.request.{place}.{parameter.text('name')}"] = parameter.flag("required")
    return found


def request_models(body: Section, operation: Section, key: str, table: RestTable) -> dict[str, str]:
    """Content type -> model; a schema without a name gets one."""
    schemas = dict(_schemas(body, operation))
    return {content_type: _model(schema, f"{key} {content_type}", table) for content_type, schema in schemas.items()}


def _schemas(body: Section, operation: Section) -> Iterator[tuple[str, Section]]:
    request_body = _followed(body, operation.sub("requestBody"))
    for content_type, media in request_body.sub("content").mappings():
        if "schema" in media:
            yield content_type, media.sub("schema")
    consumed = operation.texts("consumes") or body.texts("consumes") or ("application/json",)
    for parameter in _parameters(body, operation):
        if parameter.text("in", "") == "body" and "schema" in parameter:
            for content_type in consumed:
                yield content_type, parameter.sub("schema")


def _model(schema: Section, name: str, table: RestTable) -> str:
    reference = schema.optional_text("$ref")
    if reference is None:
        table.models[name] = schema.values
        return name
    named = reference.rpartition("/")[2]
    if named not in table.models:
        raise schema.fault("$ref", found=repr(reference), fix="Define this schema in the document.")
    return named


def _parameters(body: Section, section: Section) -> list[Section]:
    return [_followed(body, parameter) for parameter in section.subs("parameters")]


def _followed(body: Section, section: Section) -> Section:
    """What a `#/…` reference leads to."""
    reference = section.optional_text("$ref")
    if reference is None:
        return section
    found = body
    for step in reference.removeprefix("#/").split("/"):
        if step not in found:
            raise section.fault("$ref", found=repr(reference), fix="Define it in the document.")
        found = found.sub(step)
    return found
