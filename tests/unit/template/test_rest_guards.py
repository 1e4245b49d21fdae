"""What guards a method of a REST API stays there, however it is written."""

import json

import pytest

from emulator.errors import UnsupportedError

URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${App.Arn}/invocations"
KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}
TOKEN = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": {"Fn::Sub": URI}},
}
SIGNED = {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}


def method(project, operation, document):
    """The one method of an API with this operation and document."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": URI}}
    operation = {"x-amazon-apigateway-integration": integration, **operation}
    body = {"swagger": "2.0", "info": {}, "paths": {"/a": {"get": operation}}, **document}
    stack = project.stack(f"""
Resources:
  App: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.11, Handler: app.handler, Code: src}}}}
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Body: {json.dumps(body)}}}}}
  Live: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Api, DeploymentId: d, StageName: live}}}}
""")
    return stack.rest_apis["Api"].methods[0]


def guards(one):
    return one.authorizer, one.api_key_required


def test_signed_method_asks_for_the_documents_key_as_well(project):
    document = {"security": [{"key": []}, {"own": []}], "securityDefinitions": {"key": KEY, "own": TOKEN}}
    assert guards(method(project, SIGNED, document)) == ("AWS_IAM", True)


def test_key_and_authorizer_are_asked_for_both_in_one_requirement_and_in_two(project):
    schemes = {"securityDefinitions": {"key": KEY, "own": TOKEN}}
    for security in ([{"key": [], "own": []}], [{"key": []}, {"own": []}], [{"own": []}, {"key": []}, {}]):
        assert guards(method(project, {"security": security}, schemes)) == ("own", True)


def test_method_that_is_signed_and_has_an_authorizer_of_its_own_is_refused(project):
    with pytest.raises(UnsupportedError, match="several authorizers"):
        method(project, {**SIGNED, "security": [{"own": []}]}, {"securityDefinitions": {"own": TOKEN}})


def test_two_authorizers_of_one_name_are_refused(project):
    method_of = """
  {0}Resource:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: {0}}}
  {0}Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref {0}Resource
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref {0}Guard
      Integration: {{Type: MOCK}}
  {0}Guard:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Name: guard
      Type: TOKEN
      AuthorizerUri: !Sub "{uri}"
      AuthorizerResultTtlInSeconds: {1}
"""
    with pytest.raises(UnsupportedError, match="another one of the API has"):
        project.stack(
            """
Resources:
  App: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.11, Handler: app.handler, Code: src}}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: demo}}
  Live: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}
"""
            + method_of.format("One", 0, uri=URI)
            + method_of.format("Two", 5, uri=URI)
        )
