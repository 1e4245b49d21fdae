"""Topics, buckets and rules of a real backend call functions; nothing is lost while nobody or nothing runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.clock import SystemClock
from emulator.cloud import Clients, DestinationClient, QueueClient, RelayClient, StreamReader
from emulator.errors import TemplateError
from emulator.model import AsyncConfig, BucketNotification, RuleTarget, Stack, TargetInput, TopicSubscription
from emulator.sources import Ports, Sources
from emulator.sources.relay import relays
from tests.fakes.embedded_backend import running_backend
from tests.fakes.scripted_invoker import ScriptedInvoker, Throttled
from tests.fakes.stacks import PLACE, function
from tests.fakes.stacks import stack as stack_of
from tests.fakes.waiting import wait_for

ACCOUNT = "000000000000"


class System:
    """Sources with a scripted function, on a backend. `stack` may be replaced between runs."""

    def __init__(self, clients: Clients, name: str, state: Path) -> None:
        self.clients, self.name, self._state = clients, name, state
        self.invoker = ScriptedInvoker()
        self.stack: Stack = stack_of(name=name)
        self._sources: Sources | None = None

    def start(self, **notifiers: Any) -> None:
        self.stack = replace(self.stack, **notifiers)
        clients = self.clients
        ports = Ports(
            StreamReader(clients), QueueClient(clients), DestinationClient(clients), print, relays=RelayClient(clients)
        )
        self._sources = Sources(self.stack, self.invoker, ports, SystemClock(), self._state)
        self._sources.start()

    def stop(self) -> None:
        if self._sources is not None:
            assert self._sources.stop()
        self._sources = None

    def records(self) -> list[dict[str, Any]]:
        return [event["Records"][0] for event in list(self.invoker.events)]

    def messages(self) -> list[str]:
        return [record["Sns"]["Message"] for record in self.records()]

    def topic(self, name: str = "news", **attributes: str) -> TopicSubscription:
        arn = self.clients.get("sns").create_topic(Name=f"{self.name}-{name}")["TopicArn"]
        return TopicSubscription("News", "Worker", arn, PLACE, attributes)

    def publish(self, subscription: TopicSubscription, message: str, **attributes: str) -> None:
        given = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.clients.get("sns").publish(TopicArn=subscription.topic_arn, Message=message, MessageAttributes=given)

    def bucket(self, **values: Any) -> BucketNotification:
        name = f"{self.name}-files"
        self.clients.get("s3").create_bucket(Bucket=name)
        fields = {"events": ("s3:ObjectCreated:*",), "place": PLACE, **values}
        return BucketNotification("Files", "Worker", name, **fields)

    def rule(self, *, bus: str = "default", state: str = "ENABLED", **values: Any) -> RuleTarget:
        name, pattern = (
            f"{self.name}-placed",
            json.dumps({"source": [self.name], "detail": {"total": [{"numeric": [">", 10]}]}}),
        )
        put = self.clients.get("events").put_rule
        arn = put(Name=name, EventBusName=bus, EventPattern=pattern, State=state)["RuleArn"]
        return RuleTarget(
            "Rule", "one", "Worker", name, bus, pattern, PLACE, rule_arn=arn, enabled=state == "ENABLED", **values
        )

    def put_event(self, total: int, bus: str = "default") -> None:
        entry = {"Source": self.name, "DetailType": "placed", "Detail": json.dumps({"total": total})}
        self.clients.get("events").put_events(Entries=[{**entry, "EventBusName": bus}])


@pytest.fixture
def system(clients: Clients, stack: str, tmp_path: Path) -> Iterator[System]:
    system = System(clients, stack, tmp_path)
    yield system
    system.stop()


def queue(system: System, name: str) -> tuple[str, str]:
    """URL and ARN of a queue of somebody else."""
    url = system.clients.get("sqs").create_queue(QueueName=f"{system.name}-{name}")["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:{ACCOUNT}:{system.name}-{name}"


def allowing(service: str, queue_arn: str, source_arn: str) -> str:
    """A queue policy that lets a service send."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bodies(system: System, url: str) -> list[dict[str, Any]]:
    answer = system.clients.get("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_published_message_calls_the_function_and_other_subscribers_get_it_too(system: System) -> None:
    topic = system.topic()
    url, arn = queue(system, "others")
    system.clients.get("sns").subscribe(TopicArn=topic.topic_arn, Protocol="sqs", Endpoint=arn)
    system.start(topic_subscriptions=(topic,))
    system.clients.get("sns").publish(TopicArn=topic.topic_arn, Message="hello", Subject="greeting")
    assert wait_for(system.records)
    (record,) = system.records()
    assert (record["EventSource"], record["Sns"]["TopicArn"]) == ("aws:sns", topic.topic_arn)
    assert (record["Sns"]["Message"], record["Sns"]["Subject"]) == ("hello", "greeting")
    subscribed = system.clients.get("sns").get_subscription_attributes(SubscriptionArn=record["EventSubscriptionArn"])
    assert subscribed["Attributes"]["TopicArn"] == topic.topic_arn
    assert [body["Message"] for body in bodies(system, url)] == ["hello"]


def test_filter_policy_decides_what_the_function_gets(system: System) -> None:
    topic = system.topic(FilterPolicy='{"color": [{"anything-but": ["blue"]}]}')
    system.start(topic_subscriptions=(topic,))
    system.publish(topic, "blue", color="blue")
    system.publish(topic, "none")
    system.publish(topic, "red", color="red")
    assert wait_for(system.messages)
    system.stop()
    assert system.messages() == ["red"]


def test_object_that_is_put_calls_the_function(system: System) -> None:
    files = system.bucket(prefix="in/", suffix=".txt")
    url, arn = queue(system, "others")
    theirs = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectRemoved:*"]}
    s3 = system.clients.get("s3")
    s3.put_bucket_notification_configuration(
        Bucket=files.bucket, NotificationConfiguration={"QueueConfigurations": [theirs]}
    )
    system.start(bucket_notifications=(files,))
    for key in ("out/a.txt", "in/a.bin", "in/two words é.txt"):
        s3.put_object(Bucket=files.bucket, Key=key, Body=b"abc")
    s3.delete_object(Bucket=files.bucket, Key="in/two words é.txt")
    assert wait_for(system.records)
    system.stop()
    (record,) = system.records()
    assert (record["eventSource"], record["eventName"]) == ("aws:s3", "ObjectCreated:Put")
    assert record["s3"]["bucket"]["name"] == files.bucket
    assert (record["s3"]["object"]["key"], record["s3"]["object"]["size"]) == ("in/two+words+%C3%A9.txt", 3)
    kept = s3.get_bucket_notification_configuration(Bucket=files.bucket)["QueueConfigurations"]
    assert {one["Id"].split("-")[0] for one in kept} == {"theirs", "terrarium"}
    named = [body["Records"][0]["eventName"] for body in bodies(system, url) if "Records" in body]
    assert named == ["ObjectRemoved:Delete"]


@pytest.mark.parametrize("own_bus", [False, True])
def test_event_that_matches_the_pattern_calls_the_function(system: System, own_bus: bool) -> None:
    bus = "default"
    if own_bus:
        bus = system.name
        system.clients.get("events").create_event_bus(Name=bus)
    wanted = TargetInput(
        template='{"total": <total>, "rule": "<aws.events.rule-name>"}', paths={"total": "$.detail.total"}
    )
    rule = system.rule(bus=bus, input=wanted)
    system.start(rule_targets=(rule, replace(rule, target_id="whole", input=TargetInput())))
    system.put_event(5, bus)
    system.put_event(50, bus)
    assert wait_for(lambda: len(system.invoker.events) == 2)
    (whole,) = [event for event in system.invoker.events if "detail" in event]
    assert {"total": 50, "rule": rule.rule} in system.invoker.events
    assert (whole["version"], whole["detail-type"], whole["detail"]) == ("0", "placed", {"total": 50})
    assert set(whole) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}


