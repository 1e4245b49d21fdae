"""Lends books: DynamoDB, SSM, SQS and another function, each through plain boto3."""

import json
import os

import boto3

shelf = boto3.resource("dynamodb").Table(os.environ["SHELF"])
ssm, sqs, functions = boto3.client("ssm"), boto3.client("sqs"), boto3.client("lambda")


def lend(event, context):
    isbn = event["pathParameters"]["isbn"]
    if event["routeKey"].startswith("GET"):
        return show(isbn)
    days = int(ssm.get_parameter(Name=os.environ["RULES"])["Parameter"]["Value"])
    reader = json.loads(event["body"])["reader"]
    shelf.put_item(Item={"isbn": isbn, "reader": reader, "days": days})
    sqs.send_message(QueueUrl=os.environ["REMINDERS"], MessageBody=json.dumps({"isbn": isbn, "reader": reader}))
    return {"statusCode": 201, "body": json.dumps({"isbn": isbn, "days": days, "fee": fee_after(days + 3, days)})}


def show(isbn):
    found = shelf.get_item(Key={"isbn": isbn}).get("Item")
    if found is None:
        return {"statusCode": 404, "body": json.dumps({"phone": os.environ["PHONE"], "mood": os.environ["MOOD"]})}
    return {"isbn": isbn, "reader": found["reader"]}


def fee_after(kept, allowed):
    payload = json.dumps({"kept": kept, "allowed": allowed})
    answer = functions.invoke(FunctionName=os.environ["OVERDUE"], Payload=payload)
    return json.loads(answer["Payload"].read())
