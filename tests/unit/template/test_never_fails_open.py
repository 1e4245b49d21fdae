"""What guards a route is either run or refused; nothing is served without its authorisation."""

import copy
import json

import pytest

from emulator.errors import TemplateError, UnsupportedError

FUNCTION = "  App: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.11, Handler: app.handler, Code: src}}\n"
STAGE = "  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default}}\n"
INTEGRATION = {"type": "aws_proxy", "uri": {"Fn::GetAtt": ["App", "Arn"]}, "payloadFormatVersion": "2.0"}


def load_body(project, operation, schemes=None, **more):
    body = {
        "openapi": "3.0.1",
        "paths": {
            "/x": {"get": {"x-amazon-apigateway-integration": INTEGRATION, **operation}},
            **more.pop("paths", {}),
        },
        "components": {"securitySchemes": schemes or {}},
        **more,
    }
    api = f"  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Body: {json.dumps(body)}}}}}\n"
    return project.stack(f"Resources:\n{FUNCTION}{api}{STAGE}")


IAM = {"sig": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"}}
JWT = {
    "jwt": {
        "type": "oauth2",
        "x-amazon-apigateway-authorizer": {
            "type": "jwt",
            "identitySource": "$request.header.Authorization",
            "jwtConfiguration": {"issuer": "https://i", "audience": ["a"]},
        },
    }
}


def changed(schemes, path, value):
    schemes = copy.deepcopy(schemes)
    part = schemes
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return schemes


EXTENSION = ("jwt", "x-amazon-apigateway-authorizer")


@pytest.mark.parametrize(
    ("security", "schemes"),
    [
        ([{"sig": []}], IAM),
        ([{"absent": []}], JWT),
        ([{"NONE": []}, {"absent": []}], JWT),
        ([{"jwt": []}, {"sig": []}], {**JWT, **IAM}),
        ([{"key": []}], {"key": {"type": "apiKey"}}),
        ([{"NONE": []}], {"NONE": {"type": "apiKey"}}),
        ([{"jwt": []}], changed(JWT, (*EXTENSION, "type"), "token")),
        ([{"jwt": []}], changed(JWT, (*EXTENSION, "type"), None)),
        (
            [{"jwt": []}],
            changed(JWT, EXTENSION, {"type": "request", "authorizerUri": "arn:aws:lambda:eu-west-1:1:function:other"}),
        ),
    ],
)
def test_a_route_whose_authorizer_cannot_run_is_refused(project, security, schemes):
    with pytest.raises(UnsupportedError) as error:
        load_body(project, {"security": security}, schemes)
    assert "template.yaml:" in error.value.where


@pytest.mark.parametrize("audience", [[], None])
def test_a_jwt_authorizer_without_audience_is_refused(project, audience):
    schemes = changed(JWT, (*EXTENSION, "jwtConfiguration", "audience"), audience)
    with pytest.raises(TemplateError, match="Audience is missing"):
        load_body(project, {"security": [{"jwt": []}]}, schemes)


def test_security_of_the_whole_body_guards_operations_without_their_own(project):
    stack = load_body(project, {}, JWT, security=[{"jwt": ["read"]}])
    assert [(route.authorizer, route.scopes) for route in stack.http_apis["Api"].routes] == [("jwt", ("read",))]


def test_an_operation_with_an_optional_authorizer_is_guarded(project):
    stack = load_body(project, {"security": [{}, {"jwt": []}]}, JWT)
    assert [route.authorizer for route in stack.http_apis["Api"].routes] == ["jwt"]


def test_an_operation_may_say_that_it_is_public(project):
    stack = load_body(project, {"security": []}, JWT, security=[{"jwt": []}])
    assert [route.authorizer for route in stack.http_apis["Api"].routes] == [None]


PROXY = {"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": "http://admin"}}
CATCH_ALL = {"/$default": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": INTEGRATION}}}


def test_a_guarded_route_that_cannot_run_must_not_fall_through_to_a_public_one(project):
    with pytest.raises(UnsupportedError, match=r"public route ANY \$default, which would answer instead"):
        load_body(project, {**PROXY, "security": [{"jwt": []}]}, JWT, paths=CATCH_ALL)


def test_a_route_that_cannot_run_is_listed_where_nothing_is_lost(project):
    stack = load_body(project, PROXY, paths=CATCH_ALL)
    assert ["GET /x" in entry.reason for entry in stack.ignored] == [True]
    guarded = load_body(project, {**PROXY, "security": [{"jwt": []}]}, JWT)
    assert guarded.http_apis["Api"].routes == ()


def test_parameter_mapping_is_refused_because_it_may_guard(project):
    integration = {**INTEGRATION, "requestParameters": {"remove:header.x-user": "''"}}
    with pytest.raises(UnsupportedError, match="RequestParameters"):
        load_body(project, {"x-amazon-apigateway-integration": integration})


@pytest.mark.parametrize("kind", ["AWS_IAM", "SOMETHING"])
def test_authorization_types_of_routes_that_cannot_run_are_refused(project, kind):
    with pytest.raises(UnsupportedError, match=f"AuthorizationType; found {kind}"):
        project.load(f"""
            Resources:
              App: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.11, Handler: app.handler, Code: src}}}}
              Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: a, Target: !GetAtt App.Arn}}}}
              Route:
                Type: AWS::ApiGatewayV2::Route
                Properties: {{ApiId: !Ref Api, RouteKey: GET /x, AuthorizationType: {kind}}}
        """)


def test_a_route_with_an_authorizer_of_another_template_is_refused(project):
    with pytest.raises(UnsupportedError, match="AuthorizerId"):
        project.load(
            f"""
            Resources:
            {FUNCTION.strip()}
              Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: a, Target: !GetAtt App.Arn}}}}
              Route:
                Type: AWS::ApiGatewayV2::Route
                Properties: {{ApiId: !Ref Api, RouteKey: GET /x, AuthorizationType: JWT, AuthorizerId: abc123}}
        """.replace("            Resources:\n            ", "            Resources:\n              ")
        )


def test_sam_iam_authorization_is_refused(project):
    with pytest.raises(UnsupportedError, match="AWS_IAM"):
        project.load("""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Api:
                Type: AWS::Serverless::HttpApi
                Properties: {Auth: {EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM}}
              App:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: python3.11
                  Handler: app.handler
                  CodeUri: src
                  Events: {Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /x, Method: get}}}
        """)


def test_a_route_that_asks_for_an_api_key_is_refused(project):
    with pytest.raises(UnsupportedError, match="ApiKeyRequired"):
        project.load(
            f"Resources:\n{FUNCTION}"
            "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, Target: !GetAtt App.Arn}}\n"
            "  Route: {Type: AWS::ApiGatewayV2::Route,"
            " Properties: {ApiId: !Ref Api, RouteKey: GET /x, ApiKeyRequired: true}}\n"
        )


def test_mutual_tls_is_refused(project):
    with pytest.raises(UnsupportedError, match="MutualTlsAuthentication"):
        project.load("""
            Resources:
              Domain:
                Type: AWS::ApiGatewayV2::DomainName
                Properties: {DomainName: a.b, MutualTlsAuthentication: {TruststoreUri: "s3://b/k"}}
        """)


def test_cors_with_credentials_for_everybody_is_refused_as_on_aws(project):
    with pytest.raises(TemplateError, match="AllowCredentials"):
        load_body(project, {}, **{"x-amazon-apigateway-cors": {"allowOrigins": ["*"], "allowCredentials": True}})
