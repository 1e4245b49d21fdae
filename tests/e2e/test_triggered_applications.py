"""Applications of other people whose functions are called by queues, topics, buckets, tables, buses and the time.

One is SAM with Events on its functions, one plain CloudFormation as `cdk synth` writes it. Each source is made to
fire with boto3 alone, and each function is seen by what it wrote into a table.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.terrarium_command import Terrarium, aws
from tests.fakes.waiting import wait_for

PLACES = ("bakery/template.yaml", "sensors/cdk.out")
BAKERY, SENSORS = "bakery", "SensorStack"


@dataclass(frozen=True)
class Application:
    """One running stack. `outputs` are its own; `table` is where its functions write."""

    terrarium: Terrarium
    name: str
    endpoint: str
    outputs: dict[str, str]
    table: str

    def aws(self, service: str) -> Any:
        return aws(service, self.endpoint)

    def row(self, **key: str) -> dict[str, Any]:
        """The item with this key, its values as Python's; empty when nobody wrote it in time."""
        named = {name: {"S": value} for name, value in key.items()}
        return wait_for(lambda: self._read(named), within_s=20, every_s=0.05)

    def _read(self, key: dict[str, Any]) -> dict[str, Any]:
        item = self.aws("dynamodb").get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {})
        return {name: next(iter(value.values())) for name, value in item.items()}


@pytest.fixture(scope="module")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Application]]:
    folder = tmp_path_factory.mktemp("triggered")
    copies = shutil.copytree(APPLICATIONS, folder / "applications")
    terrarium = Terrarium(folder / "state")
    try:
        up = terrarium.up(*(copies / place for place in PLACES))
        assert up.returncode == 0, up.stdout + up.stderr
        status = terrarium.status()
        assert status["code"] == 0
        tables = {BAKERY: "LedgerName", SENSORS: "TableName"}
        yield {
            stack["name"]: Application(
                terrarium,
                stack["name"],
                status["backend"]["endpoint"],
                stack["outputs"],
                stack["outputs"][tables[stack["name"]]],
            )
            for stack in status["stacks"]
        }
    finally:
        terrarium.end()


@pytest.fixture
def bakery(applications: dict[str, Application]) -> Application:
    return applications[BAKERY]


@pytest.fixture
def sensors(applications: dict[str, Application]) -> Application:
    return applications[SENSORS]


def test_message_in_a_queue_and_the_item_it_becomes_call_one_function_each(bakery: Application) -> None:
    queue = bakery.outputs["OrderQueueUrl"]
    bakery.aws("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"id": "o-1", "cake": "plum"}))

    assert bakery.row(entry="baked o-1") == {"entry": "baked o-1", "cake": "plum", "source": "aws:dynamodb"}


def test_notification_that_passes_the_filter_policy_calls_the_function(bakery: Application) -> None:
    for shop, cake in (("butcher", "ham"), ("bakery", "tart")):
        bakery.aws("sns").publish(
            TopicArn=bakery.outputs["PriceTopicArn"],
            Subject=cake,
            Message="4.20",
            MessageAttributes={"shop": {"DataType": "String", "StringValue": shop}},
        )

    assert bakery.row(entry="price of tart") == {"entry": "price of tart", "price": "4.20", "source": "aws:sns"}


def test_object_with_prefix_and_suffix_calls_the_function_with_its_key_encoded(bakery: Application) -> None:
    bucket = bakery.outputs["Pictures"]
    bakery.aws("s3").put_object(Bucket=bucket, Key="cakes/black forest + cream.txt", Body=b"cherries")

    found = bakery.row(entry="picture cakes/black forest + cream.txt")
    assert (found["shows"], found["source"]) == ("cherries", "aws:s3")


def test_event_on_a_bus_of_its_own_calls_the_function(bakery: Application) -> None:
    entry = {"Source": "town", "DetailType": "visit", "EventBusName": bakery.outputs["BusName"]}
    for name, hungry in (("Bo", False), ("Cy", True)):
        detail = json.dumps({"name": name, "hungry": hungry})
        bakery.aws("events").put_events(Entries=[{**entry, "Detail": detail}])

    assert bakery.row(entry="welcome Cy") == {"entry": "welcome Cy", "type": "visit", "source": "town"}


def test_schedule_fires_on_its_own(bakery: Application) -> None:
    # A rate of EventBridge Scheduler begins with the schedule's creation.
    assert bakery.row(entry="lights flicker")["at"].endswith("Z")


def test_schedule_fires_when_told_to(bakery: Application) -> None:
    done = bakery.terrarium.run("trigger", "OpenShopMorning", "--stack", BAKERY)

    assert done.returncode == 0, done.stderr
    assert bakery.row(entry="lights on") == {"entry": "lights on", "at": "sunrise"}


def test_explicit_event_source_mappings_poll_a_fifo_queue_and_a_stream(sensors: Application) -> None:
    body = json.dumps({"sensor": "s-7", "celsius": 12})
    sensors.aws("sqs").send_message(QueueUrl=sensors.outputs["QueueUrl"], MessageBody=body, MessageGroupId="s-7")

    assert sensors.row(pk="measurement", sk="s-7")["value"] == "12"
    assert sensors.row(pk="change", sk="INSERT s-7")["value"] == "1.1"


def test_explicit_subscription_and_permission_bring_notifications(sensors: Application) -> None:
    severity = {"severity": {"DataType": "String", "StringValue": "high"}}
    topic = sensors.outputs["TopicArn"]
    sensors.aws("sns").publish(TopicArn=topic, Message="frost", MessageAttributes=severity)

    assert sensors.row(pk="alarm", sk="frost")["value"] == "high"


def test_notification_configuration_of_a_bucket_brings_objects(sensors: Application) -> None:
    bucket = sensors.outputs["BucketName"]
    sensors.aws("s3").put_object(Bucket=bucket, Key="raw/day.csv", Body=b"1,2,3")

    assert sensors.row(pk="upload", sk="raw/day.csv")["value"] == "5"


def test_rule_with_an_input_transformer_brings_what_it_made_of_the_event(sensors: Application) -> None:
    entry = {"Source": "sensors.field", "DetailType": "reading"}
    for station, celsius in (("north", 12), ("south", 34)):
        detail = json.dumps({"station": station, "celsius": celsius})
        sensors.aws("events").put_events(Entries=[{**entry, "Detail": detail}])

    assert sensors.row(pk="station", sk="south")["value"] == "south has 34 degrees"


def test_rule_with_a_schedule_brings_the_scheduled_event(sensors: Application) -> None:
    done = sensors.terrarium.run("trigger", "TickRule2E71")

    assert done.returncode == 0, done.stderr
    assert sensors.row(pk="tick", sk="Scheduled Event")["value"].startswith("rule/")


def test_function_of_a_stack_without_an_api_is_invoked_by_its_logical_id(bakery: Application) -> None:
    event = bakery.terrarium.state / "event.json"
    event.write_text('{"lights": "off"}')

    done = bakery.terrarium.run("invoke", "OpenShop", "--event", str(event))

    assert (done.returncode, done.stdout.strip()) == (0, "null"), done.stderr
    assert bakery.row(entry="lights off")["at"] == "sunrise"


def test_nothing_of_these_templates_is_left_out(applications: dict[str, Application]) -> None:
    shown = applications[BAKERY].terrarium.run("status").stdout

    assert "do not trigger" not in shown
    assert "not served" not in shown
