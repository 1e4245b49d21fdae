"""As much of Lambda's Get and List as tools ask for before they invoke.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import flask

from emulator.gateway.function_description import configuration, description
from emulator.gateway.function_reference import FunctionDirectory, RefusedError
from emulator.model import Function
from emulator.payloads.http_message import HttpResponse


def blueprint(functions: FunctionDirectory) -> flask.Blueprint:
    """GET /2015-03-31/functions, …/<name> and …/<name>/configuration."""
    routes = flask.Blueprint("function_api", __name__, url_prefix="/2015-03-31/functions")
    routes.add_url_rule("/", "list", lambda: _listed(functions), methods=["GET"], strict_slashes=False)
    for rule, describe in (("/<path:name>/configuration", configuration), ("/<path:name>", description)):
        routes.add_url_rule(rule, rule, _named(functions, describe), methods=["GET"])
    return routes


def as_flask(response: HttpResponse) -> flask.Response:
    return flask.Response(response.body, response.status, list(response.headers))


def as_json(document: object) -> flask.Response:
    return flask.Response(json.dumps(document), content_type="application/json")


def _listed(functions: FunctionDirectory) -> flask.Response:
    return as_json({"Functions": [configuration(function) for function in functions.all()], "NextMarker": None})


def _named(
    functions: FunctionDirectory, describe: Callable[[Function], dict[str, Any]]
) -> Callable[[str], flask.Response]:
    def view(name: str) -> flask.Response:
        try:
            return as_json(describe(functions.named(name, flask.request.args.get("Qualifier"))))
        except RefusedError as refused:
            return as_flask(refused.response)

    return view
