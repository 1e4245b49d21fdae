"""Topics, buckets and rules as sources, on fakes: routes, retries, what is not for the function, and clean-up."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import InvalidPatternError
from emulator.model import AsyncConfig, BucketNotification, RuleTarget, Stack, TargetInput, TopicSubscription
from emulator.sources import Ports, Sources
from emulator.sources.relay import relays
from tests.fakes.destinations import FakeDestinations
from tests.fakes.moved_clock import MovedClock
from tests.fakes.queues import FakeQueues
from tests.fakes.relays import FakeRelays
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import PLACE, function, stack
from tests.fakes.streams import FakeStreams
from tests.fakes.waiting import wait_for

TOPIC = "arn:aws:sns:us-east-1:000000000000:news"
DEAD = "arn:aws:sqs:us-east-1:000000000000:dead"
RULE_ARN = "arn:aws:events:us-east-1:000000000000:rule/placed"
EVENT = {"source": "shop", "detail-type": "placed", "detail": {"id": 7}}


def subscription(**attributes: str) -> TopicSubscription:
    return TopicSubscription("News", "Worker", TOPIC, PLACE, attributes)


def notification(**values: Any) -> BucketNotification:
    return BucketNotification("Files", "Worker", "files", ("s3:ObjectCreated:*",), PLACE, **values)


def rule_target(**values: Any) -> RuleTarget:
    return RuleTarget("Rule", "one", "Worker", "placed", "default", "{}", PLACE, rule_arn=RULE_ARN, **values)


def message_of_topic(text: str = "hello", **values: Any) -> str:
    return json.dumps({"Type": "Notification", "MessageId": "m", "TopicArn": TOPIC, "Message": text, **values})


def fail(event: Any) -> None:
    raise ValueError("no")


class Bench:
    """A stack with one notifier on fakes. Time moves only by `after`."""

    def __init__(
        self,
        state: Path,
        notifier: TopicSubscription | BucketNotification | RuleTarget,
        handler: Callable[[Any], Any] = lambda event: "ok",
        **config: Any,
    ) -> None:
        self.state, self.clock = state, MovedClock()
        self.queues = FakeQueues(self.clock)
        self.relays = FakeRelays(self.queues)
        self.destinations = FakeDestinations()
        self.invoker = ScriptedInvoker(handler)
        self.reports: list[str] = []
        self.stack = calling(notifier, function(async_config=AsyncConfig(**config)))
        (relay,) = relays(self.stack)
        self.url = f"http://queues/{relay.route.queue}"
        self.sources = self.restarted()

    def restarted(self, here: Stack | None = None) -> Sources:
        """A new process on the same state and backend."""
        ports = Ports(FakeStreams(), self.queues, self.destinations, self.reports.append, relays=self.relays)
        self.sources = Sources(here or self.stack, self.invoker, ports, self.clock, self.state)
        self.sources.start()
        return self.sources

    def gets(self, body: str) -> None:
        """A message comes in, and is settled or put off."""
        assert wait_for(lambda: self.queues.receives)
        self._handled(lambda: self.queues.send(self.url, body))

    def after(self, seconds: float) -> None:
        """So much later the message is visible again, and is settled or put off."""
        self._handled(lambda: self.clock.move(seconds))

    def _handled(self, cause: Callable[[], None]) -> None:
        """The next receive begins once all messages of the last one are in hand."""
        asked = len(self.queues.receives)
        cause()
        assert wait_for(lambda: len(self.queues.receives) > asked, within_s=4), self.reports
        assert wait_for(lambda: not self.sources.async_queue.consumer.busy), self.reports

    @property
    def kept(self) -> int:
        return len(self.queues.bodies(self.url))

    @property
    def attempts(self) -> int:
        return len(self.invoker.invocations)


def calling(notifier: TopicSubscription | BucketNotification | RuleTarget, worker: Any = None) -> Stack:
    here = stack(functions=[worker or function(), function("Other")])
    if isinstance(notifier, TopicSubscription):
        return replace(here, topic_subscriptions=(notifier,))
    if isinstance(notifier, BucketNotification):
        return replace(here, bucket_notifications=(notifier,))
    return replace(here, rule_targets=(notifier,))


def test_notification_calls_the_function_and_is_deleted(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription())
    bench.gets(message_of_topic())
    (record,) = bench.invoker.events[0]["Records"]
    assert (record["EventSubscriptionArn"], record["Sns"]["Message"]) == (f"{TOPIC}:subscription", "hello")
    assert bench.invoker.invocations[0].trigger == "sns"
    assert bench.kept == 0
    assert bench.sources.stop(5)


def test_failed_event_is_tried_three_times_with_one_request_id_and_then_given_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription(), fail, dead_letter_arn=DEAD)
    bench.gets(message_of_topic())
    bench.clock.move(59)
    assert len(bench.queues.hidden(bench.url)) == 1
    assert bench.attempts == 1
    bench.after(1)
    bench.after(120)
    assert bench.attempts == 3
    assert bench.kept == 0
    assert len({(each.request_id, each.trace_id) for each in bench.invoker.invocations}) == 1
    ((arn, body, attributes),) = bench.destinations.accepted
    assert (arn, json.loads(body)["Records"][0]["Sns"]["Message"]) == (DEAD, "hello")
    assert attributes["RequestID"] == bench.invoker.invocations[0].request_id


def test_age_counts_from_when_the_event_was_sent(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription(), max_age_s=60)
    bench.sources.stop(5)
    bench.queues.send(bench.url, message_of_topic())
    bench.clock.move(61)
    bench.restarted()
    assert wait_for(lambda: bench.kept == 0)
    assert bench.attempts == 0
    assert "EventAgeExceeded" in bench.reports[-1]


def test_notification_that_the_policy_does_not_want_is_dropped(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription(FilterPolicy='{"color": ["red"]}'))
    bench.gets(message_of_topic(MessageAttributes={"color": {"Type": "String", "Value": "blue"}}))
    bench.gets(message_of_topic(MessageAttributes={"color": {"Type": "String", "Value": "red"}}))
    assert bench.attempts == 1
    assert bench.kept == 0


def test_policy_that_sns_refuses_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidPatternError):
        Bench(tmp_path, subscription(FilterPolicy='{"color": "red"}'))


def test_test_event_of_a_bucket_does_not_reach_the_function(tmp_path: Path) -> None:
    bench = Bench(tmp_path, notification())
    bench.gets(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "files"}))
    assert (bench.attempts, bench.kept) == (0, 0)


def test_event_of_a_bucket_has_the_same_configuration_id_in_every_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path, notification())
    record = {"awsRegion": "r", "eventTime": "t", "eventName": "ObjectCreated:Put"}
    body = {"Records": [{**record, "s3": {"bucket": {"name": "files"}, "object": {"key": "a"}}}]}
    bench.gets(json.dumps(body))
    bench.sources.stop(5)
    bench.restarted()
    bench.gets(json.dumps(body))
    first, second = (event["Records"][0]["s3"]["configurationId"] for event in bench.invoker.events)
    assert first == second


def test_event_of_a_rule_comes_with_the_targets_input(tmp_path: Path) -> None:
    wanted = TargetInput(template='{"id": <id>, "rule": <aws.events.rule-arn>}', paths={"id": "$.detail.id"})
    bench = Bench(tmp_path, rule_target(input=wanted))
    bench.gets(json.dumps(EVENT))
    assert bench.invoker.events == [{"id": 7, "rule": RULE_ARN}]
    assert bench.invoker.invocations[0].trigger == "eventbridge"


def test_input_that_is_no_json_goes_to_the_targets_dead_letter_queue(tmp_path: Path) -> None:
    wanted = TargetInput(template="order <id>", paths={"id": "$.detail.id"})
    bench = Bench(tmp_path, rule_target(input=wanted, dead_letter_arn=DEAD))
    bench.gets(json.dumps(EVENT))
    assert (bench.attempts, bench.kept) == (0, 0)
    ((arn, body, attributes),) = bench.destinations.accepted
    assert (arn, json.loads(body), attributes["RULE_ARN"]) == (DEAD, EVENT, RULE_ARN)


def test_message_that_makes_no_sense_is_kept_and_reported(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule_target())
    bench.gets("none of ours")
    assert bench.kept == 1
    assert "cannot be read" in bench.reports[-1]


def test_what_comes_while_nobody_runs_is_delivered_at_the_next_start(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription())
    assert bench.sources.stop(5)
    bench.queues.send(bench.url, message_of_topic("while away"))
    bench.restarted()
    assert wait_for(lambda: bench.kept == 0)
    assert [event["Records"][0]["Sns"]["Message"] for event in bench.invoker.events] == ["while away"]


def test_stopping_does_not_wait_for_the_end_of_a_receive(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription())
    assert wait_for(lambda: bench.queues.receives)
    assert bench.sources.stop(2)
    bench.restarted()
    assert wait_for(lambda: bench.kept == 0)
    assert bench.attempts == 0


def test_route_that_vanished_with_the_backends_data_is_made_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription())
    bench.relays.connected.clear()
    bench.queues.wipe()
    assert wait_for(lambda: bench.reports)
    bench.clock.move(1)
    assert wait_for(lambda: bench.relays.connected)
    bench.queues.send(bench.url, message_of_topic())
    assert wait_for(lambda: bench.attempts == 1)


def test_route_that_left_the_template_is_undone_at_the_next_start(tmp_path: Path) -> None:
    bench = Bench(tmp_path, subscription())
    bench.sources.stop(5)
    bench.restarted(calling(notification()))
    assert [route.kind for route in bench.relays.connected.values()] == ["s3"]
    bench.sources.stop(5)
    bench.restarted(stack())
    assert bench.relays.connected == {}


def test_no_more_events_are_in_hand_than_the_reserved_concurrency(tmp_path: Path) -> None:
    release = threading.Event()
    bench = Bench(tmp_path, subscription(), lambda event: release.wait(5))
    bench.sources.stop(5)
    for number in range(3):
        bench.queues.send(bench.url, message_of_topic(str(number)))
    bench.restarted(calling(subscription(), function(reserved_concurrency=1)))
    assert wait_for(lambda: bench.attempts == 1)
    assert len(bench.queues.hidden(bench.url)) == 1
    release.set()
    assert wait_for(lambda: bench.kept == 0)
    assert bench.attempts == 3
    bench.sources.stop(5)


def test_every_notifier_has_a_queue_of_its_own_with_a_name_that_sqs_takes() -> None:
    many = replace(
        stack(name="a-stack-with-a-name-that-is-much-longer-than-it-would-have-to-be"),
        topic_subscriptions=(subscription(), replace(subscription(), topic_arn=f"{TOPIC}2")),
        bucket_notifications=(notification(), notification(prefix="in/"), notification(suffix="in/")),
        rule_targets=(rule_target(), replace(rule_target(), target_id="two"), replace(rule_target(), bus="other")),
    )
    names = [relay.route.queue for relay in relays(many)]
    assert len(set(names)) == 8
    assert max(len(name) for name in names) <= 80
