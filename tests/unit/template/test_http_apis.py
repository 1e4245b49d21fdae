"""HTTP APIs, however a template writes them: SAM events, an OpenAPI body, resources of their own, quick create."""

import json

import pytest

from emulator.errors import TemplateError
from emulator.model import Authorizer, Cors, Throttle

HEAD = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.11, CodeUri: src}}\nResources:\n"
PLAIN = """
  App:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.11, Handler: app.handler, Code: src}
  Check:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.11, Handler: app.handler, Code: src}
"""
URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${App.Arn}/invocations"


def routes(api):
    return {(route.method, route.path): (route.function, route.authorizer) for route in api.routes}


def test_sam_events_become_routes_of_the_implicit_api(project):
    stack = project.stack(f"""{HEAD}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Events:
        List: {{Type: HttpApi, Properties: {{Path: /links, Method: get, TimeoutInMillis: 5000}}}}
        One: {{Type: HttpApi, Properties: {{Path: "/links/{{code}}", Method: ANY, PayloadFormatVersion: "1.0"}}}}
        Rest: {{Type: HttpApi}}
Outputs:
  Url: {{Value: !Sub "https://${{ServerlessHttpApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/links"}}
  Endpoint: {{Value: !GetAtt ServerlessHttpApi.ApiEndpoint}}
""")
    api = stack.http_apis["ServerlessHttpApi"]
    assert routes(api) == {
        ("GET", "/links"): ("App", None),
        ("ANY", "/links/{code}"): ("App", None),
        ("ANY", "$default"): ("App", None),
    }
    by_path = {route.path: route for route in api.routes}
    assert by_path["/links"].timeout_ms == 5000
    assert [by_path[path].payload_version for path in ("/links", "/links/{code}")] == ["2.0", "1.0"]
    assert api.stage == "$default"
    assert stack.outputs == {"Url": "http://127.0.0.1:3001/links", "Endpoint": "http://127.0.0.1:3001"}


def test_sam_default_authorizers_guard_every_route_but_those_that_opt_out(project):
    stack = project.stack(f"""{HEAD}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageName: prod
      StageVariables: {{A: b}}
      Auth:
        DefaultAuthorizer: Jwt
        Authorizers:
          Jwt:
            IdentitySource: $request.header.Authorization
            AuthorizationScopes: [read]
            JwtConfiguration: {{issuer: "https://issuer", audience: [shop]}}
          Own:
            FunctionArn: !GetAtt Check.Arn
            AuthorizerPayloadFormatVersion: "2.0"
            EnableSimpleResponses: true
            Identity: {{Headers: [X-Key], QueryStrings: [key], ReauthorizeEvery: 0}}
      CorsConfiguration: {{AllowOrigins: ["http://a"], AllowMethods: [get], MaxAge: 5, AllowCredentials: true}}
      RouteSettings: {{"GET /a": {{ThrottlingBurstLimit: 5, ThrottlingRateLimit: 2.5}}}}
      DefaultRouteSettings: {{ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50}}
      AccessLogSettings: {{DestinationArn: !GetAtt Log.Arn, Format: "$context.requestId"}}
  Log: {{Type: AWS::Logs::LogGroup}}
  Check: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler, AutoPublishAlias: live}}}}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      AutoPublishAlias: live
      Environment: {{Variables: {{SELF: !Sub "https://${{Api}}.execute-api.${{AWS::Region}}.amazonaws.com/prod"}}}}
      Events: {{}}
  Front:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Events:
        A: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /a, Method: get}}}}
        B: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /b, Method: get, Auth: {{Authorizer: Own}}}}}}
        C: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: /c, Method: get, Auth: {{Authorizer: NONE}}}}}}
""")
    api = stack.http_apis["Api"]
    assert {path: authorizer for (_, path), (_, authorizer) in routes(api).items()} == {
        "/a": "Jwt",
        "/b": "Own",
        "/c": None,
    }
    by_path = {route.path: route for route in api.routes}
    assert by_path["/a"].scopes == ("read",)
    assert by_path["/a"].throttle == Throttle(2.5, 5)
    assert by_path["/b"].throttle is None
    assert api.throttle == Throttle(50, 100)
    assert api.cors == Cors(("http://a",), ("GET",), max_age_s=5, allow_credentials=True)
    assert (api.stage, api.stage_variables, api.access_log_group) == ("prod", {"A": "b"}, "shop-Log")
    assert api.authorizers == {
        "Jwt": Authorizer(
            "Jwt", "jwt", ("$request.header.Authorization",), ttl_s=0, issuer="https://issuer", audience=("shop",)
        ),
        "Own": Authorizer(
            "Own",
            "lambda",
            ("$request.header.X-Key", "$request.querystring.key"),
            function="Check",
            simple_responses=True,
            ttl_s=0,
        ),
    }
    assert stack.functions["App"].environment == {"SELF": "http://127.0.0.1:3001/prod"}


