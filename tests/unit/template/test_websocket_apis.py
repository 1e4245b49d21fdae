"""WebSocket APIs of a template: what is read, what is listed, and what refuses to start."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import TemplateError, UnsupportedError
from emulator.model import Throttle, WebSocketApi, WebSocketAuthorizer, WebSocketIntegration
from tests.unit.template.conftest import Project

FUNCTION = "  App: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.11, Handler: app.handler, Code: src}}\n"
URI = "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${App.Arn}/invocations'"
CALLABLE = (
    "  MayBeCalled: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref App, "
    "Action: 'lambda:InvokeFunction', Principal: apigateway.amazonaws.com}}\n"
)
API = "ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action"
LAMBDA = f"IntegrationType: AWS_PROXY, IntegrationUri: {URI}"
HTTP = "IntegrationType: HTTP_PROXY, IntegrationUri: 'https://a.example'"
STAGE = "StageName: prod"


def resource(logical_id: str, kind: str, properties: str) -> str:
    return f"  {logical_id}: {{Type: 'AWS::ApiGatewayV2::{kind}', Properties: {{{properties}}}}}\n"


def template(
    routes: str = "", *, api: str = API, integration: str = LAMBDA, stage: str = STAGE, further: str = ""
) -> str:
    """A template with one API; `routes` are whole resources, an integration `To` is there for them."""
    return (
        "Resources:\n"
        + FUNCTION
        + CALLABLE
        + resource("Chat", "Api", api)
        + resource("To", "Integration", f"ApiId: !Ref Chat, {integration}")
        + resource("Stage", "Stage", f"ApiId: !Ref Chat, {stage}")
        + routes
        + further
    )


def route(key: str, more: str = "", name: str = "Route") -> str:
    target = "" if "Target" in more else ", Target: !Sub 'integrations/${To}'"
    return resource(name, "Route", f"ApiId: !Ref Chat, RouteKey: '{key}'{target}{', ' + more if more else ''}")


def read(project: Project, text: str) -> WebSocketApi:
    return project.stack(text).websocket_apis["Chat"]


def reasons(project: Project, text: str) -> str:
    return "\n".join(f"{one.logical_id}.{one.property}: {one.reason}" for one in project.stack(text).ignored)


def authorizer(more: str = "", uri: str = URI) -> str:
    return resource("Guard", "Authorizer", f"ApiId: !Ref Chat, Name: guard, AuthorizerUri: {uri}{more}")


GUARDED = "AuthorizationType: CUSTOM, AuthorizerId: !Ref Guard"
REQUEST = ", AuthorizerType: REQUEST, IdentitySource: [route.request.header.Token]"


def test_api_has_its_stage_and_routes(project: Project) -> None:
    routes = route("$connect") + route("send", name="Send")
    stage = f"{STAGE}, StageVariables: {{color: red}}, DefaultRouteSettings: {{ThrottlingRateLimit: 5}}"
    stage += ", RouteSettings: {send: {ThrottlingBurstLimit: 2}}"
    api = read(project, template(routes, stage=stage))

    assert (api.stage, api.stage_variables) == ("prod", {"color": "red"})
    assert api.selection_expression == "$request.body.action"
    assert set(api.routes) == {"$connect", "send"}
    assert api.routes["send"].integration == WebSocketIntegration("lambda", "App")
    assert api.throttle == Throttle(5, 5_000)
    assert api.routes["send"].throttle == Throttle(10_000, 2)


def test_it_is_no_http_api_and_leaves_nothing_out(project: Project) -> None:
    stack = project.stack(template(route("$default")))
    assert (stack.http_apis, stack.ignored) == ({}, ())


def test_function_that_api_gateway_may_not_call_on_aws_is_told(project: Project) -> None:
    text = template(route("$connect", GUARDED), further=authorizer(REQUEST)).replace(CALLABLE, "")
    told = reasons(project, text)

    for place in ("To.IntegrationUri", "Guard.AuthorizerUri"):
        assert f"{place}: no AWS::Lambda::Permission lets apigateway.amazonaws.com call App" in told


def test_its_public_urls_become_local_ones(project: Project) -> None:
    outputs = """
Outputs:
  Url: {Value: !Sub "wss://${Chat}.execute-api.${AWS::Region}.amazonaws.com/${Stage}"}
  Endpoint: {Value: !GetAtt Chat.ApiEndpoint}
  Connections: {Value: !Sub "https://${Chat}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod"}
