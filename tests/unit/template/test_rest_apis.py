"""REST APIs, however a template writes them: SAM events, OpenAPI bodies, resources of their own."""

import json

import pytest

from emulator.errors import TemplateError
from emulator.model import (
    ApiKey,
    GatewayResponse,
    Quota,
    RequestValidation,
    RestAuthorizer,
    Throttle,
)

HEAD = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.11, CodeUri: src}}\nResources:\n"
APP = "  App: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler}}\n"
PLAIN = """
Resources:
  App:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.11, Handler: app.handler, Code: src}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
  Links:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: links}
  Link:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !Ref Links, PathPart: "{code}"}
  Release: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}
  May:
    Type: AWS::Lambda::Permission
    Properties: {Action: "lambda:InvokeFunction", FunctionName: !Ref App, Principal: apigateway.amazonaws.com}
"""
URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${App.Arn}/invocations"
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"


def methods(api):
    return {(one.http_method, one.resource_path): one for one in api.methods}


def plain_method(**properties):
    """PLAIN with one method that has these properties besides what every method needs."""
    whole = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Ref": "Link"},
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": URI}},
        **properties,
    }
    return f"{PLAIN}  Get: {json.dumps({'Type': 'AWS::ApiGateway::Method', 'Properties': whole})}\n"


def event(verb, path, **more):
    """A SAM event of the API called Api."""
    properties = {"RestApiId": {"Ref": "Api"}, "Path": path, "Method": verb, **more}
    return json.dumps({"Type": "Api", "Properties": properties})


def body(**more):
    """A swagger document with one operation, and whatever else."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": URI}}
    operation = {"x-amazon-apigateway-integration": integration, **more.pop("operation", {})}
    return {"swagger": "2.0", "info": {"title": "links"}, "paths": {"/links": {"get": operation}}, **more}


def with_body(document, **properties):
    api = {"StageName": "v1", "DefinitionBody": document, **properties}
    return f"{HEAD}{APP}  Api: {json.dumps({'Type': 'AWS::Serverless::Api', 'Properties': api})}\n"


def test_sam_events_become_methods_of_the_implicit_api(project):
    stack = project.stack(f"""{HEAD}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Events:
        List: {{Type: Api, Properties: {{Path: /links, Method: get}}}}
        Rest: {{Type: Api, Properties: {{Path: "/{{proxy+}}", Method: ANY}}}}
Outputs:
  Url: {{Value: !Sub "https://${{ServerlessRestApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/Prod/links"}}
""")
    api = stack.rest_apis["ServerlessRestApi"]
    found = methods(api)
    assert set(found) == {("GET", "/links"), ("ANY", "/{proxy+}")}
    assert {one.integration.function for one in found.values()} == {"App"}
    assert {one.integration.kind for one in found.values()} == {"aws_proxy"}
    assert (api.stage, api.policy, api.usage_plans) == ("Prod", None, ())
    assert stack.outputs == {"Url": "http://127.0.0.1:3001/Prod/links"}
    assert stack.ignored == ()


def test_sam_api_has_authorizers_keys_models_and_settings(project):
    stack = project.stack(f"""{HEAD}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Variables: {{color: blue}}
      BinaryMediaTypes: [image~1png]
      MinimumCompressionSize: 100
      ApiKeySourceType: HEADER
      MethodSettings:
        - {{HttpMethod: "*", ResourcePath: "/*", ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10}}
        - {{HttpMethod: POST, ResourcePath: "/~1links", ThrottlingBurstLimit: 1}}
      AccessLogSetting: {{DestinationArn: !GetAtt Log.Arn, Format: "$context.requestId"}}
      Models: {{Link: {{type: object, required: [url], properties: {{url: {{type: string}}}}}}}}
      GatewayResponses: {{UNAUTHORIZED: {{StatusCode: 402, ResponseTemplates: {{text/plain: pay}}}}}}
      Auth:
        DefaultAuthorizer: Token
        UsagePlan:
          CreateUsagePlan: PER_API
          Quota: {{Limit: 5, Period: WEEK}}
          Throttle: {{RateLimit: 1, BurstLimit: 2}}
        Authorizers:
          Token:
            FunctionArn: !GetAtt Check.Arn
            Identity: {{Header: X-Token, ValidationExpression: "^a.*", ReauthorizeEvery: 9}}
          Asked: {{FunctionArn: !GetAtt Check.Arn, FunctionPayloadType: REQUEST, Identity: {{QueryStrings: [key]}}}}
          Pool: {{UserPoolArn: "{POOL}"}}
  Log: {{Type: AWS::Logs::LogGroup}}
  Check: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler}}}}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Events:
        Add: {event("post", "/links", RequestModel={"Model": "Link", "ValidateBody": True, "Required": True})}
        Ask: {event("get", "/asked", Auth={"Authorizer": "Asked", "ApiKeyRequired": True})}
        Who: {event("get", "/me", Auth={"Authorizer": "Pool", "AuthorizationScopes": ["a/read"]})}
        Sign: {event("get", "/signed", Auth={"Authorizer": "AWS_IAM"})}
        Open: {event("get", "/open", Auth={"Authorizer": "NONE"})}
