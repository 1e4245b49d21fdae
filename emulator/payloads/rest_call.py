"""A request to a REST API that has found its method: everything that events, templates and answers are built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.model import ApiKey, RestApi, RestMethod
from emulator.payloads.http_message import HttpRequest
from emulator.payloads.request_target import query_pairs


@dataclass(frozen=True, slots=True)
class RestAuthorized:
    """What an authorizer found out: a Lambda authorizer's principal and context, a user pool's claims, who signed.

    context: values are texts, numbers and booleans as the function gave them; an event gets them as texts.
    usage_identifier_key: the API key that a Lambda authorizer names.
    caller: of a signed request, as in requestContext.identity: accessKey, accountId, caller, user, userArn.
    """

    principal_id: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, str] | None = None
    usage_identifier_key: str | None = None
    latency_ms: int = 0
    caller: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RestCall:
    """A request on its way to a method, which is None only where no method was found.

    path: below the stage ("/links/a%20b"); it and path_parameters stay percent-encoded, as a REST API hands them on.
    extended_request_id is what x-amz-apigw-id says; request.request_id is a UUID.
    """

    api: RestApi
    region: str
    account_id: str
    request: HttpRequest
    path: str
    extended_request_id: str
    method: RestMethod | None = None
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    authorized: RestAuthorized | None = None
    api_key: ApiKey | None = None

    @property
    def matched(self) -> RestMethod:
        """The method; only for what runs after routing."""
        if self.method is None:
            raise LookupError("No method was found for this request.")
        return self.method

    @property
    def query(self) -> list[tuple[str, str]]:
        """Decoded name and value pairs in order."""
        return query_pairs(self.request.query, semicolons=True)

    @property
    def domain_name(self) -> str:
        """The host the client used, with its port, so that a URL built from it leads back here."""
        return self.request.header("host") or f"{self.api.api_id}.execute-api.{self.region}.amazonaws.com"

    @property
    def method_arn(self) -> str:
        """What IAM policies name: the method and path requested, not the resource's template.

        A slash at the end leads to the same method, so it must not lead past a policy.
        """
        return (
            f"arn:aws:execute-api:{self.region}:{self.account_id}:{self.api.api_id}"
            f"/{self.api.stage}/{self.request.method}{self.path.rstrip('/') or '/'}"
        )
