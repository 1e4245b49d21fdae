from urllib.parse import unquote_plus

import boto3
from ledger import note

s3 = boto3.client("s3")


def describe(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        note(f"picture {key}", shows=text, source=record["eventSource"])