""")
    api = stack.rest_apis["Api"]
    found = {path: one for (_, path), one in methods(api).items()}
    assert {path: one.authorizer for path, one in found.items()} == {
        "/links": "Token",
        "/asked": "Asked",
        "/me": "Pool",
        "/signed": "AWS_IAM",
        "/open": None,
    }
    assert api.authorizers["Token"] == RestAuthorizer(
        "Token", "token", ("method.request.header.X-Token",), "Check", validation_expression="^a.*", ttl_s=9
    )
    assert api.authorizers["Asked"].identity_sources == ("method.request.querystring.key",)
    assert api.authorizers["Pool"].issuers == ("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",)
    assert api.authorizers["AWS_IAM"].kind == "iam"
    assert found["/me"].scopes == ("a/read",)
    assert [path for path, one in found.items() if one.api_key_required] == ["/asked"]
    link = found["/links"]
    assert (link.validation, link.request_models) == (RequestValidation(body=True), {"application/json": "link"})
    assert api.models["link"]["required"] == ["url"]
    assert (api.throttle, link.throttle) == (Throttle(5, 10), Throttle(10_000, 1))
    assert (api.stage_variables, api.binary_media_types, api.minimum_compression_bytes) == (
        {"color": "blue"},
        ("image/png",),
        100,
    )
    assert (api.access_log_group, api.access_log_format) == ("shop-Log", "$context.requestId")
    assert api.gateway_responses == {"UNAUTHORIZED": GatewayResponse("UNAUTHORIZED", 402, {}, {"text/plain": "pay"})}
    (plan,) = api.usage_plans
    assert (plan.quota, plan.throttle) == (Quota(5, "WEEK"), Throttle(1, 2))
    (key,) = plan.keys
    assert (len(key.value), key.enabled) == (40, True)
    assert [entry.reason for entry in stack.ignored] == [f"none is given; here the key is {key.value}"]


def test_preflights_that_sam_writes_are_mocks(project):
    stack = project.stack(f"""{HEAD}
  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, Cors: "'http://a'"}}}}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Events: {{List: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: /links, Method: get}}}}}}
