import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["LEDGER_TABLE"])


def note(entry, **facts):
    table.put_item(Item={"entry": entry, **facts})