def test_disabled_rule_delivers_nothing_until_it_is_enabled(system: System) -> None:
    rule = system.rule(state="DISABLED")
    url, arn = queue(system, "everything")
    events = system.clients.get("events")
    everything = events.put_rule(Name=f"{system.name}-all", EventPattern=json.dumps({"source": [system.name]}))
    system.clients.get("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": allowing("events", arn, everything["RuleArn"])}
    )
    events.put_targets(Rule=f"{system.name}-all", Targets=[{"Id": "all", "Arn": arn}])
    system.start(rule_targets=(rule,))
    system.put_event(50)
    # A backend may take its time with an event: once it is there, this rule was asked as well.
    assert wait_for(lambda: bodies(system, url))
    system.clients.get("events").enable_rule(Name=rule.rule)
    system.put_event(60)
    assert wait_for(lambda: system.invoker.events)
    assert [event["detail"]["total"] for event in system.invoker.events] == [60]


def publishing(system: System) -> tuple[dict[str, Any], Callable[[], None]]:
    topic = system.topic()
    return {"topic_subscriptions": (topic,)}, lambda: system.publish(topic, "m")


def putting(system: System) -> tuple[dict[str, Any], Callable[[], None]]:
    files = system.bucket()
    put = system.clients.get("s3").put_object
    return {"bucket_notifications": (files,)}, lambda: put(Bucket=files.bucket, Key="a", Body=b"")


