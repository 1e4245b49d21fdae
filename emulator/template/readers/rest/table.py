"""Methods, authorizers, models and gateway responses of one REST API as they are collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.model import GatewayResponse, RestAuthorizer, RestMethod
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

VERBS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Authorization:
    """What guards a method; no authorizer means that it is public."""

    authorizer: RestAuthorizer | None = None
    scopes: tuple[str, ...] = ()
    api_key_required: bool = False


@dataclass(slots=True)
class RestTable:
    """Filled by the readers of OpenAPI bodies and of resources; later entries of a key win."""

    api_id: str
    variables: Mapping[str, str]
    methods: dict[tuple[str, str], RestMethod] = field(default_factory=dict)
    authorizers: dict[str, RestAuthorizer] = field(default_factory=dict)
    models: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    gateway_responses: dict[str, GatewayResponse] = field(default_factory=dict)
    _sections: dict[tuple[str, str], Section] = field(default_factory=dict)

    def add(self, section: Section, method: RestMethod, authorization: Authorization) -> None:
        if method.http_method not in VERBS:
            raise section.fault(
                None, what="a method", found=repr(method.http_method), fix=f"Use one of {', '.join(VERBS)}."
            )
        if authorization.authorizer is not None:
            self._add_authorizer(section, authorization.authorizer)
        key = (method.resource_path, method.http_method)
        self.methods[key] = method
        self._sections[key] = section

    def _add_authorizer(self, section: Section, authorizer: RestAuthorizer) -> None:
        """Methods name their authorizer, so two of one name would guard each other's methods."""
        known = self.authorizers.setdefault(authorizer.name, authorizer)
        if known != authorizer:
            raise section.unsupported(
                None,
                what="has an authorizer whose name another one of the API has",
                found=authorizer.name,
                fix="Rename one.",
            )

    def tell_missing_permissions(self, reading: Reading, functions: FunctionIndex) -> None:
        """Once for each function that neither a permission nor a role of the integration's own lets be called."""
        told: set[str] = set()
        for key, method in self.methods.items():
            function, section = method.integration.function, self._sections[key]
            if function is None or function in told or _has_role(section):
                continue
            told.add(function)
            tell_missing_permission(reading, functions, function, "apigateway.amazonaws.com", section, "")

    def list_not_run(self, reading: Reading) -> None:
        for key, method in self.methods.items():
            if method.integration.kind == "not_run":
                reason = f"{method.http_method} {method.resource_path} answers 501: {method.integration.reason}"
                reading.ignore(self._sections[key], "", reason)


def _has_role(method: Section) -> bool:
    """Whether the integration names `Credentials`, in a resource or an OpenAPI operation."""
    plain, extension = method.sub("Integration"), method.sub("x-amazon-apigateway-integration")
    return "Credentials" in plain or "credentials" in extension
