import base64
import json
import os

PNG = base64.b64encode(b"\x89PNG poster").decode()


def films(event, context):
    seen = {name: event[name] for name in ("resource", "path", "pathParameters", "multiValueQueryStringParameters")}
    seats = {name: values for name, values in event["multiValueHeaders"].items() if name.lower().startswith("x-seat")}
    return {
        "statusCode": "200",
        "multiValueHeaders": {"Set-Cookie": ["seen=1", "last=2"]},
        "body": json.dumps({**seen, "seats": seats, "contextPath": event["requestContext"]["path"]}),
    }


def tickets(event, context):
    if event["resource"] == "/broken":
        raise RuntimeError("the printer is out of paper")
    if event["resource"] == "/posters":
        return {
            "statusCode": 200,
            "headers": {"Content-Type": "image/png", "Link": os.environ["FILMS"]},
            "body": PNG,
            "isBase64Encoded": True,
        }
    if event["resource"] == "/members":
        return {"statusCode": 200, "body": event["requestContext"]["authorizer"]["claims"]["cognito:username"]}
    if event["resource"] == "/partner":
        return {"statusCode": 200, "body": event["requestContext"]["identity"]["apiKey"]}
    sold = {**json.loads(event["body"]), "hall": event["stageVariables"]["hall"]}
    return {"statusCode": 201, "body": json.dumps({**sold, "class": event["requestContext"]["authorizer"]["class"]})}


def usher(event, context):
    token = event["authorizationToken"]
    effect = "Allow" if token in ("stalls", "balcony") else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": token,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"class": token},
    }
