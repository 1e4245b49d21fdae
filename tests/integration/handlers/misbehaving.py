"""Handlers that do what handlers must not do."""

import os
import sys
import time

calls = 0


def returns(event, context):
    global calls
    calls += 1
    return {"event": event, "calls": calls, "request_id": context.aws_request_id}


def describes_itself(event, context):
    import boto3

    try:
        with open("/var/task/new", "w"):
            task = "writable"
    except OSError:
        task = "read-only"
    with open("/tmp/mine", "w") as file:
        file.write("x")
    return {
        "environment": dict(os.environ),
        "path": sys.path,
        "cwd": os.getcwd(),
        "file": __file__,
        "tmp": os.listdir("/tmp"),
        "task": task,
        "boto3": boto3.__version__,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "memory_mb": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
    }


def raises(event, context):
    raise ValueError("no such luck")


def hangs(event, context):
    print("about to hang")
    time.sleep(60)


def exits(event, context):
    sys.exit(event["code"])


def kills_itself(event, context):
    os.kill(os.getpid(), 9)


def allocates_without_end(event, context):
    kept = []
    while True:
        kept.append(bytearray(4_000_000))


def returns_rubbish(event, context):
    return {1, 2, 3}


def returns_seven_megabytes(event, context):
    return "x" * 7_000_000


def prints_binary(event, context):
    sys.stdout.buffer.write(bytes(range(256)) * 20)
    sys.stdout.flush()
    return "printed"


def prints_much(event, context):
    for number in range(20_000):
        print(f"line {number}")
    return "printed"


def fills_tmp(event, context):
    with open("/tmp/large", "wb") as file:
        file.write(b"x" * 20_000_000)


def calls_aws(event, context):
    import boto3

    try:
        boto3.client("dynamodb").list_tables()
    except Exception as error:
        return type(error).__name__


def remembers_tmp(event, context):
    return os.listdir("/tmp")
