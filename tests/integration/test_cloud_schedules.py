"""Schedules on a backend: it knows them as the template says, fires none, and their targets can be called."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.backends import Backend
from emulator.cloud import Clients, Cloud, ScheduleTargets
from emulator.errors import BackendRefusedError, BackendUnavailableError
from emulator.model import Created, Endpoints, Place, Resource
from tests.fakes.schedule_targets import FakeScheduleTargets

Ensure = Callable[..., Created]
ROLE = "arn:aws:iam::000000000000:role/scheduler"


@pytest.fixture
def cloud(backend: Backend, stack: str) -> Cloud:
    return Cloud(backend.endpoints, region="us-east-1", account_id="000000000000", stack=stack)


@pytest.fixture
def ensure(cloud: Cloud) -> Ensure:
    def ensure(type: str, logical_id: str = "Thing", **properties: Any) -> Created:
        return cloud.ensure(Resource(logical_id, type, Place("template.yaml", 7)), properties)

    return ensure


@pytest.fixture
def queue(ensure: Ensure) -> Created:
    return ensure("AWS::SQS::Queue", "Target")


@pytest.fixture
def targets(clients: Clients) -> ScheduleTargets:
    return ScheduleTargets(clients)


def schedule(queue: Created, **properties: Any) -> dict[str, Any]:
    target = {"Arn": queue.attributes["Arn"], "RoleArn": ROLE, "Input": "tick"}
    return {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, **properties}


def received(clients: Clients, queue: Created) -> list[str]:
    answer = clients.get("sqs").receive_message(
        QueueUrl=queue.physical_id, MaxNumberOfMessages=10, WaitTimeSeconds=2, AttributeNames=["All"]
    )
    return [message["Body"] for message in answer.get("Messages", [])]


def test_schedule_is_on_the_backend_as_the_template_says(
    ensure: Ensure, clients: Clients, queue: Created, stack: str
) -> None:
    group = ensure("AWS::Scheduler::ScheduleGroup", "Group", Tags=[{"Key": "a", "Value": "b"}])
    for expression in ("rate(1 minute)", "cron(0 3 * * ? *)"):
        created = ensure(
            "AWS::Scheduler::Schedule",
            **schedule(queue, ScheduleExpression=expression, GroupName=group.physical_id),
            ScheduleExpressionTimezone="Europe/Berlin",
        )
    found = clients.get("scheduler").get_schedule(Name=created.physical_id, GroupName=group.physical_id)
    assert (created.physical_id, group.physical_id) == (f"{stack}-Thing", f"{stack}-Group")
    assert created.attributes["Arn"].endswith(f":schedule/{stack}-Group/{stack}-Thing")
    assert group.attributes["Arn"].endswith(f":schedule-group/{stack}-Group")
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == ("cron(0 3 * * ? *)", "Europe/Berlin")
    assert found["Target"]["Input"] == "tick"


def test_backend_does_not_fire_what_terrarium_fires(ensure: Ensure, clients: Clients, queue: Created) -> None:
    created = ensure(
        "AWS::Scheduler::Schedule", **schedule(queue, ScheduleExpression="rate(1 minute)", State="ENABLED")
    )
    targets = [{"Id": "q", "Arn": queue.attributes["Arn"]}]
    rule = ensure("AWS::Events::Rule", "Rule", ScheduleExpression="rate(1 minute)", Targets=targets)
    events = clients.get("events")
    assert clients.get("scheduler").get_schedule(Name=created.physical_id)["State"] == "DISABLED"
    assert events.describe_rule(Name=rule.physical_id)["ScheduleExpression"] == "rate(1 minute)"
    assert events.list_targets_by_rule(Rule=rule.physical_id)["Targets"] == []


def test_rule_with_pattern_and_schedule_leaves_the_pattern_to_the_backend(
    ensure: Ensure, clients: Clients, queue: Created
) -> None:
    both = {"EventPattern": {"source": ["shop"]}, "ScheduleExpression": "rate(1 minute)"}
    rule = ensure("AWS::Events::Rule", "Rule", **both, Targets=[{"Id": "q", "Arn": queue.attributes["Arn"]}])
    events = clients.get("events")
    assert "ScheduleExpression" not in events.describe_rule(Name=rule.physical_id)
    assert [one["Id"] for one in events.list_targets_by_rule(Rule=rule.physical_id)["Targets"]] == ["q"]


def test_schedule_and_group_are_deleted(ensure: Ensure, cloud: Cloud, clients: Clients, queue: Created) -> None:
    group = ensure("AWS::Scheduler::ScheduleGroup", "Group")
    created = ensure(
        "AWS::Scheduler::Schedule",
        **schedule(queue, ScheduleExpression="rate(1 minute)", GroupName=group.physical_id),
    )
    for _ in range(2):
        cloud.delete("AWS::Scheduler::Schedule", created)
        cloud.delete("AWS::Scheduler::ScheduleGroup", group)
    scheduler = clients.get("scheduler")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name=created.physical_id, GroupName=group.physical_id)
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule_group(Name=group.physical_id)


def test_queue_and_topic_get_the_body(
    ensure: Ensure, clients: Clients, queue: Created, targets: ScheduleTargets
) -> None:
    topic = ensure("AWS::SNS::Topic", "Topic")
    arn = queue.attributes["Arn"]
    ensure("AWS::SNS::Subscription", "S", TopicArn=topic.physical_id, Protocol="sqs", Endpoint=arn)
    targets.send(topic.physical_id, "by topic", {})
    assert [json.loads(body)["Message"] for body in received(clients, queue)] == ["by topic"]
    targets.send(arn, "plain", {})
    assert received(clients, queue) == ["plain"]


def test_fifo_queue_gets_the_message_group(ensure: Ensure, clients: Clients, targets: ScheduleTargets) -> None:
    fifo = ensure("AWS::SQS::Queue", "Fifo", FifoQueue=True, ContentBasedDeduplication=True)
    targets.send(fifo.attributes["Arn"], "ordered", {"SqsParameters": {"MessageGroupId": "g"}})
    assert received(clients, fifo) == ["ordered"]


def test_universal_target_calls_any_operation(queue: Created, clients: Clients, targets: ScheduleTargets) -> None:
    members = json.dumps({"QueueUrl": queue.physical_id, "MessageBody": "universal"})
    targets.send("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", members, {})
    assert received(clients, queue) == ["universal"]


def test_event_bus_gets_an_event(ensure: Ensure, clients: Clients, queue: Created, targets: ScheduleTargets) -> None:
    bus = ensure("AWS::Events::EventBus", "Bus")
    ensure(
        "AWS::Events::Rule",
        "Rule",
        EventBusName=bus.physical_id,
        EventPattern={"source": ["shop", "aws.events"]},
        Targets=[{"Id": "q", "Arn": queue.attributes["Arn"]}],
    )
    arn = bus.attributes["Arn"]
    targets.send(arn, '{"n": 1}', {"EventBridgeParameters": {"Source": "shop", "DetailType": "Tick"}})
    (event,) = (json.loads(body) for body in received(clients, queue))
    assert (event["source"], event["detail-type"], event["detail"]) == ("shop", "Tick", {"n": 1})


@pytest.mark.parametrize(
    ("arn", "body"),
    [
        ("arn:aws:sqs:us-east-1:000000000000:nowhere", "x"),
        ("arn:aws:ecs:us-east-1:000000000000:cluster/c", "x"),
        ("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "no object"),
        ("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "{}"),
        ("arn:aws:scheduler:::aws-sdk:sqs:noSuchOperation", "{}"),
        ("arn:aws:scheduler:::aws-sdk:nosuchservice:call", "{}"),
    ],
)
def test_target_that_cannot_be_called_is_refused(arn: str, body: str, targets: ScheduleTargets) -> None:
    with pytest.raises(BackendRefusedError):
        targets.send(arn, body, {})


def test_nobody_answering_is_told_apart_from_a_refusal(queue: Created) -> None:
    nobody = ScheduleTargets(Clients(Endpoints("http://127.0.0.1:1"), region="us-east-1"))
    with pytest.raises(BackendUnavailableError):
        nobody.send(queue.attributes["Arn"], "x", {})


def test_finished_schedule_is_deleted_once_and_then_nothing_happens(
    ensure: Ensure, clients: Clients, queue: Created, targets: ScheduleTargets
) -> None:
    created = ensure("AWS::Scheduler::Schedule", **schedule(queue, ScheduleExpression="at(2030-01-01T00:00:00)"))
    for _ in range(2):
        targets.forget(created.physical_id, "default")
    scheduler = clients.get("scheduler")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name=created.physical_id)


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_fake_refuses_and_is_away_as_the_real_one(kind: str, queue: Created, clients: Clients) -> None:
    gone = queue.attributes["Arn"] + "-gone"
    fake = FakeScheduleTargets()
    fake.refusing.add(gone)
    targets: Any = fake if kind == "fake" else ScheduleTargets(clients)
    targets.send(queue.attributes["Arn"], "x", {})
    with pytest.raises(BackendRefusedError) as refused:
        targets.send(gone, "x", {})
    assert "NonExistentQueue" in refused.value.found
