"""Says who asked, or what a list of connections is to hear; by boto3 alone, as people write it."""

import json
import os

import boto3

# serverless-offline runs the handler with whatever its own environment says.
connections = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ.get("CONNECTIONS_URL"))


def handler(event, _context):
    said = json.loads(event.get("body") or "{}")
    for connection in said.get("to", ()):
        connections.post_to_connection(ConnectionId=connection, Data=said["text"].encode())
    return {"statusCode": 200, "body": event["requestContext"]["connectionId"]}
