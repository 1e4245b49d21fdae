"""Request validators of a REST API: required parameters, and bodies against a model (JSON schema, draft 4).

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.gateway.rest.parameters import mapped
from emulator.gateway.rest.ports import Refusal
from emulator.model import RestApi, RestMethod
from emulator.payloads.rest_call import RestCall

if TYPE_CHECKING:
    from jsonschema import Draft4Validator

_DEFAULT_TYPE = "application/json"
_INVALID_BODY = "Invalid request body"


class RequestValidation:
    """The validators of one API; a model is prepared when it is first needed."""

    def __init__(self, api: RestApi) -> None:
        self._models = api.models
        self._prepared: dict[str, Draft4Validator] = {}
        self._lock = threading.Lock()

    def refusal(self, call: RestCall) -> Refusal | None:
        method = call.matched
        missing = _missing(call, method) if method.validation.parameters else []
        if missing:
            message = f"Missing required request parameters: [{', '.join(missing)}]"
            return Refusal("BAD_REQUEST_PARAMETERS", message)
        return self._body_refusal(call) if method.validation.body else None

    def _body_refusal(self, call: RestCall) -> Refusal | None:
        schema = _model_name(call)
        if schema is None:
            return None
        try:
            # Without a body, what is validated is an empty object.
            document = json.loads(call.request.body or b"{}")
        except (ValueError, RecursionError):
            return Refusal("BAD_REQUEST_BODY", _INVALID_BODY, validation_error="[Invalid JSON]")
        errors = sorted(self._validator(schema).iter_errors(document), key=lambda error: list(map(str, error.path)))
        if not errors:
            return None
        return Refusal("BAD_REQUEST_BODY", _INVALID_BODY, validation_error=_listed(errors))

    def _validator(self, name: str) -> Draft4Validator:
        with self._lock:
            if name not in self._prepared:
                self._prepared[name] = _validator(name, self._models)
            return self._prepared[name]


def _missing(call: RestCall, method: RestMethod) -> list[str]:
    required = (expression for expression, needed in method.request_parameters.items() if needed)
    return [expression.split(".", 3)[-1] for expression in required if not mapped(expression, call)]


def _model_name(call: RestCall) -> str | None:
    """The model of the request's content type; a type without a model is not validated."""
    models = call.matched.request_models
    wanted = (call.request.header("content-type") or _DEFAULT_TYPE).partition(";")[0].strip().lower()
    for content_type, name in models.items():
        if content_type.partition(";")[0].strip().lower() == wanted:
            return name
    return models.get("$default")


def _validator(name: str, models: Mapping[str, Mapping[str, Any]]) -> Draft4Validator:
    # jsonschema costs 9 MB of memory that an API without validators keeps.
    from emulator.gateway.rest.model_schema import validator

    return validator(name, models)


def _listed(errors: list[Any]) -> str:
    return f"[{', '.join(error.message for error in errors)}]"
