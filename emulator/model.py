"""Values that travel between the rooms: frozen, typed, without I/O.

Everything here is read from a template (Stack and its parts), stands for one run of a function
(Invocation, Outcome) or names what a backend serves (Endpoints, Created). Units are in the names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

# ---------------------------------------------------------------- a place in a template


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a template: the file and its 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A property of a template that has no effect here, listed at start."""

    logical_id: str
    property: str
    reason: str
    place: Place


# ---------------------------------------------------------------- resources


@dataclass(frozen=True, slots=True)
class Resource:
    """One CloudFormation resource after the SAM transform, in creation order, properties not yet resolved."""

    logical_id: str
    type: str
    place: Place
    depends_on: tuple[str, ...] = ()
    deletion_policy: str = "Delete"


@dataclass(frozen=True, slots=True)
class Created:
    """What `Ref` (physical_id) and `Fn::GetAtt` (attributes) of a resource give once it exists.

    `notes` are sentences for the person: what of the resource has no effect here.
    """

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Lookups(Protocol):
    """What a template may ask of the account it is deployed to. Each raises LookupFailedError when absent."""

    def ssm_parameter(self, name: str, version: str | None) -> str:
        """The (decrypted) value of an SSM parameter."""

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        """A Secrets Manager secret string, or one key of it."""

    def export(self, name: str) -> str:
        """The value another stack exports under this name."""


# ---------------------------------------------------------------- functions


@dataclass(frozen=True, slots=True)
class AsyncConfig:
    """How Lambda treats asynchronous invocations of a function (EventInvokeConfig and DeadLetterConfig)."""

    max_retries: int = 2
    max_age_s: int = 21_600
    on_success: str | None = None
    on_failure: str | None = None
    dead_letter_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function. `code` is the folder that ships (CodeUri), `layers` folders laid under /opt."""

    logical_id: str
    name: str
    arn: str
    place: Place
    runtime: str
    handler: str
    code: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[Path, ...] = ()
    timeout_s: int = 3
    memory_mb: int = 128
    ephemeral_storage_mb: int = 512
    reserved_concurrency: int | None = None
    log_group: str = ""
    log_format: Literal["Text", "JSON"] = "Text"
    log_level: str | None = None
    tracing: bool = False
    role_arn: str = ""
    async_config: AsyncConfig = AsyncConfig()


# ---------------------------------------------------------------- APIs


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket: `rate_per_s` tokens a second, at most `burst` at once."""

    rate_per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Cors:
    """CORS as the HTTP API itself answers it."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_s: int | None = None
    allow_credentials: bool = False


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A JWT or Lambda authorizer of an HTTP API. `function` is a logical id of the same stack."""

    name: str
    kind: Literal["jwt", "lambda"]
    identity_sources: tuple[str, ...]
    function: str | None = None
    payload_version: Literal["1.0", "2.0"] = "2.0"
    simple_responses: bool = False
    ttl_s: int = 300
    issuer: str | None = None
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One route of an HTTP API: `method` is a verb or ANY, `path` a template or "$default"."""

    method: str
    path: str
    function: str
    payload_version: Literal["1.0", "2.0"] = "2.0"
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()
    timeout_ms: int = 30_000
    throttle: Throttle | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class HttpApi:
    """An API Gateway HTTP API with its one deployed stage."""

    logical_id: str
    api_id: str
    name: str
    place: Place
    stage: str = "$default"
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    cors: Cors | None = None
    throttle: Throttle | None = None
    access_log_group: str | None = None
    access_log_format: str | None = None


# ---------------------------------------------------------------- event sources


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event source mapping: what is polled for which function, and how batches are made and acknowledged."""

    logical_id: str
    kind: Literal["dynamodb", "sqs"]
    function: str
    source_arn: str
    place: Place
    enabled: bool = True
    batch_size: int = 100
    window_s: int = 0
    filters: tuple[str, ...] = ()
    report_batch_item_failures: bool = False
    starting_position: Literal["TRIM_HORIZON", "LATEST"] | None = None
    parallelization_factor: int = 1
    bisect_on_error: bool = False
    max_retries: int | None = None
    max_record_age_s: int | None = None
    tumbling_window_s: int = 0
    on_failure: str | None = None
    maximum_concurrency: int | None = None


