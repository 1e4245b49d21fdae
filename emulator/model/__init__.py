"""Values that travel between the rooms: frozen, typed, without I/O.

Everything here is read from a template (Stack and its parts), stands for one run of a function
(Invocation, Outcome) or names what a backend serves (Endpoints, Created). Units are in the names.
"""

from emulator.model.apis import Authorizer, Cors, HttpApi, Route, Throttle
from emulator.model.distributions import (
    Behavior,
    BucketAccess,
    CachePolicy,
    Distribution,
    EdgeCors,
    ErrorPage,
    Origin,
    OriginGroup,
    OriginRequestPolicy,
    ResponseHeader,
    ResponseHeadersPolicy,
    Selection,
)
from emulator.model.function_urls import FunctionUrl
from emulator.model.functions import AsyncConfig, Function
from emulator.model.invocations import (
    AsyncInvoker,
    AwsCall,
    Invocation,
    Invoker,
    LogLine,
    Observer,
    Outcome,
    OutcomeKind,
)
from emulator.model.notifications import (
    BucketNotification,
    RelayQueue,
    RelayRoute,
    RuleTarget,
    Schedule,
    TargetInput,
    TopicSubscription,
)
from emulator.model.places import Ignored, Place
from emulator.model.resources import Created, Lookups, Resource
from emulator.model.rest_apis import (
    ApiKey,
    GatewayResponse,
    IntegrationResponse,
    MethodResponse,
    Quota,
    RequestValidation,
    RestApi,
    RestAuthorizer,
    RestIntegration,
    RestMethod,
    UsagePlan,
)
from emulator.model.stacks import Door, Stack
from emulator.model.surroundings import Clock, Endpoints
from emulator.model.triggers import QueueMessage, StreamShard, Trigger
from emulator.model.websocket_apis import WebSocketApi, WebSocketAuthorizer, WebSocketIntegration, WebSocketRoute

__all__ = [
    "ApiKey",
    "AsyncConfig",
    "AsyncInvoker",
    "Authorizer",
    "AwsCall",
    "Behavior",
    "BucketAccess",
    "BucketNotification",
    "CachePolicy",
    "Clock",
    "Cors",
    "Created",
    "Distribution",
    "Door",
    "EdgeCors",
    "Endpoints",
    "ErrorPage",
    "Function",
    "FunctionUrl",
    "GatewayResponse",
    "HttpApi",
    "Ignored",
    "IntegrationResponse",
    "Invocation",
    "Invoker",
    "LogLine",
    "Lookups",
    "MethodResponse",
    "Observer",
    "Origin",
    "OriginGroup",
    "OriginRequestPolicy",
    "Outcome",
    "OutcomeKind",
    "Place",
    "QueueMessage",
    "Quota",
    "RelayQueue",
    "RelayRoute",
    "RequestValidation",
    "Resource",
    "ResponseHeader",
    "ResponseHeadersPolicy",
    "RestApi",
    "RestAuthorizer",
    "RestIntegration",
    "RestMethod",
    "Route",
    "RuleTarget",
    "Schedule",
    "Selection",
    "Stack",
    "StreamShard",
    "TargetInput",
    "Throttle",
    "TopicSubscription",
    "Trigger",
    "UsagePlan",
    "WebSocketApi",
    "WebSocketAuthorizer",
    "WebSocketIntegration",
    "WebSocketRoute",
]
