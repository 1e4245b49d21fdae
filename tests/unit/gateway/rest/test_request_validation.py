"""Request validators: required parameters, and bodies against models."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.gateway.rest.ports import Refusal
from emulator.gateway.rest.request_validation import RequestValidation
from emulator.model import RequestValidation as Validates
from tests.fakes.rest_calls import asked, rest_api, rest_call, rest_method

PERSON = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True}},
}
MODELS = {"Person": PERSON}
REQUIRED = {
    "method.request.querystring.page": True,
    "method.request.header.X-Own": True,
    "method.request.path.code": True,
    "method.request.querystring.size": False,
}


def refusal(sent: Any = None, *, models: Any = MODELS, **values: Any) -> Refusal | None:
    fields: dict[str, Any] = {"validation": Validates(body=True), "request_models": {"application/json": "Person"}}
    here = rest_api(rest_method(**{**fields, **values}), models=models)
    return RequestValidation(here).refusal(rest_call(sent or asked(), api=here))


def body(text: str, **headers: str) -> Any:
    return asked("POST", body=text.encode(), **{"content_type": "application/json", **headers})


def test_request_with_everything_required_passes() -> None:
    sent = asked(query="page=1", x_own="a")
    assert refusal(sent, validation=Validates(parameters=True), request_parameters=REQUIRED) is None


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        (asked(), "page, X-Own"),
        (asked(query="page=", x_own="a"), "page"),
        (asked(query="size=1&page=2"), "X-Own"),
    ],
)
def test_missing_parameters_are_listed_by_name(sent: Any, missing: str) -> None:
    found = refusal(sent, validation=Validates(parameters=True), request_parameters=REQUIRED)
    assert found == Refusal("BAD_REQUEST_PARAMETERS", f"Missing required request parameters: [{missing}]")


def test_parameters_are_checked_before_the_body() -> None:
    both = Validates(body=True, parameters=True)
    found = refusal(body("[]"), validation=both, request_parameters=REQUIRED)
    assert found is not None
    assert found.response_type == "BAD_REQUEST_PARAMETERS"


@pytest.mark.parametrize("text", ['{"name": "Ada"}', '{"name": "Ada", "age": 1, "more": []}'])
def test_body_of_the_model_passes(text: str) -> None:
    assert refusal(body(text)) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"name": 1}', '{"age": 1}', '{"name": "Ada", "age": 0}', "[" * 100_000]
)
def test_every_other_body_is_invalid(text: str) -> None:
    found = refusal(body(text))
    assert found is not None
    assert (found.response_type, found.message) == ("BAD_REQUEST_BODY", "Invalid request body")
    assert found.validation_error


def test_reason_is_told_to_gateway_responses() -> None:
    found = refusal(body('{"age": "old"}'))
    assert found is not None
    assert "'name' is a required property" in (found.validation_error or "")


def test_missing_content_type_means_json() -> None:
    assert refusal(asked("POST", body=b"[]")) is not None
    assert refusal(body("[]", content_type="Application/JSON; charset=utf-8")) is not None


def test_type_without_a_model_is_not_validated() -> None:
    assert refusal(body("[]", content_type="text/plain")) is None


def test_method_that_validates_nothing_takes_everything() -> None:
    assert refusal(body("{"), validation=Validates()) is None


@pytest.mark.parametrize(
    "reference",
    [
        "https://apigateway.amazonaws.com/restapis/abc123def4/models/Person",
        "#/definitions/Person",
        "#/components/schemas/Person",
    ],
)
def test_model_may_refer_to_another(reference: str) -> None:
    models = {**MODELS, "People": {"type": "array", "items": {"$ref": reference}}}
    people = {"application/json": "People"}
    assert refusal(body('[{"name": "Ada"}]'), models=models, request_models=people) is None
    assert refusal(body('[{"name": 1}]'), models=models, request_models=people) is not None


def test_model_may_refer_to_itself() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#/definitions/Tree"}}, "additionalProperties": False}
    named = {"application/json": "Tree"}
    assert refusal(body('{"left": {"left": {}}}'), models={"Tree": tree}, request_models=named) is None
    assert refusal(body('{"left": {"right": {}}}'), models={"Tree": tree}, request_models=named) is not None
