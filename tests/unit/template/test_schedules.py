"""Rules with a schedule and schedules of EventBridge Scheduler."""

import pytest

from emulator.errors import TemplateError
from emulator.model import Schedule, TargetInput

APP = """
Resources:
  App: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.11, Handler: app.handler, Code: src}}
  Queue: {Type: AWS::SQS::Queue}
  Allowed:
    Type: AWS::Lambda::Permission
    Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref App, Principal: events.amazonaws.com}
"""
APP_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:shop-App"
QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:shop-Queue"


def test_a_rule_has_eventbridges_defaults(project):
    (schedule,) = project.stack(f"""{APP}
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: cron(0 3 * * ? *)
      Targets: [{{Id: one, Arn: !GetAtt App.Arn}}]
""").schedules
    assert schedule == Schedule(
        logical_id="Nightly",
        name="shop-Nightly",
        kind="rule",
        expression="cron(0 3 * * ? *)",
        target_arn=APP_ARN,
        place=schedule.place,
        arn="arn:aws:events:eu-west-1:123456789012:rule/shop-Nightly",
        function="App",
        target_id="one",
    )
    assert schedule.place.line == 12


def test_a_rule_has_one_schedule_for_each_target(project):
    stack = project.stack(f"""{APP}
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(5 minutes)
      State: DISABLED
      Targets:
        - {{Id: a, Arn: !GetAtt App.Arn, Input: '{{"n": 1}}', RetryPolicy: {{MaximumRetryAttempts: 3}}}}
        - Id: b
          Arn: !GetAtt Queue.Arn
          InputTransformer: {{InputPathsMap: {{at: $.time}}, InputTemplate: '"<at>"'}}
          SqsParameters: {{MessageGroupId: g}}
          DeadLetterConfig: {{Arn: !GetAtt Queue.Arn}}
        - {{Id: c, Arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/c"}}
""")
    one, other = stack.schedules
    assert (one.function, one.input, one.max_retries, one.enabled) == ("App", TargetInput('{"n": 1}'), 3, False)
    assert (other.function, other.target_arn, other.dead_letter_arn) == (None, QUEUE_ARN, QUEUE_ARN)
    assert other.input == TargetInput(template='"<at>"', paths={"at": "$.time"})
    assert other.target_parameters == {"SqsParameters": {"MessageGroupId": "g"}}
    assert [item.reason for item in stack.ignored] == ["schedules do not call ecs here"]


def test_a_rule_with_a_pattern_only_is_no_schedule(project):
    stack = project.stack(f"""{APP}
  Rule:
    Type: AWS::Events::Rule
    Properties: {{EventPattern: {{source: [a]}}, Targets: [{{Id: a, Arn: !GetAtt Queue.Arn}}]}}
""")
    assert stack.schedules == ()


def test_a_scheduler_schedule_with_everything(project):
    (schedule,) = project.stack(f"""{APP}
  Later:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: later
      GroupName: group
      ScheduleExpression: at(2030-01-01T00:00:00)
      ScheduleExpressionTimezone: Europe/Berlin
      StartDate: 2029-01-01T00:00:00Z
      EndDate: "2031-01-01T00:00:00Z"
      ActionAfterCompletion: DELETE
      FlexibleTimeWindow: {{Mode: FLEXIBLE, MaximumWindowInMinutes: 15}}
      Target:
        Arn: !GetAtt App.Arn
        RoleArn: arn:aws:iam::123456789012:role/r
        Input: '{{"a": "<aws.scheduler.scheduled-time>"}}'
        RetryPolicy: {{MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0}}
        DeadLetterConfig: {{Arn: !GetAtt Queue.Arn}}
""").schedules
    assert schedule == Schedule(
        logical_id="Later",
        name=schedule.name,
        kind="scheduler",
        expression="at(2030-01-01T00:00:00)",
        target_arn=APP_ARN,
        place=schedule.place,
        arn=schedule.arn,
        function="App",
        group="group",
        time_zone="Europe/Berlin",
        input=TargetInput('{"a": "<aws.scheduler.scheduled-time>"}'),
        flexible_window_minutes=15,
        starts=schedule.starts,
        ends="2031-01-01T00:00:00Z",
        delete_when_done=True,
        max_age_s=60,
        max_retries=0,
        dead_letter_arn=QUEUE_ARN,
    )
    assert schedule.starts is not None
    assert schedule.starts.startswith("2029-01-01")


def test_sams_schedules_are_read_after_its_transform(project):
    project.file("src/app.py")
    stack = project.stack("""
Transform: AWS::Serverless-2016-10-31
Resources:
  App:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: src
      Events:
        Old: {Type: Schedule, Properties: {Schedule: rate(1 hour), Enabled: false, Input: '{"x": 1}'}}
        New:
          Type: ScheduleV2
          Properties: {ScheduleExpression: rate(1 hour), ScheduleExpressionTimezone: Asia/Tokyo, Input: '{"y": 1}'}
""")
    old, new = sorted(stack.schedules, key=lambda schedule: schedule.kind)
    assert (old.logical_id, old.function, old.enabled, old.input.input) == ("AppOld", "App", False, '{"x": 1}')
    assert (new.logical_id, new.function, new.time_zone, new.input.input) == ("AppNew", "App", "Asia/Tokyo", '{"y": 1}')


def test_two_inputs_for_one_target_are_refused(project):
    with pytest.raises(TemplateError, match="Input and InputPath"):
        project.stack(f"""{APP}
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets: [{{Id: a, Arn: !GetAtt App.Arn, Input: "1", InputPath: $.time}}]
""")


def test_a_rule_that_may_not_call_its_function_on_aws_is_told(project):
    without = APP.partition("  Allowed")[0]
    stack = project.stack(f"""{without}
  Nightly:
    Type: AWS::Events::Rule
    Properties: {{ScheduleExpression: rate(1 day), Targets: [{{Id: a, Arn: !GetAtt App.Arn}}]}}
""")
    (told,) = stack.ignored
    assert (told.logical_id, told.property) == ("Nightly", "Arn")
    assert "lets events.amazonaws.com call App" in told.reason
