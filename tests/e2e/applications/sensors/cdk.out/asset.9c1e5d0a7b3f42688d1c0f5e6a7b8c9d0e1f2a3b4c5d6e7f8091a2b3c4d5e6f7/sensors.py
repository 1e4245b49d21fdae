"""One module for all functions, as a small CDK application has it."""

import json
import os
from datetime import UTC, datetime

import boto3

table = boto3.resource("dynamodb").Table(os.environ["READINGS_TABLE_NAME"])


def save(kind, key, value):
    seen = datetime.now(UTC).isoformat()
    table.put_item(Item={"pk": kind, "sk": key, "value": value, "seen": seen})


def on_measurement(event, context):
    for record in event["Records"]:
        body = json.loads(record["body"])
        save("measurement", body["sensor"], body["celsius"])


def on_alarm(event, context):
    notice = event["Records"][0]["Sns"]
    kind = notice["MessageAttributes"]["severity"]["Value"]
    save("alarm", notice["Message"], kind)


def on_upload(event, context):
    for record in event["Records"]:
        save("upload", record["s3"]["object"]["key"], record["s3"]["object"]["size"])


def on_change(event, context):
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        if keys["pk"]["S"] == "measurement":
            save("change", f"{record['eventName']} {keys['sk']['S']}", record["eventVersion"])


def on_station(event, context):
    # The rule's input transformer has already made a sentence of the event.
    save("station", event["name"], event["sentence"])


def on_tick(event, context):
    save("tick", event["detail-type"], event["resources"][0].split(":")[-1])