""")
    preflight = methods(stack.rest_apis["Api"])["OPTIONS", "/links"].integration
    assert preflight.kind == "mock"
    assert json.loads(preflight.request_templates["application/json"]) == {"statusCode": 200}
    (response,) = preflight.responses
    assert (response.status, response.selection_pattern) == (200, None)
    assert response.parameters["method.response.header.Access-Control-Allow-Origin"] == "'http://a'"


def test_swagger_and_openapi_say_the_same(project):
    parameter = {"name": "page", "in": "query", "required": True}
    validators = {"all": {"validateRequestBody": True, "validateRequestParameters": True}}
    extras = {"x-amazon-apigateway-request-validators": validators, "x-amazon-apigateway-request-validator": "all"}
    schema = {"type": "object"}
    swagger = body(
        operation={
            "operationId": "list",
            "parameters": [{"$ref": "#/parameters/page"}, {"in": "body", "schema": {"$ref": "#/definitions/Link"}}],
        },
        parameters={"page": parameter},
        definitions={"Link": schema},
        **extras,
    )
    openapi = body(
        operation={
            "operationId": "list",
            "parameters": [parameter],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Link"}}}},
        },
        components={"schemas": {"Link": schema}},
        **extras,
    )
    openapi = {"openapi": "3.0.1", **{key: value for key, value in openapi.items() if key != "swagger"}}
    for document in (swagger, openapi):
        api = project.stack(with_body(document)).rest_apis["Api"]
        (one,) = api.methods
        assert (one.operation_name, one.validation) == ("list", RequestValidation(body=True, parameters=True))
        assert one.request_parameters == {"method.request.querystring.page": True}
        assert (one.request_models, api.models) == ({"application/json": "Link"}, {"Link": schema})


def test_schema_without_a_name_gets_one(project):
    operation = {"parameters": [{"in": "body", "name": "b", "schema": {"type": "array"}}], "consumes": ["text/json"]}
    api = project.stack(with_body(body(operation=operation))).rest_apis["Api"]
    (name,) = api.models
    assert api.methods[0].request_models == {"text/json": name}


def test_extensions_of_the_document_are_read(project):
    document = body(
        **{
            "x-amazon-apigateway-binary-media-types": ["*/*"],
            "x-amazon-apigateway-minimum-compression-size": 5,
            "x-amazon-apigateway-api-key-source": "AUTHORIZER",
            "x-amazon-apigateway-gateway-responses": {"DEFAULT_5XX": {"statusCode": "503"}},
            "x-amazon-apigateway-policy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "execute-api:Invoke",
                        "Resource": "execute-api:/*/GET/*",
                        "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
                    }
                ],
            },
        }
    )
    api = project.stack(with_body(document)).rest_apis["Api"]
    assert (api.binary_media_types, api.minimum_compression_bytes, api.api_key_source) == (("*/*",), 5, "AUTHORIZER")
    assert api.gateway_responses["DEFAULT_5XX"].status == 503
    (statement,) = api.policy["Statement"]
    assert statement["Resource"] == [f"arn:aws:execute-api:eu-west-1:123456789012:{api.api_id}/*/GET/*"]


@pytest.mark.parametrize("how", ["uri", "include"])
def test_body_may_lie_in_a_file_beside_the_template(project, how):
    document = body()
    document["paths"]["/links"]["get"]["x-amazon-apigateway-integration"] = {"type": "mock"}
    project.file("api.json", json.dumps(document))
    include = "DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.json}}}"
    written = "DefinitionUri: api.json" if how == "uri" else include
    stack = project.stack(
        f"{HEAD}{APP}  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {written}}}}}\n"
    )
    assert set(methods(stack.rest_apis["Api"])) == {("GET", "/links")}


def test_resources_of_their_own_become_methods(project):
    stack = project.stack(
        plain_method(
            AuthorizationType="COGNITO_USER_POOLS",
            AuthorizerId={"Ref": "Pool"},
            AuthorizationScopes=["a/b"],
            ApiKeyRequired=True,
            RequestParameters={"method.request.header.X-Page": "true"},
            RequestModels={"application/json": {"Ref": "Model"}},
            RequestValidatorId={"Ref": "Validator"},
            OperationName="getLink",
            MethodResponses=[{"StatusCode": 200, "ResponseParameters": {"method.response.header.X-A": True}}],
        )
        + f"""
  Pool:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Name: pool
      Type: COGNITO_USER_POOLS
      IdentitySource: method.request.header.Auth
      ProviderARNs: ["{POOL}"]
  Model:
    Type: AWS::ApiGateway::Model
    Properties: {{RestApiId: !Ref Api, Name: Link, Schema: '{{"type": "object"}}'}}
  Validator:
    Type: AWS::ApiGateway::RequestValidator
    Properties: {{RestApiId: !Ref Api, ValidateRequestBody: true}}
  Missing:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: DEFAULT_4XX
      ResponseParameters: {{gatewayresponse.header.A: "'b'"}}
  Key: {{Type: AWS::ApiGateway::ApiKey, Properties: {{Name: partner, Value: secret-secret-secret, Enabled: true}}}}
  Idle: {{Type: AWS::ApiGateway::ApiKey, Properties: {{Value: another-secret-of-it}}}}
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties:
      ApiStages:
        - ApiId: !Ref Api
          Stage: live
          Throttle: {{"/links/{{code}}/GET": {{RateLimit: 1, BurstLimit: 2}}}}
  Link1:
    Type: AWS::ApiGateway::UsagePlanKey
    Properties: {{KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan}}
  Link2:
    Type: AWS::ApiGateway::UsagePlanKey
    Properties: {{KeyId: !Ref Idle, KeyType: API_KEY, UsagePlanId: !Ref Plan}}