"""
    stack = project.stack(
        template(route("$default")) + outputs, websocket_url=lambda _, index: f"http://127.0.0.1:{3101 + index}"
    )
    assert stack.outputs == {
        "Url": "ws://127.0.0.1:3101/prod",
        "Endpoint": "ws://127.0.0.1:3101",
        "Connections": "http://127.0.0.1:3101/prod",
    }


def test_two_way_route_needs_its_route_response(project: Project) -> None:
    two_way = "RouteResponseSelectionExpression: $default"
    response = resource("Answer", "RouteResponse", "ApiId: !Ref Chat, RouteId: !Ref Route, RouteResponseKey: $default")
    alone = template(route("$default", two_way))

    assert read(project, template(route("$default", two_way), further=response)).routes["$default"].two_way
    assert not read(project, alone).routes["$default"].two_way
    assert "no AWS::ApiGatewayV2::RouteResponse" in reasons(project, alone)


def test_authorizer_of_connect_is_read(project: Project) -> None:
    ttl = ", AuthorizerResultTtlInSeconds: 300"
    text = template(route("$connect", GUARDED), further=authorizer(REQUEST + ttl))
    api = read(project, text)

    assert api.routes["$connect"].authorizer == "guard"
    assert api.authorizers == {"guard": WebSocketAuthorizer("guard", "App", ("route.request.header.Token",))}
    assert "every handshake asks the authorizer" in reasons(project, text)


@pytest.mark.parametrize(
    "text",
    [
        template(route("$connect", "AuthorizationType: AWS_IAM")),
        template(route("$connect", "AuthorizationType: JWT")),
        template(route("$connect", "ApiKeyRequired: true")),
        template(route("$connect", "AuthorizationType: CUSTOM, AuthorizerId: nobody")),
        template(route("$connect", GUARDED), further=authorizer(", AuthorizerType: JWT")),
        template(route("$connect", GUARDED), further=authorizer(REQUEST, uri="arn:aws:lambda:x:y:function:other")),
        template(route("$connect"), integration=HTTP),
        template(route("$connect"), integration=LAMBDA.replace("${App.Arn}", "arn:aws:lambda:x:y:function:other")),
    ],
)
def test_what_guards_a_connection_and_cannot_run_refuses_to_start(project: Project, text: str) -> None:
    with pytest.raises(UnsupportedError) as refused:
        project.stack(text)
    assert "template.yaml:" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        template(route("send", GUARDED), further=authorizer(REQUEST)),
        template(route("$default", "Target: integrations/nobody")),
        template(route("$default"), api="ProtocolType: WEBSOCKET"),
        template(route("$default"), api="ProtocolType: WEBSOCKET, RouteSelectionExpression: $context.routeKey"),
        template(route("$default", "RouteResponseSelectionExpression: $request.body.x")),
        template(route("$connect", GUARDED), further=authorizer(REQUEST.replace("route.request", "$request"))),
        template(route("$default"), integration=f"{LAMBDA}, TimeoutInMillis: 30000"),
    ],
)
def test_what_aws_would_refuse_is_refused(project: Project, text: str) -> None:
    with pytest.raises(TemplateError):
        project.stack(text)


@pytest.mark.parametrize("integration", [HTTP, "IntegrationType: AWS"])
def test_route_that_cannot_run_is_listed_and_fails(project: Project, integration: str) -> None:
    text = template(route("pay"), integration=integration)
    assert read(project, text).routes["pay"].integration.kind == "unserved"
    assert "Route.Target: messages to route pay fail" in reasons(project, text)


def mock(request: str, *answers: tuple[str, str]) -> tuple[str, str]:
    """The properties of a mock and its integration responses."""
    integration = f"IntegrationType: MOCK, TemplateSelectionExpression: '200', RequestTemplates: {{'200': '{request}'}}"
    responses = "".join(
        resource(
            f"Answer{number}",
            "IntegrationResponse",
            f"ApiId: !Ref Chat, IntegrationId: !Ref To, IntegrationResponseKey: '{key}', "
            f"ResponseTemplates: {{$default: '{reply}'}}",
        )
        for number, (key, reply) in enumerate(answers)
    )
    return integration, responses


@pytest.mark.parametrize(
    ("answers", "status", "reply"),
    [
        ((), 200, None),
        ((("$default", "pong"),), 200, "pong"),
        ((("$default", "pong"), ("/4\\d\\d/", "no")), 403, "no"),
        ((("$default", "pong"), ("/4\\d\\d/", "no")), 200, "pong"),
    ],
)
def test_mock_answers_with_the_template_of_its_status(
    project: Project, answers: tuple[tuple[str, str], ...], status: int, reply: Any
) -> None:
    integration, responses = mock(f'{{"statusCode": {status}}}', *answers)
    api = read(project, template(route("ping"), integration=integration, further=responses))
    assert api.routes["ping"].integration == WebSocketIntegration("mock", status=status, reply=reply)


def test_mock_whose_template_has_logic_is_listed(project: Project) -> None:
    integration, responses = mock('{"statusCode": 200}', ("$default", "#if(true)x#end"))
    text = template(route("ping"), integration=integration, further=responses)
    assert read(project, text).routes["ping"].integration.kind == "unserved"
    assert "its response template has logic" in reasons(project, text)


def test_api_without_a_stage_is_listed(project: Project) -> None:
    text = "Resources:\n" + FUNCTION + resource("Chat", "Api", API)
    assert project.stack(text).websocket_apis == {}
    assert "it has no stage" in reasons(project, text)