# ---------------------------------------------------------------- a whole stack


@dataclass(frozen=True, slots=True)
class Stack:
    """A template ready to run: every value resolved. Maps are keyed by logical id, `exports` by the export's name."""

    name: str
    template: Path
    region: str
    account_id: str
    functions: Mapping[str, Function] = field(default_factory=dict)
    http_apis: Mapping[str, HttpApi] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    resources: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()


# ---------------------------------------------------------------- invocations


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One AWS API call a function made. Sizes in bytes of the bodies; `error` is the AWS error code."""

    service: str
    operation: str
    resource: str
    duration_ms: float
    request_bytes: int
    response_bytes: int
    consumed_capacity: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A request to run a function once. `payload` is the event as JSON bytes; `trigger` says who asked
    ("http", "invoke", "async", "dynamodb", "authorizer", …). `client_context` is the decoded JSON text."""

    function: Function
    payload: bytes
    request_id: str
    trace_id: str
    trigger: str
    client_context: str | None = None


OutcomeKind = Literal["returned", "raised", "timed_out", "crashed", "throttled", "too_large"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an invocation. A handler's failure is data: `payload` is the response, or AWS's error JSON.

    kind: returned; raised (handler or init error); timed_out; crashed (exit, kill, out of memory);
    too_large (response above 6,291,556 bytes); throttled (429, never started).
    """

    kind: OutcomeKind
    payload: bytes
    request_id: str
    trace_id: str = ""
    started_ms: int = 0
    duration_ms: float = 0.0
    init_ms: float | None = None
    memory_used_mb: int = 0
    log_tail: bytes = b""
    calls: tuple[AwsCall, ...] = ()

    @property
    def failed(self) -> bool:
        """True when Lambda would set X-Amz-Function-Error."""
        return self.kind not in ("returned", "throttled")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line (or one record) a function wrote, or a START / END / REPORT line of the platform."""

    function: str
    request_id: str
    timestamp_ms: int
    message: str


class Observer(Protocol):
    """Is told what happened. Both methods return at once: writing is off the hot path."""

    def logged(self, function: Function, lines: Sequence[LogLine]) -> None:
        """Lines of one function, in order; may come while the invocation still runs."""

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        """One invocation is over."""


class Invoker(Protocol):
    """Runs functions of one stack; the runtime implements it, gateway and sources call it."""

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run once and wait. Never raises for a handler's failure."""


class AsyncInvoker(Protocol):
    """Accepts asynchronous invocations durably: once `submit` returns, the event survives kill -9."""

    def submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> None:
        """Store the event in the function's queue on the backend; raises BackendUnavailableError when it cannot."""


# ---------------------------------------------------------------- what event sources read


@dataclass(frozen=True, slots=True)
class StreamShard:
    """One shard of a DynamoDB stream. `last_sequence` is None while the shard is open."""

    id: str
    parent: str | None = None
    first_sequence: str | None = None
    last_sequence: str | None = None


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One received SQS message. `sent_ms` is SentTimestamp, `receive_count` ApproximateReceiveCount."""

    message_id: str
    receipt_handle: str
    body: str
    receive_count: int = 1
    sent_ms: int = 0
    system_attributes: Mapping[str, str] = field(default_factory=dict)
    message_attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


# ---------------------------------------------------------------- backends


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One URL per AWS service: `by_service` (boto3 service id, e.g. "dynamodb") wins over `default`;
    None means the SDK's own endpoint, that is AWS."""

    default: str | None = None
    by_service: Mapping[str, str] = field(default_factory=dict)

    def url(self, service: str) -> str | None:
        return self.by_service.get(service, self.default)

    def as_environment(self) -> dict[str, str]:
        """The AWS_ENDPOINT_URL* variables that handlers and tools read.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        """
        env = {f"AWS_ENDPOINT_URL_{name.upper().replace('-', '_')}": url for name, url in self.by_service.items()}
        if self.default is not None:
            env["AWS_ENDPOINT_URL"] = self.default
        return env


class Clock(Protocol):
    """Time as everything that waits sees it."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
