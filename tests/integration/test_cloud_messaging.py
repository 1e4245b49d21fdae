"""Topics, queues, buses, alarms, logs, roles and keys: what the template says is what the backend has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.backends import Backend
from emulator.cloud import Clients, Cloud
from emulator.errors import BackendUnavailableError
from emulator.model import Created, Endpoints, Place, Resource

Ensure = Callable[..., Created]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def cloud(backend: Backend, stack: str) -> Cloud:
    return Cloud(backend.endpoints, region="us-east-1", account_id="000000000000", stack=stack)


@pytest.fixture
def ensure(cloud: Cloud) -> Ensure:
    def ensure(type: str, logical_id: str = "Thing", **properties: Any) -> Created:
        return cloud.ensure(Resource(logical_id, type, Place("template.yaml", 7)), properties)

    return ensure


def allow(action: str, resource: str) -> dict[str, Any]:
    statement = {"Sid": "s", "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def attributes_of(clients: Clients, queue: Created) -> dict[str, str]:
    answer = clients.get("sqs").get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=["All"])
    found: dict[str, str] = answer["Attributes"]
    return found


def test_queue_has_everything_the_template_says(ensure: Ensure, clients: Clients, stack: str) -> None:
    dead = ensure("AWS::SQS::Queue", "Dead", MessageRetentionPeriod="1209600")
    created = ensure(
        "AWS::SQS::Queue",
        VisibilityTimeout="120",
        DelaySeconds=5,
        ReceiveMessageWaitTimeSeconds=20,
        RedrivePolicy={"deadLetterTargetArn": dead.attributes["Arn"], "maxReceiveCount": 3},
        Tags=[{"Key": "team", "Value": "a"}],
    )
    found = attributes_of(clients, created)
    assert created.attributes["QueueName"] == f"{stack}-Thing"
    assert created.attributes["Arn"] == found["QueueArn"]
    assert (found["VisibilityTimeout"], found["DelaySeconds"]) == ("120", "5")
    assert found["ReceiveMessageWaitTimeSeconds"] == "20"
    assert json.loads(found["RedrivePolicy"])["deadLetterTargetArn"] == dead.attributes["Arn"]
    assert attributes_of(clients, dead)["MessageRetentionPeriod"] == "1209600"
    assert clients.get("sqs").list_queue_tags(QueueUrl=created.physical_id)["Tags"] == {"team": "a"}


def test_changed_queue_keeps_its_messages(ensure: Ensure, clients: Clients) -> None:
    ensure("AWS::SQS::Queue", VisibilityTimeout=120, Tags=[{"Key": "old", "Value": "1"}])
    created = ensure("AWS::SQS::Queue")
    clients.get("sqs").send_message(QueueUrl=created.physical_id, MessageBody="kept")
    again = ensure("AWS::SQS::Queue", MessageRetentionPeriod=600, Tags=[{"Key": "new", "Value": "2"}])
    found = attributes_of(clients, again)
    assert (found["VisibilityTimeout"], found["MessageRetentionPeriod"]) == ("30", "600")
    assert clients.get("sqs").list_queue_tags(QueueUrl=again.physical_id)["Tags"] == {"new": "2"}
    assert clients.get("sqs").receive_message(QueueUrl=again.physical_id)["Messages"][0]["Body"] == "kept"


def test_fifo_queue_gets_its_suffix(ensure: Ensure, clients: Clients, stack: str) -> None:
    for _ in range(2):
        created = ensure("AWS::SQS::Queue", FifoQueue=True, ContentBasedDeduplication="true")
    assert created.attributes["QueueName"] == f"{stack}-Thing.fifo"
    assert attributes_of(clients, created)["ContentBasedDeduplication"] == "true"


def test_queue_policy_is_set_on_every_queue(ensure: Ensure, clients: Clients) -> None:
    queues = [ensure("AWS::SQS::Queue", name) for name in ("A", "B")]
    document = allow("sqs:SendMessage", "*")
    urls = [queue.physical_id for queue in queues]
    ensure("AWS::SQS::QueuePolicy", "Policy", Queues=urls, PolicyDocument=document)
    assert [json.loads(attributes_of(clients, queue)["Policy"]) for queue in queues] == [document, document]


def test_queue_of_an_earlier_port_is_not_deleted_under_its_old_url(
    ensure: Ensure, cloud: Cloud, clients: Clients
) -> None:
    created = ensure("AWS::SQS::Queue")
    path = created.physical_id.split("/", 3)[3]
    cloud.delete("AWS::SQS::Queue", Created(f"http://127.0.0.1:1/{path}", created.attributes))
    assert attributes_of(clients, created)["QueueArn"] == created.attributes["Arn"]


def test_topic_delivers_to_its_subscriptions(ensure: Ensure, clients: Clients, stack: str) -> None:
    queue = ensure("AWS::SQS::Queue", "Queue")
    topic = ensure("AWS::SNS::Topic", DisplayName="news", Tags=[{"Key": "a", "Value": "b"}])
    for policy in ({"kind": ["x"]}, {"kind": ["y"]}):
        ensure(
            "AWS::SNS::Subscription",
            "Subscription",
            TopicArn=topic.physical_id,
            Protocol="sqs",
            Endpoint=queue.attributes["Arn"],
            RawMessageDelivery="true",
            FilterPolicy=policy,
        )
    sns = clients.get("sns")
    assert topic.attributes["TopicName"] == f"{stack}-Thing"
    assert sns.get_topic_attributes(TopicArn=topic.physical_id)["Attributes"]["DisplayName"] == "news"
    for kind in ("x", "y"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic.physical_id, Message=kind, MessageAttributes=attributes)
    answer = clients.get("sqs").receive_message(QueueUrl=queue.physical_id, MaxNumberOfMessages=10, WaitTimeSeconds=2)
    assert [message["Body"] for message in answer["Messages"]] == ["y"]
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic.physical_id)["Subscriptions"]) == 1


def test_changed_topic_follows_the_template(ensure: Ensure, clients: Clients) -> None:
    for name in ("one", "two"):
        topic = ensure("AWS::SNS::Topic", DisplayName=name, Tags=[{"Key": name, "Value": "1"}])
    sns = clients.get("sns")
    assert sns.get_topic_attributes(TopicArn=topic.physical_id)["Attributes"]["DisplayName"] == "two"
    assert sns.list_tags_for_resource(ResourceArn=topic.physical_id)["Tags"] == [{"Key": "two", "Value": "1"}]


def test_topic_policy_is_set(ensure: Ensure, clients: Clients) -> None:
    topic = ensure("AWS::SNS::Topic")
    document = allow("sns:Publish", topic.physical_id)
    ensure("AWS::SNS::TopicPolicy", "Policy", Topics=[topic.physical_id], PolicyDocument=document)
    found = clients.get("sns").get_topic_attributes(TopicArn=topic.physical_id)["Attributes"]["Policy"]
    assert json.loads(found)["Statement"][0]["Action"] == document["Statement"][0]["Action"]


def test_subscription_of_a_function_is_left_to_terrarium(ensure: Ensure, clients: Clients) -> None:
    function = "arn:aws:lambda:us-east-1:000000000000:function:f"
    topic = ensure("AWS::SNS::Topic", Subscription=[{"Protocol": "lambda", "Endpoint": function}])
    assert topic.notes == ()
    assert clients.get("sns").list_subscriptions_by_topic(TopicArn=topic.physical_id)["Subscriptions"] == []


def test_log_group_keeps_events_and_changes_retention(ensure: Ensure, clients: Clients, stack: str) -> None:
    name, logs = f"/aws/lambda/{stack}", clients.get("logs")
    created = ensure("AWS::Logs::LogGroup", LogGroupName=name, RetentionInDays="14", Tags=[{"Key": "a", "Value": "b"}])
    assert created.attributes["Arn"] == f"arn:aws:logs:us-east-1:000000000000:log-group:{name}:*"
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] == 14
    ensure("AWS::Logs::LogStream", "Stream", LogGroupName=name, LogStreamName="s")
    ensure("AWS::Logs::LogGroup", LogGroupName=name, RetentionInDays=30)
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] == 30
    assert logs.describe_log_streams(logGroupName=name)["logStreams"][0]["logStreamName"] == "s"
    ensure("AWS::Logs::LogGroup", LogGroupName=name)
    assert "retentionInDays" not in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]


def test_metric_filter_is_put(ensure: Ensure, clients: Clients) -> None:
    group = ensure("AWS::Logs::LogGroup", "Group")
    transformation = {"MetricName": "Errors", "MetricNamespace": "app", "MetricValue": "1", "DefaultValue": 0}
    ensure(
        "AWS::Logs::MetricFilter",
        LogGroupName=group.physical_id,
        FilterPattern="ERROR",
        MetricTransformations=[transformation],
    )
    (found,) = clients.get("logs").describe_metric_filters(logGroupName=group.physical_id)["metricFilters"]
    assert found["metricTransformations"][0]["metricName"] == "Errors"


def alarm(**more: Any) -> dict[str, Any]:
    return {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
        "Statistic": "Sum",
        "Period": "60",
        "EvaluationPeriods": "2",
        "Threshold": "10",
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **more,
    }


def test_alarm_has_everything_the_template_says(ensure: Ensure, clients: Clients, stack: str) -> None:
    topic = ensure("AWS::SNS::Topic", "Topic")
    created = ensure("AWS::CloudWatch::Alarm", **alarm(AlarmActions=[topic.physical_id], AlarmDescription="d"))
    (found,) = clients.get("cloudwatch").describe_alarms(AlarmNames=[f"{stack}-Thing"])["MetricAlarms"]
    assert created.attributes["Arn"] == found["AlarmArn"]
    assert (found["Threshold"], found["Period"], found["EvaluationPeriods"]) == (10.0, 60, 2)
    assert found["AlarmActions"] == [topic.physical_id]
    assert found["Dimensions"] == [{"Name": "FunctionName", "Value": "f"}]
    assert found["TreatMissingData"] == "notBreaching"


def test_composite_alarm_and_dashboard_are_put(ensure: Ensure, clients: Clients) -> None:
    one = ensure("AWS::CloudWatch::Alarm", "One", **alarm())
    both = ensure("AWS::CloudWatch::CompositeAlarm", "Both", AlarmRule=f'ALARM("{one.physical_id}")')
    board = ensure("AWS::CloudWatch::Dashboard", "Board", DashboardBody={"widgets": []})
    cloudwatch = clients.get("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNames=[both.physical_id], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert found[0]["AlarmRule"] == f'ALARM("{one.physical_id}")'
    body = cloudwatch.get_dashboard(DashboardName=board.physical_id)["DashboardBody"]
    assert json.loads(body) == {"widgets": []}


def test_role_has_trust_and_policies(ensure: Ensure, clients: Clients, cloud: Cloud) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    properties = {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "read", "PolicyDocument": document}],
        "ManagedPolicyArns": [managed],
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    for _ in range(2):
        created = ensure("AWS::IAM::Role", **properties)
    iam = clients.get("iam")
    assert iam.get_role(RoleName=created.physical_id)["Role"]["AssumeRolePolicyDocument"] == TRUST
    assert iam.get_role_policy(RoleName=created.physical_id, PolicyName="read")["PolicyDocument"] == document
    attached = iam.list_attached_role_policies(RoleName=created.physical_id)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [managed]
    ensure("AWS::IAM::Policy", "Extra", PolicyName="extra", PolicyDocument=document, Roles=[created.physical_id])
    assert sorted(iam.list_role_policies(RoleName=created.physical_id)["PolicyNames"]) == ["extra", "read"]
    for _ in range(2):
        cloud.delete("AWS::IAM::Role", created)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=created.physical_id)


def test_managed_policy_gets_a_new_version_when_it_changes(ensure: Ensure, clients: Clients, stack: str) -> None:
    role = ensure("AWS::IAM::Role", "Role", AssumeRolePolicyDocument=TRUST)
    for action in ("s3:GetObject", "s3:PutObject"):
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        created = ensure("AWS::IAM::ManagedPolicy", PolicyDocument=document, Roles=[role.physical_id])
    iam = clients.get("iam")
    default = iam.get_policy(PolicyArn=created.physical_id)["Policy"]["DefaultVersionId"]
    version = iam.get_policy_version(PolicyArn=created.physical_id, VersionId=default)["PolicyVersion"]
    assert version["Document"]["Statement"][0]["Action"] == "s3:PutObject"


def test_long_role_names_are_cut_and_stay_the_same(ensure: Ensure) -> None:
    logical_id = "VeryLong" * 12
    names = {ensure("AWS::IAM::Role", logical_id, AssumeRolePolicyDocument=TRUST).physical_id for _ in range(2)}
    assert len(names) == 1
    assert len(names.pop()) == 64


def test_key_is_found_again_and_has_its_alias(ensure: Ensure, clients: Clients, stack: str) -> None:
    policy = allow("kms:*", "*")
    keys = {ensure("AWS::KMS::Key", KeyPolicy=policy, EnableKeyRotation=True).physical_id for _ in range(2)}
    (key,) = keys
    ensure("AWS::KMS::Alias", "Alias", AliasName=f"alias/{stack}", TargetKeyId=key)
    kms = clients.get("kms")
    assert kms.describe_key(KeyId=f"alias/{stack}")["KeyMetadata"]["KeyId"] == key
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True


def test_rule_sends_matching_events_to_its_queue(ensure: Ensure, clients: Clients, stack: str) -> None:
    queue = ensure("AWS::SQS::Queue", "Queue")
    bus = ensure("AWS::Events::EventBus", "Bus", Name=stack)
    function = "arn:aws:lambda:us-east-1:000000000000:function:f"
    rule = ensure(
        "AWS::Events::Rule",
        EventBusName=stack,
        EventPattern={"source": ["shop"]},
        Targets=[{"Id": "q", "Arn": queue.attributes["Arn"]}, {"Id": "f", "Arn": function}],
    )
    assert bus.attributes["Name"] == stack
    assert rule.notes == ()
    for source in ("other", "shop"):
        entry = {"Source": source, "DetailType": "t", "Detail": "{}", "EventBusName": stack}
        clients.get("events").put_events(Entries=[entry])
    answer = clients.get("sqs").receive_message(QueueUrl=queue.physical_id, WaitTimeSeconds=2, MaxNumberOfMessages=10)
    assert [json.loads(message["Body"])["source"] for message in answer["Messages"]] == ["shop"]


@pytest.mark.parametrize("type", ["AWS::Budgets::Budget", "AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription"])
def test_billing_is_accepted_with_a_note(ensure: Ensure, type: str) -> None:
    assert "on AWS only" in ensure(type).notes[0]


def test_backend_that_does_not_answer_is_said() -> None:
    cloud = Cloud(Endpoints("http://127.0.0.1:1"), region="us-east-1", account_id="000000000000", stack="s")
    resource = Resource("Topic", "AWS::SNS::Topic", Place("template.yaml", 1))
    with pytest.raises(BackendUnavailableError, match=r"http://127\.0\.0\.1:1"):
        cloud.ensure(resource, {})


def test_fifo_queue_and_its_dead_letter_queue_have_all_their_settings(ensure: Ensure, clients: Clients) -> None:
    source = "arn:aws:sqs:us-east-1:000000000000:orders.fifo"
    given = {
        "ContentBasedDeduplication": "true",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
        "KmsMasterKeyId": "alias/aws/sqs",
        "RedriveAllowPolicy": {"redrivePermission": "byQueue", "sourceQueueArns": [source]},
    }
    created = ensure("AWS::SQS::Queue", FifoQueue=True, **given)
    found = attributes_of(clients, created)
    assert json.loads(found["RedriveAllowPolicy"])["sourceQueueArns"] == [source]
    for name in ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit", "KmsMasterKeyId"):
        assert found.get(name) == given[name] or f"does not keep {name}" in " ".join(created.notes)
    plain = attributes_of(clients, ensure("AWS::SQS::Queue", FifoQueue=True))
    assert plain.get("ContentBasedDeduplication", "false") == "false"
    assert not plain.get("RedriveAllowPolicy")
    assert not plain.get("KmsMasterKeyId")


def test_subscription_filters_bodies_and_loses_what_leaves_the_template(ensure: Ensure, clients: Clients) -> None:
    queue = ensure("AWS::SQS::Queue", "Queue")
    dead = ensure("AWS::SQS::Queue", "Dead")
    topic = ensure("AWS::SNS::Topic", "Topic")
    where = {"TopicArn": topic.physical_id, "Protocol": "sqs", "Endpoint": queue.attributes["Arn"]}
    redrive = {"deadLetterTargetArn": dead.attributes["Arn"]}
    ensure("AWS::SNS::Subscription", **where, FilterPolicy={"kind": ["x"]})
    created = ensure(
        "AWS::SNS::Subscription",
        **where,
        FilterPolicyScope="MessageBody",
        FilterPolicy={"order": {"kind": ["y"]}},
        RawMessageDelivery=True,
        RedrivePolicy=redrive,
    )
    sns = clients.get("sns")
    answer = sns.get_subscription_attributes(SubscriptionArn=created.physical_id)
    found = answer["Attributes"]
    assert (found["FilterPolicyScope"], found["RawMessageDelivery"]) == ("MessageBody", "true")
    assert json.loads(found["RedrivePolicy"]) == redrive
    follows = "x-localstack" in answer["ResponseMetadata"]["HTTPHeaders"]
    assert follows or "drops what it cannot deliver" in created.notes[0]
    again = ensure("AWS::SNS::Subscription", **where)
    found = sns.get_subscription_attributes(SubscriptionArn=created.physical_id)["Attributes"]
    assert found["RawMessageDelivery"] == "false"
    assert found.get("FilterPolicy", "{}") == "{}"
    assert "keeps the RedrivePolicy" in again.notes[0]
