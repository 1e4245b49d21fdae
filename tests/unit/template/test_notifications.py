"""What calls a function without waiting: SNS subscriptions, bucket notifications and rules with a pattern."""

import json

import pytest

from emulator.errors import TemplateError
from emulator.model import TargetInput

FUNCTION = """
Resources:
  App: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.11, Handler: app.handler, Code: src}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref App, FunctionVersion: "1", Name: live}}
  Elsewhere: {Type: AWS::SQS::Queue}
"""
PERMISSIONS = "".join(
    f"""
  {service.title()}Permission:
    Type: AWS::Lambda::Permission
    Properties: {{Action: lambda:InvokeFunction, FunctionName: !Ref App, Principal: {service}.amazonaws.com}}"""
    for service in ("sns", "s3", "events")
)
TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:news"
SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  News: {Type: AWS::SNS::Topic}
  Files: {Type: AWS::S3::Bucket}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: src
      Events:
%s
"""


def listed(found):
    return [(entry.logical_id, entry.property) for entry in found.ignored]


def test_a_subscription_of_its_own_and_one_inside_the_topic(project):
    found = project.stack(f"""{FUNCTION}{PERMISSIONS}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: {TOPIC_ARN}
      Protocol: lambda
      Endpoint: !Ref Live
      FilterPolicyScope: MessageBody
      FilterPolicy: {{store: [example]}}
  News:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - {{Protocol: lambda, Endpoint: !GetAtt App.Arn}}
        - {{Protocol: sqs, Endpoint: !GetAtt Elsewhere.Arn}}
""")
    own, inside = found.topic_subscriptions
    assert (own.logical_id, own.function, own.topic_arn, own.place.line) == ("Subscription", "App", TOPIC_ARN, 21)
    assert own.attributes == {"FilterPolicyScope": "MessageBody", "FilterPolicy": '{"store": ["example"]}'}
    assert (inside.logical_id, inside.function, inside.topic_arn) == ("News", "App", found.resources["News"])
    assert listed(found) == []


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        (f"TopicArn: {TOPIC_ARN}.fifo", "through a queue only"),
        (f"TopicArn: {TOPIC_ARN}\n      RawMessageDelivery: true", "does not deliver raw messages"),
    ],
)
def test_a_subscription_that_sns_refuses_is_refused(project, properties, says):
    with pytest.raises(TemplateError, match=says):
        project.stack(f"""{FUNCTION}{PERMISSIONS}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      Protocol: lambda
      Endpoint: !GetAtt App.Arn
      {properties}
""")


def test_a_bucket_tells_functions_of_events_with_prefix_and_suffix(project):
    found = project.stack(f"""{FUNCTION}{PERMISSIONS}
  Files:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: files
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: !GetAtt App.Arn
            Filter: {{S3Key: {{Rules: [{{Name: Prefix, Value: in/}}, {{Name: suffix, Value: .jpg}}]}}}}
          - Event: s3:ObjectRemoved:Delete
            Function: arn:aws:lambda:eu-west-1:123456789012:function:foreign
""")
    (one,) = found.bucket_notifications
    assert (one.logical_id, one.function, one.bucket) == ("Files", "App", found.resources["Files"])
    assert (one.events, one.prefix, one.suffix) == (("s3:ObjectCreated:*",), "in/", ".jpg")
    assert listed(found) == [("Files", "Function")]


def test_two_prefixes_are_refused(project):
    with pytest.raises(TemplateError, match="at most one prefix"):
        project.stack(f"""{FUNCTION}{PERMISSIONS}
  Files:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: !GetAtt App.Arn
            Filter: {{S3Key: {{Rules: [{{Name: prefix, Value: a}}, {{Name: prefix, Value: b}}]}}}}
""")


def test_a_rule_with_a_pattern_calls_functions(project):
    found = project.stack(f"""{FUNCTION}{PERMISSIONS}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: placed
      EventBusName: shop-bus
      State: DISABLED
      EventPattern: {{source: [shop]}}
      Targets:
        - Id: one
          Arn: !GetAtt App.Arn
          InputTransformer: {{InputPathsMap: {{id: $.detail.id}}, InputTemplate: '{{"id": <id>}}'}}
          DeadLetterConfig: {{Arn: !GetAtt Elsewhere.Arn}}
          RetryPolicy: {{MaximumRetryAttempts: 3}}
        - {{Id: two, Arn: !GetAtt Elsewhere.Arn}}
        - {{Id: three, Arn: "arn:aws:lambda:eu-west-1:123456789012:function:foreign"}}
""")
    (target,) = found.rule_targets
    assert (target.logical_id, target.target_id, target.function, target.enabled) == ("Rule", "one", "App", False)
    assert json.loads(target.pattern) == {"source": ["shop"]}
    assert target.input == TargetInput(template='{"id": <id>}', paths={"id": "$.detail.id"})
    assert target.dead_letter_arn == "arn:aws:sqs:eu-west-1:123456789012:shop-Elsewhere"
    assert listed(found) == [("Rule", "Arn")]


def test_a_target_takes_one_kind_of_input(project):
    with pytest.raises(TemplateError, match="at most one"):
        project.stack(f"""{FUNCTION}{PERMISSIONS}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {{source: [shop]}}
      Targets: [{{Id: one, Arn: !GetAtt App.Arn, Input: "1", InputPath: $.detail}}]
""")


def test_a_function_that_aws_would_not_call_is_listed(project):
    found = project.stack(f"""{FUNCTION}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {{TopicArn: {TOPIC_ARN}, Protocol: lambda, Endpoint: !GetAtt App.Arn}}
""")
    assert len(found.topic_subscriptions) == 1
    assert "sns.amazonaws.com" in found.ignored[0].reason


def test_a_rule_that_only_schedules_has_no_pattern_targets(project):
    found = project.stack(f"""{FUNCTION}{PERMISSIONS}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 hour)
      Targets: [{{Id: one, Arn: !GetAtt App.Arn}}]
""")
    assert found.rule_targets == ()
    assert len(found.schedules) == 1


def test_sam_event_of_a_topic(project):
    event = "        One: {Type: SNS, Properties: {Topic: !Ref News, FilterPolicy: {a: [b]}}}"
    found = project.stack(SAM % event)
    (one,) = found.topic_subscriptions
    assert (one.function, one.attributes) == ("App", {"FilterPolicy": '{"a": ["b"]}'})
    assert listed(found) == []


def test_sam_event_of_a_topic_through_a_queue(project):
    found = project.stack(SAM % "        One: {Type: SNS, Properties: {Topic: !Ref News, SqsSubscription: true}}")
    assert found.topic_subscriptions == ()
    assert [trigger.kind for trigger in found.triggers] == ["sqs"]


def test_sam_event_of_a_bucket(project):
    event = (
        "        One: {Type: S3, Properties: {Bucket: !Ref Files, Events: [s3:ObjectCreated:*, s3:ObjectRemoved:*]}}"
    )
    found = project.stack(SAM % event)
    assert listed(found) == []
    assert {each.events for each in found.bucket_notifications} == {("s3:ObjectCreated:*",), ("s3:ObjectRemoved:*",)}


@pytest.mark.parametrize("kind", ["EventBridgeRule", "CloudWatchEvent"])
def test_sam_event_of_a_rule(project, kind):
    event = f"        One: {{Type: {kind}, Properties: {{Pattern: {{source: [shop]}}, InputPath: $.detail}}}}"
    found = project.stack(SAM % event)
    (one,) = found.rule_targets
    assert listed(found) == []
    assert (one.function, one.bus, one.input) == ("App", "default", TargetInput(path="$.detail"))