BODY = {
    "openapi": "3.0.1",
    "info": {"title": "links"},
    "x-amazon-apigateway-cors": {"allowOrigins": ["*"], "allowMethods": ["GET"], "maxAge": 60},
    "paths": {
        "/a": {
            "get": {"x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/app"}},
            "parameters": [],
        },
        "/b": {
            "x-amazon-apigateway-any-method": {
                "operationId": "anyB",
                "security": [{"own": []}],
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "httpMethod": "POST",
                    "uri": {"Fn::Sub": URI.replace("${App.Arn}", "${App.Arn}:${!stageVariables.alias}")},
                    "payloadFormatVersion": "1.0",
                    "timeoutInMillis": 1000,
                },
            }
        },
    },
    "components": {
        "x-amazon-apigateway-integrations": {
            "app": {"type": "AWS_PROXY", "uri": {"Fn::Sub": URI}, "payloadFormatVersion": "2.0"}
        },
        "securitySchemes": {
            "own": {
                "type": "apiKey",
                "x-amazon-apigateway-authorizer": {
                    "type": "request",
                    "authorizerUri": {"Fn::Sub": URI.replace("App", "Check")},
                    "authorizerPayloadFormatVersion": "1.0",
                    "identitySource": "$request.header.Authorization, $context.identity.sourceIp",
                    "authorizerResultTtlInSeconds": 60,
                },
            }
        },
    },
}


def with_body(body, extra=""):
    return (
        f"Resources:{PLAIN}{extra}\n  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Body: {json.dumps(body)}}}}}\n"
        "  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: "
        "{ApiId: !Ref Api, StageName: $default, StageVariables: {alias: live}}}\n"
    )


def test_an_openapi_body_is_read_with_its_extensions(project):
    api = project.stack(with_body(BODY)).http_apis["Api"]
    assert api.name == "links"
    assert routes(api) == {("GET", "/a"): ("App", None), ("ANY", "/b"): ("App", "own")}
    guarded = next(route for route in api.routes if route.path == "/b")
    assert (guarded.payload_version, guarded.timeout_ms, guarded.operation_name) == ("1.0", 1000, "anyB")
    assert api.cors == Cors(("*",), ("GET",), max_age_s=60)
    assert api.authorizers["own"] == Authorizer(
        "own",
        "lambda",
        ("$request.header.Authorization", "$context.identity.sourceIp"),
        function="Check",
        payload_version="1.0",
        ttl_s=60,
    )


def test_a_body_may_stand_in_a_file_beside_the_template(project):
    project.file("api.yaml", "openapi: 3.0.1\npaths: {}\n")
    stack = project.stack(
        "Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {BodyS3Location: api.yaml, Name: n}}\n"
        "  S: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default}}\n"
    )
    assert stack.http_apis["Api"].routes == ()
    sam = project.stack(f"{HEAD}  Api: {{Type: AWS::Serverless::HttpApi, Properties: {{DefinitionUri: api.yaml}}}}\n")
    assert sam.http_apis["Api"].routes == ()


RESOURCES = f"""
Resources:{PLAIN}
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: links, ProtocolType: HTTP}}}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt App.Arn
      PayloadFormatVersion: "2.0"
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      Name: own
      AuthorizerType: REQUEST
      AuthorizerUri: !Sub "{URI.replace("App", "Check")}"
      AuthorizerPayloadFormatVersion: "2.0"
      IdentitySource: [$request.header.Authorization]
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: GET /{{code}}
      Target: !Join ["/", [integrations, !Ref Integration]]
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Authorizer
  Default:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: $default, Target: !Sub "integrations/${{Integration}}"}}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {{ApiId: !Ref Api, StageName: dev, AutoDeploy: true}}
"""


