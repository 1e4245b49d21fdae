"""Keeps greetings; newest first."""

import json
import os
import time

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def main(event, context):
    if event["requestContext"]["http"]["method"] == "POST":
        greeting = json.loads(event["body"])
        table.put_item(Item={"page": "1", "at": time.time_ns(), "name": greeting["name"], "text": greeting["text"]})
        return {"statusCode": 303, "headers": {"location": "/"}, "cookies": ["signed=yes; Path=/"]}
    found = table.query(KeyConditionExpression=Key("page").eq("1"), ScanIndexForward=False)
    return [f"{item['name']}: {item['text']}" for item in found["Items"]]
