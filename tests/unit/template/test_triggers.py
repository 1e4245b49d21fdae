"""Event source mappings: DynamoDB streams and SQS queues."""

import pytest

from emulator.errors import TemplateError
from emulator.model import Trigger


def stack(project, properties, source="!GetAtt Queue.Arn"):
    return project.stack(f"""
Resources:
  App: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.11, Handler: app.handler, Code: src}}}}
  Live: {{Type: AWS::Lambda::Alias, Properties: {{FunctionName: !Ref App, FunctionVersion: "1", Name: live}}}}
  Queue: {{Type: AWS::SQS::Queue}}
  Table: {{Type: AWS::DynamoDB::Table}}
  Failed: {{Type: AWS::SQS::Queue}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Live
      EventSourceArn: {source}
{properties}
""")


def test_a_queue_has_lambdas_defaults(project):
    (trigger,) = stack(project, "").triggers
    assert trigger == Trigger(
        "Mapping", "sqs", "App", "arn:aws:sqs:eu-west-1:123456789012:shop-Queue", trigger.place, batch_size=10
    )
    assert trigger.place.line == 8


def test_a_queue_with_everything(project):
    (trigger,) = stack(
        project,
        """
      BatchSize: 100
      MaximumBatchingWindowInSeconds: 5
      Enabled: false
      FunctionResponseTypes: [ReportBatchItemFailures]
      ScalingConfig: {MaximumConcurrency: 2}
      FilterCriteria: {Filters: [{Pattern: '{"a": [1]}'}, {Pattern: '{"b": [2]}'}]}
""",
    ).triggers
    assert (trigger.batch_size, trigger.window_s, trigger.enabled, trigger.maximum_concurrency) == (100, 5, False, 2)
    assert trigger.report_batch_item_failures
    assert trigger.filters == ('{"a": [1]}', '{"b": [2]}')


def test_a_stream_with_everything(project):
    (trigger,) = stack(
        project,
        """
      StartingPosition: TRIM_HORIZON
      ParallelizationFactor: 4
      BisectBatchOnFunctionError: true
      MaximumRetryAttempts: 3
      MaximumRecordAgeInSeconds: -1
      TumblingWindowInSeconds: 30
      DestinationConfig: {OnFailure: {Destination: !GetAtt Failed.Arn}}
""",
        "!GetAtt Table.StreamArn",
    ).triggers
    assert (trigger.kind, trigger.batch_size, trigger.starting_position) == ("dynamodb", 100, "TRIM_HORIZON")
    assert (trigger.parallelization_factor, trigger.bisect_on_error, trigger.tumbling_window_s) == (4, True, 30)
    assert (trigger.max_retries, trigger.max_record_age_s) == (3, None)
    assert trigger.on_failure == "arn:aws:sqs:eu-west-1:123456789012:shop-Failed"


@pytest.mark.parametrize(
    ("properties", "source", "says"),
    [
        ("      BatchSize: 11", "!GetAtt Queue.Arn", "without a batching window"),
        ("      BatchSize: 11", "arn:aws:sqs:eu-west-1:1:q.fifo", "at most 10"),
        ("      MaximumBatchingWindowInSeconds: 1", "arn:aws:sqs:eu-west-1:1:q.fifo", "no window"),
        ("      BatchSize: 0", "!GetAtt Queue.Arn", "from 1 to 10000"),
        ("      ScalingConfig: {MaximumConcurrency: 1}", "!GetAtt Queue.Arn", "from 2 to 1000"),
        ("", "!GetAtt Table.StreamArn", "StartingPosition"),
        ("      StartingPosition: AT_TIMESTAMP", "!GetAtt Table.StreamArn", "TRIM_HORIZON, LATEST"),
        ("      StartingPosition: LATEST\n      ParallelizationFactor: 11", "!GetAtt Table.StreamArn", "from 1 to 10"),
        ("      FilterCriteria: {Filters: [x]}", "!GetAtt Queue.Arn", r"FilterCriteria.Filters\[0\] needs a mapping"),
    ],
)
def test_what_lambda_refuses_is_refused(project, properties, source, says):
    with pytest.raises(TemplateError, match=says):
        stack(project, properties, source)


def test_other_sources_are_listed(project):
    found = stack(project, "", "arn:aws:kinesis:eu-west-1:1:stream/s")
    assert found.triggers == ()
    assert [(entry.logical_id, entry.property) for entry in found.ignored] == [("Mapping", "EventSourceArn")]


def test_properties_without_effect_are_listed(project):
    found = stack(project, "      KmsKeyArn: x\n      Novelty: 1")
    assert [(entry.property, entry.place.line) for entry in found.ignored] == [("KmsKeyArn", 13), ("Novelty", 14)]