def test_routes_integrations_and_authorizers_may_be_resources(project):
    stack = project.stack(RESOURCES)
    api = stack.http_apis["Api"]
    assert routes(api) == {("GET", "/{code}"): ("App", "own"), ("ANY", "$default"): ("App", None)}
    assert api.authorizers["own"].function == "Check"
    assert api.authorizers["own"].ttl_s == 300
    assert stack.ignored == ()


def test_quick_create_makes_a_default_route_and_stage(project):
    text = f"Resources:{PLAIN}  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: n, Target: !GetAtt App.Arn}}}}"
    api = project.stack(text).http_apis["Api"]
    assert routes(api) == {("ANY", "$default"): ("App", None)}
    assert (api.stage, api.routes[0].payload_version) == ("$default", "2.0")


def test_further_apis_have_urls_of_their_own_in_template_order(project):
    stack = project.stack(
        f"Resources:{PLAIN}"
        "  Undeployed: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: z}}\n"
        "  One: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, Target: !GetAtt App.Arn}}\n"
        "  Two: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: b, Target: !GetAtt App.Arn}}\n"
        "Outputs: {One: {Value: !GetAtt One.ApiEndpoint}, Two: {Value: !GetAtt Two.ApiEndpoint}}\n"
    )
    assert stack.outputs == {"One": "http://127.0.0.1:3001", "Two": "http://127.0.0.1:3002"}
    assert [entry.logical_id for entry in stack.ignored] == ["Undeployed"]


def test_api_ids_depend_on_stack_and_logical_id_only(project):
    first = project.stack(RESOURCES).http_apis["Api"].api_id
    assert first == project.stack(f"# moved\n{RESOURCES}").http_apis["Api"].api_id
    assert first != project.stack(RESOURCES, stack_name="other").http_apis["Api"].api_id
    assert len(first) == 10
    assert first.isalnum()
    assert first == first.lower()


def test_of_several_stages_one_is_served_and_the_others_are_listed(project):
    second = "  Other: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default}}\n"
    stack = project.stack(RESOURCES + second)
    assert stack.http_apis["Api"].stage == "$default"
    assert [entry.logical_id for entry in stack.ignored] == ["Stage"]


def test_apis_of_all_kinds_are_told_apart(project):
    stack = project.stack(f"""{HEAD}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Events:
        Http: {{Type: HttpApi}}
        Rest: {{Type: Api, Properties: {{Path: /x, Method: get}}}}
        Tick: {{Type: Schedule, Properties: {{Schedule: rate(1 minute)}}}}
        Topic: {{Type: SNS, Properties: {{Topic: !Ref Topic}}}}
        Bucket: {{Type: S3, Properties: {{Bucket: !Ref Bucket, Events: "s3:ObjectCreated:*"}}}}
  Topic: {{Type: AWS::SNS::Topic}}
  Bucket: {{Type: AWS::S3::Bucket}}
  Socket: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: WEBSOCKET, RouteSelectionExpression: x}}}}
Outputs: {{Rest: {{Value: !Sub "https://${{ServerlessRestApi}}.execute-api.eu-west-1.amazonaws.com/Prod"}}}}
""")
    assert list(stack.http_apis) == ["ServerlessHttpApi"]
    assert list(stack.rest_apis) == ["ServerlessRestApi"]
    assert stack.outputs == {"Rest": "http://127.0.0.1:3002/Prod"}
    assert {entry.logical_id for entry in stack.ignored} == {"Socket"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("RouteKey: GET /{code}", "RouteKey: FETCH /x"), "route key is malformed"),
        (("RouteKey: GET /{code}", "RouteKey: GET code"), "route key is malformed"),
        (('!Sub "integrations/${Integration}"', "integrations/nope"), "an integration of this template"),
        (('PayloadFormatVersion: "2.0"\n  Auth', 'PayloadFormatVersion: "3.0"\n  Auth'), "Use one of 1.0, 2.0"),
        (("[$request.header.Authorization]", "[header.Authorization]"), "IdentitySource"),
    ],
)
def test_faulty_routes_are_refused(project, change, says):
    assert change[0] in RESOURCES
    with pytest.raises(TemplateError, match=says):
        project.load(RESOURCES.replace(*change))


def test_a_body_of_another_openapi_version_is_refused(project):
    with pytest.raises(TemplateError, match=r"OpenAPI 3\.0"):
        project.load(with_body({"swagger": "2.0", "paths": {}}))