def emitting(system: System) -> tuple[dict[str, Any], Callable[[], None]]:
    return {"rule_targets": (system.rule(),)}, lambda: system.put_event(50)


@pytest.mark.parametrize("source", [publishing, putting, emitting])
def test_what_is_sent_while_the_system_is_down_is_delivered_when_it_starts(system: System, source: Any) -> None:
    notifiers, send = source(system)
    system.start(**notifiers)
    system.stop()
    send()
    system.start()
    assert wait_for(lambda: system.invoker.events)
    assert len(system.invoker.events) == 1


@pytest.mark.parametrize("source", [publishing, putting, emitting])
def test_event_the_function_fails_on_goes_to_its_dead_letter_queue(system: System, source: Any) -> None:
    url, arn = queue(system, "dead")
    system.invoker.handler = lambda event: 1 / 0
    failing = function(async_config=AsyncConfig(max_retries=0, dead_letter_arn=arn))
    notifiers, send = source(system)
    system.start(functions={"Worker": failing}, **notifiers)
    send()
    assert bodies(system, url) == [wait_for(lambda: system.invoker.events)[0]]


def test_failed_event_comes_again_with_the_same_request_id(system: System) -> None:
    """Throttled once: it comes again after a second, unlike a failure."""
    topic = system.topic()
    throttled_once = iter([True])

    def handler(event: Any) -> None:
        if next(throttled_once, False):
            raise Throttled

    system.invoker.handler = handler
    system.start(topic_subscriptions=(topic,))
    system.publish(topic, "m")
    assert wait_for(lambda: len(system.invoker.invocations) == 2)
    assert len({invocation.request_id for invocation in system.invoker.invocations}) == 1


@pytest.mark.parametrize("source", [publishing, putting, emitting])
def test_source_that_left_the_template_delivers_no_longer(system: System, source: Any) -> None:
    notifiers, send = source(system)
    system.start(**notifiers)
    system.stop()
    (relay,) = relays(system.stack)
    system.start(**dict.fromkeys(notifiers, ()))
    send()
    listed = system.clients.get("sqs").list_queues(QueueNamePrefix=relay.route.queue)
    assert listed.get("QueueUrls", []) == []
    assert system.invoker.events == []


def test_topic_that_does_not_exist_stops_the_start_and_is_named(system: System) -> None:
    absent = replace(system.topic(), topic_arn=f"arn:aws:sns:us-east-1:{ACCOUNT}:{system.name}-absent")
    with pytest.raises(TemplateError, match=r"-absent cannot call Worker \(template.yaml:1\)"):
        system.start(topic_subscriptions=(absent,))


def test_nothing_is_lost_while_the_backend_restarts(stack: str, tmp_path: Path) -> None:
    with running_backend(tmp_path) as backend:
        system = System(Clients(backend.endpoints, region="us-east-1"), stack, tmp_path)
        (topics, publish), (buckets, put), (rules, emit) = publishing(system), putting(system), emitting(system)
        system.start(**topics, **buckets, **rules)
        for send in (publish, put, emit):
            send()
        assert wait_for(lambda: len(system.invoker.events) == 3)
        system.stop()
        for send in (publish, put, emit):
            send()
        backend.stop()
        backend.start()
        system.start()
        assert wait_for(lambda: len(system.invoker.events) == 6)
        backend.stop()
        backend.start()
        for send in (publish, put, emit):
            send()
        assert wait_for(lambda: len(system.invoker.events) == 9, within_s=30)
        system.stop()
