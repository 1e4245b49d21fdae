"""What a trigger costs when nothing happens: processor time of a system with ten of a kind, less that of one with none.

All systems are up at once and measured over the same seconds; the backend, which answers their polls, is shared and
shown as a whole, with nothing polling it and with everything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psutil

from tests.bench.contender import PORT_TERRARIUM, WORK, UnavailableError
from tests.bench.findings import Figure
from tests.bench.processor_time import listener, used_s
from tests.bench.race import Progress
from tests.bench.terrarium import PORT_BACKEND, Terrarium, running

COUNT = 10
SETTLE_S, MEASURE_S = 3.0, 8.0
WHAT = "processor time of one idle trigger"
FOLDER = WORK / "idle"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
FUNCTION = {"Fn::GetAtt": ["Idle", "Arn"]}
Resources = dict[str, Any]


def measure(progress: Progress) -> tuple[Figure, ...]:
    """One figure a kind, one for the backend."""
    try:
        bare = _running({"none": lambda _: {}}, progress)
        full = _running(KINDS, progress)
    except UnavailableError as error:
        return (Figure(WHAT, "terrarium", "ms/s", reason=str(error)),)
    figures = [
        Figure(WHAT, kind, "ms/s", (cost - full["none"]) / COUNT, detail={"ten and their system_ms": cost})
        for kind, cost in full.items()
        if kind not in ("none", "backend")
    ]
    detail = {"with one system without triggers_ms": bare["backend"], "triggers": COUNT * (len(KINDS) - 1)}
    backend = Figure("processor time of the backend", "all of them idle", "ms/s", full["backend"], detail=detail)
    return (*figures, backend)


def beside(ours: Sequence[psutil.Process], theirs: Sequence[psutil.Process]) -> tuple[Figure, ...]:
    """The same five triggers idle on both sides, the whole of each: system, functions and backend."""
    time.sleep(SETTLE_S)
    both = {"terrarium and its backend": ours, "MiniStack": theirs}
    costs = _costs({who: servers for who, servers in both.items() if servers})
    return tuple(Figure("processor time, five triggers idle", who, "ms/s", cost) for who, cost in costs.items())


def _running(kinds: Mapping[str, Callable[[int], Resources]], progress: Progress) -> dict[str, float]:
    """Milliseconds of processor time a second by kind, and of the backend."""
    templates = [_write(kind, make) for kind, make in kinds.items()]
    progress(f"idle triggers: starting {len(templates)} systems")
    with running(Terrarium(templates)):
        servers = {kind: [listener(PORT_TERRARIUM + number)] for number, kind in enumerate(kinds)}
        servers["backend"] = [listener(PORT_BACKEND)]
        progress("idle triggers: waiting")
        time.sleep(SETTLE_S)
        return _costs(servers)


def _costs(servers: Mapping[str, Sequence[psutil.Process]]) -> dict[str, float]:
    """Milliseconds of processor time a second, over the same seconds."""
    before = {who: sum(map(used_s, processes)) for who, processes in servers.items()}
    began = time.monotonic()
    time.sleep(MEASURE_S)
    seconds = time.monotonic() - began
    return {who: (sum(map(used_s, processes)) - before[who]) * 1000 / seconds for who, processes in servers.items()}


def _write(kind: str, make: Callable[[int], Resources]) -> str:
    code = {"ZipFile": "def handler(event, context):\n    return None\n"}
    role = {"Fn::GetAtt": ["Role", "Arn"]}
    function = {"Runtime": "python3.11", "Handler": "index.handler", "Code": code, "Role": role}
    resources: Resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [TRUST]}}},
        "Idle": {"Type": "AWS::Lambda::Function", "Properties": function},
    }
    for number in range(COUNT):
        resources |= make(number)
    # A folder each: a stack is called after the folder of its template.
    path = FOLDER / f"idle-{kind.lower().replace(' ', '-')}" / "template.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"Resources": resources}))
    return str(path)


def _mapping(source: Any, **properties: Any) -> Resources:
    members = {"FunctionName": {"Ref": "Idle"}, "EventSourceArn": source, **properties}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": members}


def _queues(number: int) -> Resources:
    queue = f"Queue{number}"
    return {queue: {"Type": "AWS::SQS::Queue"}, f"Mapping{number}": _mapping({"Fn::GetAtt": [queue, "Arn"]})}


def _topics(number: int) -> Resources:
    topic = f"Topic{number}"
    members = {"TopicArn": {"Ref": topic}, "Protocol": "lambda", "Endpoint": FUNCTION}
    return {
        topic: {"Type": "AWS::SNS::Topic"},
        f"Subscription{number}": {"Type": "AWS::SNS::Subscription", "Properties": members},
    }


def _buckets(number: int) -> Resources:
    configuration = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": FUNCTION}]}
    return {f"Bucket{number}": {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": configuration}}}


def _tables(number: int) -> Resources:
    table = f"Table{number}"
    members = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
    }
    mapping = _mapping({"Fn::GetAtt": [table, "StreamArn"]}, StartingPosition="LATEST")
    return {table: {"Type": "AWS::DynamoDB::Table", "Properties": members}, f"Mapping{number}": mapping}


def _rules(number: int) -> Resources:
    members = {"EventPattern": {"source": [f"idle{number}"]}, "Targets": [{"Id": "function", "Arn": FUNCTION}]}
    return {f"Rule{number}": {"Type": "AWS::Events::Rule", "Properties": members}}


def _schedules(number: int) -> Resources:
    members = {"ScheduleExpression": "rate(1 day)", "Targets": [{"Id": "function", "Arn": FUNCTION}]}
    return {f"Rule{number}": {"Type": "AWS::Events::Rule", "Properties": members}}


KINDS: Mapping[str, Callable[[int], Resources]] = {
    "none": lambda _: {},
    "SQS": _queues,
    "SNS": _topics,
    "S3": _buckets,
    "DynamoDB stream": _tables,
    "EventBridge": _rules,
    "schedule": _schedules,
}