"""
    )
    api = stack.rest_apis["Api"]
    one = methods(api)["GET", "/links/{code}"]
    assert (one.authorizer, one.scopes, one.api_key_required) == ("pool", ("a/b",), True)
    assert api.authorizers["pool"].identity_sources == ("method.request.header.Auth",)
    assert one.request_parameters == {"method.request.header.X-Page": True}
    assert (one.request_models, api.models) == ({"application/json": "Link"}, {"Link": {"type": "object"}})
    assert (one.validation, one.operation_name) == (RequestValidation(body=True), "getLink")
    assert one.responses[200].parameters == {"method.response.header.X-A": True}
    assert api.gateway_responses["DEFAULT_4XX"].parameters == {"gatewayresponse.header.A": "'b'"}
    (plan,) = api.usage_plans
    assert plan.method_throttles == {("/links/{code}", "GET"): Throttle(1, 2)}
    assert [(key.name, key.value, key.enabled) for key in plan.keys] == [
        ("partner", "secret-secret-secret", True),
        ("Idle", "another-secret-of-it", False),
    ]
    assert isinstance(plan.keys[0], ApiKey)
    assert (api.stage, bool(api.deployment_id)) == ("live", True)


def test_integration_as_the_console_exports_it(project):
    document = body()
    document["paths"]["/links"]["get"]["x-amazon-apigateway-integration"] = {
        "type": "AWS",
        "uri": {"Fn::Sub": URI},
        "httpMethod": "POST",
        "passthroughBehavior": "when_no_templates",
        "contentHandling": "CONVERT_TO_TEXT",
        "requestTemplates": {"application/json": "{}", "text/plain": None},
        "responses": {
            "default": {"statusCode": "200", "responseTemplates": {"application/json": None}},
            "5\\d{2}": {"statusCode": 503, "responseParameters": {"method.response.header.A": "'b'"}},
        },
        "cacheKeyParameters": [],
        "cacheNamespace": "x",
    }
    integration = project.stack(with_body(document)).rest_apis["Api"].methods[0].integration
    assert (integration.kind, integration.passthrough) == ("aws", "WHEN_NO_TEMPLATES")
    assert integration.request_templates == {"application/json": "{}"}
    default, failed = integration.responses
    assert (default.status, default.selection_pattern, default.templates) == (200, None, {})
    assert (failed.status, failed.selection_pattern) == (503, "5\\d{2}")


def test_custom_integration_keeps_its_templates_and_patterns(project):
    stack = project.stack(
        plain_method(
            Integration={
                "Type": "AWS",
                "IntegrationHttpMethod": "POST",
                "Uri": {"Fn::Sub": URI},
                "PassthroughBehavior": "NEVER",
                "RequestTemplates": {"application/json": "$input.body"},
                "IntegrationResponses": [
                    {"StatusCode": 200, "ResponseTemplates": {"application/json": "{}"}},
                    {"StatusCode": "404", "SelectionPattern": "gone.*", "ContentHandling": "CONVERT_TO_TEXT"},
                ],
                "TimeoutInMillis": 5000,
            }
        )
    )
    integration = stack.rest_apis["Api"].methods[0].integration
    assert (integration.kind, integration.passthrough, integration.timeout_ms) == ("aws", "NEVER", 5000)
    assert [(one.status, one.selection_pattern) for one in integration.responses] == [(200, None), (404, "gone.*")]


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_http_server_may_be_behind_a_method(project, kind):
    integration = {
        "Type": kind,
        "IntegrationHttpMethod": "ANY",
        "Uri": "https://${stageVariables.host}/links/{code}",
        "RequestParameters": {"integration.request.path.code": "method.request.path.code"},
    }
    stage = "StageName: live, StageDescription: {Variables: {host: links.example}}"
    text = plain_method(Integration=integration).replace("StageName: live", stage)
    found = project.stack(text).rest_apis["Api"].methods[0].integration
    assert (found.kind, found.uri) == (kind.lower(), "https://links.example/links/{code}")
    assert found.http_method == "ANY"


def test_function_may_be_named_by_a_stage_variable(project):
    uri = URI.replace("${App.Arn}", "${App.Arn}:${!stageVariables.alias}")
    document = body()
    document["paths"]["/links"]["get"]["x-amazon-apigateway-integration"]["uri"] = {"Fn::Sub": uri}
    stack = project.stack(with_body(document, Variables={"alias": "live"}))
    assert stack.rest_apis["Api"].methods[0].integration.function == "App"


@pytest.mark.parametrize(
    ("integration", "reason"),
    [
        ({"Type": "HTTP_PROXY", "Uri": "http://a", "ConnectionType": "VPC_LINK"}, "there is no VPC here"),
        ({"Type": "MAGIC"}, "MAGIC integration"),
        ({"Type": "AWS", "Uri": "arn:aws:apigateway:eu-west-1:sqs:path/123456789012/q"}, "sqs:path"),
        ({}, "an empty integration"),
    ],
)
def test_method_that_cannot_run_stays_and_is_listed(project, integration, reason):
    stack = project.stack(plain_method(Integration=integration))
    (one,) = stack.rest_apis["Api"].methods
    assert one.integration.kind == "not_run"
    (ignored,) = stack.ignored
    assert "GET /links/{code} answers 501" in ignored.reason
    assert reason in ignored.reason


def test_every_stage_is_served_with_its_own_settings(project):
    stage = "{{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Api, StageName: {}}}}}"
    stages = f"  one: {stage.format('one')}\n  two: {stage.format('two, Variables: {hall: b}')}\n"
    stack = project.stack(plain_method() + stages)
    api = stack.rest_apis["Api"]
    (second,) = api.further_stages
    assert [(one.stage, one.stage_variables) for one in (api, second)] == [("one", {}), ("two", {"hall": "b"})]
    assert second.methods == api.methods
    assert stack.ignored == ()


def test_function_that_api_gateway_may_not_call_is_told(project):
    text = plain_method().replace("apigateway.amazonaws.com", "sns.amazonaws.com")
    (ignored,) = project.stack(text).ignored
    assert "no AWS::Lambda::Permission lets apigateway.amazonaws.com call App" in ignored.reason
    proxy = {"Type": "AWS_PROXY", "Uri": {"Fn::Sub": URI}, "Credentials": "arn:aws:iam::123456789012:role/api"}
    own_role = plain_method(Integration=proxy).replace("apigateway.amazonaws.com", "sns.amazonaws.com")
    assert project.stack(own_role).ignored == ()


def test_api_without_a_stage_is_listed(project):
    stack = project.stack(plain_method().replace(", StageName: live", ""))
    assert stack.rest_apis == {}
    assert [(entry.logical_id, entry.reason) for entry in stack.ignored] == [
        ("Api", "it has no stage, so AWS would not serve it either")
    ]


GUARDED = {"security": [{"own": []}]}


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (body(operation=GUARDED), "unknown authorizer own"),
        (body(operation=GUARDED, securityDefinitions={"own": {"type": "oauth2"}}), "authorizer own cannot run"),
        (body(operation={"x-amazon-apigateway-auth": {"type": "CUSTOM"}}), "AWS_IAM"),
        (body(operation={"x-amazon-apigateway-request-validator": "none such"}), "none such"),
        (body(security=[{"own": []}]), "unknown authorizer own"),
        (body(swagger="1.2"), "1.2"),
        (body(operation={"parameters": [{"$ref": "#/parameters/none"}]}), "#/parameters/none"),
    ],
)
def test_what_guards_a_body_is_never_dropped(project, document, says):
    with pytest.raises(TemplateError, match=says):
        project.stack(with_body(document))


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"AuthorizationType": "CUSTOM", "AuthorizerId": "none"}, "AuthorizerId"),
        ({"AuthorizationType": "MAGIC"}, "MAGIC"),
        ({"RequestValidatorId": "none"}, "RequestValidatorId"),
        ({"ResourceId": "elsewhere"}, "ResourceId"),
        ({"HttpMethod": "FETCH"}, "FETCH"),
        ({"Integration": {"Type": "MOCK", "IntegrationResponses": [{"SelectionPattern": "("}]}}, "SelectionPattern"),
    ],
)
def test_what_guards_a_method_is_never_dropped(project, properties, says):
    with pytest.raises(TemplateError, match=says):
        project.stack(plain_method(**properties))


@pytest.mark.parametrize(
    ("authorizer", "says"),
    [
        ({"Type": "TOKEN", "AuthorizerUri": "arn:aws:lambda:eu-west-1:1:function:other"}, "does not run here"),
        ({"Type": "COGNITO_USER_POOLS"}, "no user pool"),
        ({"Type": "COGNITO_USER_POOLS", "ProviderARNs": ["pool"]}, "ProviderARNs"),
        ({"Type": "SAML"}, "SAML"),
        ({"Type": "REQUEST", "AuthorizerUri": {"Fn::Sub": URI}}, "IdentitySource"),
        ({"Type": "TOKEN", "AuthorizerUri": {"Fn::Sub": URI}, "IdentitySource": "$request.header.A"}, "IdentitySource"),
        ({"Type": "TOKEN", "AuthorizerUri": {"Fn::Sub": URI}, "IdentityValidationExpression": "("}, "Expression"),
    ],
)
def test_authorizer_that_cannot_run_refuses_to_start(project, authorizer, says):
    text = plain_method(AuthorizationType="CUSTOM", AuthorizerId={"Ref": "Own"})
    own = {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {"RestApiId": {"Ref": "Api"}, "Name": "own", **authorizer},
    }
    with pytest.raises(TemplateError, match=says):
        project.stack(f"{text}  Own: {json.dumps(own)}\n")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, "StringEquals aws:SourceVpce"),
        ({"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::1:user/eve"}}, "denies somebody"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "here"}}}, "'here' does not appear"),
        ({"Effect": "Maybe"}, "no well-formed statements"),
    ],
)
def test_resource_policy_that_cannot_be_checked_refuses_to_start(project, statement, says):
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **statement}]}
    text = plain_method().replace("Properties: {Name: shop}", f"Properties: {json.dumps({'Policy': policy})}")
    with pytest.raises(TemplateError, match=says):
        project.stack(text)


def test_resources_that_go_round_in_a_circle_are_refused(project):
    text = plain_method().replace("ParentId: !GetAtt Api.RootResourceId", 'ParentId: "nowhere"')
    with pytest.raises(TemplateError, match="ParentId"):
        project.stack(text)


def test_mutual_tls_is_refused_and_a_domain_listed(project):
    domain = "  Domain: {{Type: AWS::ApiGateway::DomainName, Properties: {{DomainName: api.example{0}}}}}\n"
    stack = project.stack(plain_method() + domain.format(""))
    assert [entry.logical_id for entry in stack.ignored] == ["Domain"]
    with pytest.raises(TemplateError, match="MutualTlsAuthentication"):
        project.stack(plain_method() + domain.format(", MutualTlsAuthentication: {TruststoreUri: s3://a/b}"))
