"""REST APIs: one deployed stage with its methods, authorizers, keys, validation and gateway responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.model.apis import Throttle
from emulator.model.places import Place

ContentHandling = Literal["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]
PassthroughBehavior = Literal["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """What a non-proxy integration's answer becomes; without a selection pattern it is the default.

    parameters: "method.response.header.Name" -> "'literal'", "integration.response.header.Name",
    "integration.response.body.json.path", "context.name" or "stageVariables.name".
    templates: content type -> mapping template (VTL).
    """

    status: int
    selection_pattern: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    content_handling: ContentHandling | None = None


@dataclass(frozen=True, slots=True)
class RestIntegration:
    """What is behind a method. `function` (a logical id of the stack) belongs to aws_proxy and aws, `uri` to http.

    not_run: a method that Terrarium cannot serve, with its `reason`; it stays there, so that no other answers for it.

    request_parameters: "integration.request.header.Name" (or path, querystring) -> as in IntegrationResponse, with
    "method.request.header.Name" (querystring, path, multivalueheader, multivaluequerystring, body) as sources.
    request_templates: content type -> mapping template.
    """

    kind: Literal["aws_proxy", "aws", "mock", "http_proxy", "http", "not_run"]
    function: str | None = None
    reason: str = ""
    uri: str | None = None
    http_method: str = "POST"
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    request_templates: Mapping[str, str] = field(default_factory=dict)
    passthrough: PassthroughBehavior = "WHEN_NO_MATCH"
    content_handling: ContentHandling | None = None
    timeout_ms: int = 29_000
    responses: tuple[IntegrationResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class MethodResponse:
    """A declared response. `parameters`: "method.response.header.Name" -> required (AWS does not check it)."""

    status: int
    parameters: Mapping[str, bool] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestValidation:
    """A request validator: which of body (against the method's model) and required parameters it checks."""

    body: bool = False
    parameters: bool = False


@dataclass(frozen=True, slots=True)
class RestMethod:
    """One method of one resource: `http_method` is a verb or ANY, `resource_path` a template as "/links/{code}".

    request_parameters: "method.request.querystring.name" (header, path) -> required.
    request_models: content type -> name in RestApi.models. `authorizer` is a name in RestApi.authorizers.
    """

    http_method: str
    resource_path: str
    resource_id: str
    integration: RestIntegration
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()
    api_key_required: bool = False
    request_parameters: Mapping[str, bool] = field(default_factory=dict)
    request_models: Mapping[str, str] = field(default_factory=dict)
    validation: RequestValidation = RequestValidation()
    responses: Mapping[int, MethodResponse] = field(default_factory=dict)
    throttle: Throttle | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class RestAuthorizer:
    """A Lambda (token or request) or Cognito authorizer, or iam: AWS's own signatures (AuthorizationType AWS_IAM).

    identity_sources: "method.request.header.Authorization", "method.request.querystring.name", "stageVariables.name",
    "context.name"; exactly one header for token and cognito. A ttl_s of 0 means no cache.
    user_pool_arns belong to cognito.
    """

    name: str
    kind: Literal["token", "request", "cognito", "iam"]
    identity_sources: tuple[str, ...] = ()
    function: str | None = None
    validation_expression: str | None = None
    ttl_s: int = 300
    user_pool_arns: tuple[str, ...] = ()

    @property
    def issuers(self) -> tuple[str, ...]:
        """The token issuers of the user pools: arn:aws:cognito-idp:REGION:ACCOUNT:userpool/POOL."""
        parts = [arn.split(":", 5) for arn in self.user_pool_arns if ":userpool/" in arn]
        return tuple(
            f"https://cognito-idp.{region}.amazonaws.com/{pool.removeprefix('userpool/')}"
            for _, _, _, region, _, pool in parts
        )


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """A customised answer of the gateway itself, as UNAUTHORIZED or DEFAULT_4XX.

    parameters: "gatewayresponse.header.Name" -> "'literal'", "method.request.header.Name", "context.name" or
    "stageVariables.name". templates: content type -> text with $context, $method and $stageVariables (no VTL).
    """

    response_type: str
    status: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key; disabled ones are kept, so that they are refused as AWS refuses them."""

    key_id: str
    name: str
    value: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` requests a period; `offset` were already used in the first one."""

    limit: int
    period: Literal["DAY", "WEEK", "MONTH"]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """A usage plan as far as it concerns the API's stage: its keys, and what each key may do.

    method_throttles: (resource path, method) -> throttle, which counts besides the plan's own.
    """

    plan_id: str
    name: str
    keys: tuple[ApiKey, ...] = ()
    throttle: Throttle | None = None
    quota: Quota | None = None
    method_throttles: Mapping[tuple[str, str], Throttle] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RestApi:
    """An API Gateway REST API at one deployed stage, which is always part of the path.

    models: name -> JSON schema (draft 4) as a dict. gateway_responses: by type. usage_plans: those of this stage.
    policy: the resource policy as a dict, resource names completed; None lets everybody call.
    minimum_compression_bytes: responses of at least this size are compressed; None: never.
    further_stages: the same API at its other stages; they have none themselves.
    """

    logical_id: str
    api_id: str
    name: str
    place: Place
    stage: str
    deployment_id: str = ""
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    methods: tuple[RestMethod, ...] = ()
    authorizers: Mapping[str, RestAuthorizer] = field(default_factory=dict)
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    usage_plans: tuple[UsagePlan, ...] = ()
    api_key_source: Literal["HEADER", "AUTHORIZER"] = "HEADER"
    binary_media_types: tuple[str, ...] = ()
    minimum_compression_bytes: int | None = None
    policy: Mapping[str, Any] | None = None
    throttle: Throttle | None = None
    access_log_group: str | None = None
    access_log_format: str | None = None
    further_stages: tuple[RestApi, ...] = ()
