import json
import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def take_orders(event, context):
    failed = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            orders.put_item(Item={"id": order["id"], "cake": order["cake"]})
        except (ValueError, KeyError):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
