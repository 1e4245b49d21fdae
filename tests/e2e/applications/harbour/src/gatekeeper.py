"""Who may speak on the radio: ships with a pass. A pass may also be forged, or break the scanner."""


def check(event, _context):
    shown = event["queryStringParameters"]["pass"]
    if shown == "torn":
        raise ValueError("the scanner cannot read this")
    effect = "Allow" if shown.startswith("berth-") else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": shown,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"berth": int(shown.removeprefix("berth-")) if effect == "Allow" else 0},
    }
