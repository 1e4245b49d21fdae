"""An SNS notification as Lambda hands it to a function, from the JSON that SNS sends to a queue.

https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_OWN_ARN = re.compile(r"(?<=SubscriptionArn=)[^&]*")


def notification(body: str) -> dict[str, Any] | None:
    """The notification in a queue's message; None when the message is none."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    if isinstance(parsed, dict) and parsed.get("Type") == "Notification" and "Message" in parsed:
        return parsed
    return None


def event(sent: Mapping[str, Any], subscription_arn: str) -> bytes:
    """The whole event. Functions see Url where queues see URL, and a null subject where there is none."""
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": {
            "Type": sent["Type"],
            "MessageId": sent.get("MessageId", ""),
            "TopicArn": sent.get("TopicArn", ""),
            "Subject": sent.get("Subject"),
            "Message": sent["Message"],
            "Timestamp": sent.get("Timestamp", ""),
            "SignatureVersion": sent.get("SignatureVersion", "1"),
            "Signature": sent.get("Signature", ""),
            "SigningCertUrl": sent.get("SigningCertURL", ""),
            "UnsubscribeUrl": _OWN_ARN.sub(subscription_arn, sent.get("UnsubscribeURL", "")),
            "MessageAttributes": sent.get("MessageAttributes", {}),
        },
    }
    return json.dumps({"Records": [record]}, separators=(",", ":")).encode()
