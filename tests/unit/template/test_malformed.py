"""A thousand malformed templates, the same ones every time: each is read, or refused in one sentence with its place."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import TemplateError
from emulator.template import Context, load
from emulator.template.document import read

SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}}
Globals: {Function: {Runtime: python3.11, CodeUri: src, Environment: {Variables: {TABLE: !Ref Table}}}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Own
        Authorizers: {Own: {FunctionArn: !GetAtt Check.Arn, AuthorizerPayloadFormatVersion: "2.0"}}
      DefaultRouteSettings: {ThrottlingBurstLimit: 100}
  Check: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler}}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Policies: [DynamoDBCrudPolicy: {TableName: !Ref Table}]
      Events:
        Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: "/{code}", Method: get}}
        Stream: {Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST}}
  Table: {Type: AWS::DynamoDB::Table}
"""
PLAIN = """
Parameters: {Stage: {Type: String, Default: dev}, Size: {Type: Number, Default: 3, MinValue: 1}}
Mappings: {Memory: {dev: {size: 128}, prod: {size: 512}}}
Conditions: {IsProd: !Equals [!Ref Stage, prod], Both: !And [!Condition IsProd, !Not [!Condition IsProd]]}
Resources:
  App:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      Code: src
      MemorySize: !FindInMap [Memory, !Ref Stage, size]
      Environment: {Variables: {A: !Join ["-", [!Ref Stage, !Select [0, !Split [",", "a,b"]]]], B: !Sub "${Queue.Arn}"}}
  Queue: {Type: AWS::SQS::Queue, DependsOn: Topic}
  Topic: {Type: AWS::SNS::Topic, Condition: IsProd}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref App, EventSourceArn: !GetAtt Queue.Arn, BatchSize: !Ref Size}
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP}}
  Call:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt App.Arn}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /a, Target: !Sub "integrations/${Call}"}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default, RouteSettings: {GET /a: {ThrottlingRateLimit: 1.5}}}
Outputs: {Url: {Value: !GetAtt Api.ApiEndpoint, Export: {Name: !Sub "${AWS::StackName}-url"}}}
"""
REST = """
Resources:
  App:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.11, Handler: app.handler, Code: src}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      BinaryMediaTypes: [image/png]
      MinimumCompressionSize: 5
      Policy:
        Statement:
          - Effect: Allow
            Principal: {AWS: "*"}
            Action: execute-api:Invoke
            Resource: execute-api:/*
            Condition: {IpAddress: {aws:SourceIp: [10.0.0.0/8]}}
      Body:
        swagger: "2.0"
        info: {title: links}
        x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}
        x-amazon-apigateway-gateway-responses: {DEFAULT_4XX: {statusCode: 404, responseTemplates: {text/plain: x}}}
        securityDefinitions:
          key: {type: apiKey, in: header, name: x-api-key}
          own:
            type: apiKey
            in: header
            name: Auth
            x-amazon-apigateway-authorizer:
              type: token
              authorizerUri: !GetAtt App.Arn
              identityValidationExpression: a.*
        definitions: {Link: {type: object}}
        paths:
          /links:
            parameters: [{in: query, name: page, required: true}]
            post:
              x-amazon-apigateway-request-validator: all
              security: [{own: []}, {key: []}]
              parameters: [{in: body, schema: {$ref: "#/definitions/Link"}}]
              responses: {"200": {headers: {A: {type: string}}}}
              x-amazon-apigateway-integration:
                type: aws
                uri: !GetAtt App.Arn
                requestTemplates: {application/json: "{}"}
                responses: {default: {statusCode: 200, responseParameters: {method.response.header.A: "'b'"}}}
  More:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: more}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref More
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Ask
      RequestParameters: {method.request.querystring.a: true}
      Integration: {Type: HTTP_PROXY, Uri: "http://a/{b}", IntegrationHttpMethod: ANY}
  Ask:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Type: REQUEST
      AuthorizerUri: !GetAtt App.Arn
      IdentitySource: method.request.header.A
  Model: {Type: AWS::ApiGateway::Model, Properties: {RestApiId: !Ref Api, Schema: '{"type": "object"}'}}
  Key: {Type: AWS::ApiGateway::ApiKey, Properties: {Enabled: true}}
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties:
      ApiStages: [{ApiId: !Ref Api, Stage: live, Throttle: {/links/POST: {RateLimit: 1}}}]
      Quota: {Limit: 5, Period: DAY}
  PlanKey: {Type: AWS::ApiGateway::UsagePlanKey, Properties: {KeyId: !Ref Key, UsagePlanId: !Ref Plan}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Api
      StageName: live
      Variables: {a: b}
      MethodSettings: [{ResourcePath: /~1links, HttpMethod: POST, ThrottlingBurstLimit: 5}]
      AccessLogSetting: {DestinationArn: "arn:aws:logs:eu-west-1:1:log-group:x", Format: $context.requestId}
"""
JUNK: list[Any] = [
    None, True, 0, -1, 1e308, 10**30, "", "x", "${", "${A.}", "{{resolve:ssm:x}}", "{{resolve:x:y}}", [], {}, [[]],
    [None], {"Ref": "Nope"}, {"Ref": 1}, {"Fn::GetAtt": ["Api"]}, {"Fn::GetAtt": ["Api", {"Ref": "Stage"}]},
    {"Fn::Sub": []}, {"Fn::If": ["IsProd", 1]},
    {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}, {"Fn::Join": ["", [1, [2]]]},
    {"Fn::Select": [5, ["a"]]}, {"Fn::FindInMap": ["a", "b", "c"]}, {"Fn::Transform": {"Name": "AWS::Include"}},
    {"Fn::Cidr": ["10.0.0.0/8", 9, 9]}, {"Fn::Nope": 1}, {"Ref": "AWS::NoValue"}, {"Ref": "Api"}, {"Ref": "Table"},
    {"Fn::ForEach::x": ["a", ["b"], {"c${a}": 1}]}, "\x00", {"a": {"b": [1, {"d": None}]}}, "AWS::Serverless::Function",
]  # fmt: skip
SCRAPS = [
    b"&a ", b"*a", b"!Ref ", b"[[", b"{{", b"\t", b"'", b'"', b"\xff", b"- ", b": ", b"!!python/object:os.system ",
    b"\n---\n", b"<<: ", b"? ", b"%", b"\x00", b"0x", b"\n",
]  # fmt: skip


