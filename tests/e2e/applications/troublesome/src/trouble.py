"""Each function misbehaves when the event says so (?now=yes or {"now": "yes"}) and is well-behaved otherwise."""

import itertools
import os
import sys
import time

calls = itertools.count(1)


def asked_to(event):
    return (event.get("queryStringParameters") or event).get("now") == "yes"


def hangs(event, context):
    if asked_to(event):
        print("about to hang")
        time.sleep(30)
    return "fine"


def exits(event, context):
    if asked_to(event):
        sys.exit(3)
    return "fine"


def allocates(event, context):
    kept = []
    while asked_to(event):
        kept.append(bytearray(4_000_000))
    return "fine"


def prints_binary(event, context):
    sys.stdout.buffer.write(bytes(range(256)) * 8)
    sys.stdout.flush()
    os.write(2, b"\xff\xfe\x00 not text\n")
    return "fine"


def returns_rubbish(event, context):
    return {1, 2, 3} if asked_to(event) else "fine"


def returns_no_status(event, context):
    return {"statusCode": "very good", "body": ["not", "text"]} if asked_to(event) else "fine"


def returns_seven_megabytes(event, context):
    return "x" * 7_000_000 if asked_to(event) else "fine"


def raises(event, context):
    if asked_to(event):
        raise ValueError("no such luck")
    return "fine"


def counts(event, context):
    return {"statusCode": 200, "body": str(next(calls))}


def answers_anything(event, context):
    return {"statusCode": 200, "body": "fine"}
