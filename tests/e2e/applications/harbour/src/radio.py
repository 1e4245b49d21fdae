"""Ships arrive, speak and leave; what one hails, all hear."""

import json
import os

import boto3

ships = boto3.resource("dynamodb").Table(os.environ["SHIPS_TABLE"])
log = boto3.resource("dynamodb").Table(os.environ["LOG_TABLE"])


def arrive(event, _context):
    context = event["requestContext"]
    name = event["headers"].get("Ship-Name", "nameless")
    if name == "pirate":
        return {"statusCode": 418}
    ships.put_item(Item={"id": context["connectionId"], "name": name, "berth": context["authorizer"]["berth"]})
    offered = event["headers"].get("Sec-WebSocket-Protocol")
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": offered} if offered else {}}


def leave(event, _context):
    context = event["requestContext"]
    gone = ships.delete_item(Key={"id": context["connectionId"]}, ReturnValues="ALL_OLD")["Attributes"]
    log.put_item(Item={"ship": gone["name"], "code": context["disconnectStatusCode"]})
    return {"statusCode": 200}


def speak(event, _context):
    context = event["requestContext"]
    if context["routeKey"] == "hail":
        return hail(context, json.loads(event["body"])["words"])
    if event["body"] == "storm":
        raise RuntimeError("nobody hears anything")
    return {"statusCode": 200, "body": f"heard {event['body']}"}


def hail(context, words):
    endpoint = f"https://{context['domainName']}/{context['stage']}"
    radio = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)
    lost = 0
    for ship in [*ships.scan()["Items"], {"id": "bm8tc3VjaC1zaA=="}]:
        try:
            radio.post_to_connection(ConnectionId=ship["id"], Data=words.encode())
        except radio.exceptions.GoneException:
            lost += 1
    radio.post_to_connection(ConnectionId=context["connectionId"], Data=f"{lost} lost".encode())
    return {"statusCode": 200}