def trails(value: Any, trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield trail
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from trails(value[key], (*trail, key))


def at(value: Any, trail: tuple[Any, ...]) -> Any:
    for key in trail:
        value = value[key]
    return value


def with_other_values(chance: random.Random, template: dict[str, Any]) -> bytes:
    changed = copy.deepcopy(template)
    for _ in range(chance.randint(1, 3)):
        everywhere = list(trails(changed))[1:]
        if not everywhere:
            break
        *parent, key = chance.choice(everywhere)
        container = at(changed, tuple(parent))
        kind = chance.random()
        if kind < 0.5:
            container[key] = copy.deepcopy(chance.choice(JUNK))
        elif kind < 0.75:
            del container[key]
        else:
            container[key] = copy.deepcopy(at(changed, chance.choice(everywhere)))
    return json.dumps(changed).encode()


def with_other_bytes(chance: random.Random, text: str) -> bytes:
    raw = bytearray(text.encode())
    for _ in range(chance.randint(1, 5)):
        position = chance.randrange(len(raw))
        kind = chance.random()
        if kind < 0.4:
            raw[position] = chance.randrange(256)
        elif kind < 0.6:
            del raw[position : position + chance.randint(1, 30)]
        else:
            raw[position:position] = chance.choice(SCRAPS)
    return bytes(raw)


def malformed(text: str, template: dict[str, Any], seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)
    for _ in range(count):
        if chance.random() < 0.5:
            yield "fuzzed.yaml", with_other_bytes(chance, text)
        else:
            yield "fuzzed.json", with_other_values(chance, template)


@pytest.mark.parametrize(("text", "count"), [(PLAIN, 800), (SAM, 200), (REST, 500)])
def test_malformed_templates_bring_a_sentence_and_never_a_traceback(project, text, count):
    template = read(project.template(text)).value
    refused = 0
    for name, raw in malformed(text, template, seed=7, count=count):
        path: Path = project.folder / name
        path.write_bytes(raw)
        error = refusal(path, project.context)
        if error is not None:
            refused += 1
            assert all([error.what, error.found, error.fix, name in error.where, "\n" not in str(error)]), str(error)
    assert refused > count / 2


def refusal(path: Path, context: Context) -> TemplateError | None:
    try:
        load(path, context)
    except TemplateError as error:
        return error
    return None
