"""Filter policies of SNS subscriptions: the documented cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.errors import InvalidPatternError
from emulator.sources.topic_filter import topic_filter


def text(value: str) -> dict[str, str]:
    return {"Type": "String", "Value": value}


def number(value: object) -> dict[str, str]:
    return {"Type": "Number", "Value": str(value)}


def array(*values: object) -> dict[str, str]:
    return {"Type": "String.Array", "Value": json.dumps(values)}


CLOUDWATCH = {
    "source": ["aws.cloudwatch"],
    "$or": [{"metricName": ["CPUUtilization"]}, {"namespace": ["AWS/EC2"]}],
}
NESTED_OR = {
    "source": ["aws.cloudwatch"],
    "$or": [
        {"metricName": ["CPUUtilization", "ReadLatency"]},
        {"detail": {"scope": ["Service"], "$or": [{"source": ["aws"]}, {"type": ["CloudWatch Alarm State Change"]}]}},
    ],
}
UPLOADED = {"Records": {"s3": {"object": {"key": [{"prefix": "auto-"}]}}, "eventName": [{"prefix": "ObjectCreated:"}]}}


@pytest.mark.parametrize(
    ("policy", "attributes", "expected"),
    [
        ({"sport": ["rugby", "tennis"]}, {"sport": text("rugby")}, True),
        ({"sport": ["rugby", "tennis"]}, {"sport": text("baseball")}, False),
        ({"sport": ["rugby", "tennis"]}, {"sport": array("rugby", "golf")}, True),
        ({"sport": ["rugby", "tennis"]}, {"sport": array("baseball")}, False),
        ({"sport": ["rugby"]}, {"other": text("rugby")}, False),
        ({"sport": ["rugby"]}, {}, False),
        ({}, {}, True),
        ({"a": ["1"], "b": ["2"]}, {"a": text("1"), "b": text("2")}, True),
        ({"a": ["1"], "b": ["2"]}, {"a": text("1"), "b": text("3")}, False),
        ({"sport": ["rugby", {"prefix": "ten"}]}, {"sport": text("tennis")}, True),
        ({"sport": [{"anything-but": ["rugby", "tennis"]}]}, {"sport": text("baseball")}, True),
        ({"sport": [{"anything-but": ["rugby", "tennis"]}]}, {"sport": text("rugby")}, False),
        ({"sport": [{"anything-but": ["rugby", "tennis"]}]}, {"sport": array("rugby", "baseball")}, True),
        ({"sport": [{"anything-but": ["rugby", "tennis"]}]}, {"sport": array("rugby")}, False),
        ({"sport": [{"anything-but": ["rugby"]}]}, {"other": text("golf")}, False),
        ({"event": [{"anything-but": {"prefix": "order-"}}]}, {"event": text("data-entry")}, True),
        ({"event": [{"anything-but": {"prefix": "order-"}}]}, {"event": text("order-number")}, False),
        ({"event": [{"anything-but": {"suffix": "ball"}}]}, {"event": text("baseball")}, False),
        ({"price": [{"anything-but": [100, 500]}]}, {"price": number(101)}, True),
        ({"price": [{"anything-but": [100, 500]}]}, {"price": number(100)}, False),
        ({"price": [{"anything-but": [100, 500]}]}, {"price": array(100, 50)}, True),
        ({"sport": [{"equals-ignore-case": "tennis"}]}, {"sport": text("TENNIS")}, True),
        ({"sport": [{"equals-ignore-case": "tennis"}]}, {"sport": text("rugby")}, False),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": text("10.0.0.255")}, True),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": text("10.1.1.0")}, False),
        ({"sport": [{"prefix": "bas"}]}, {"sport": text("baseball")}, True),
        ({"sport": [{"prefix": "bas"}]}, {"sport": text("rugby")}, False),
        ({"sport": [{"suffix": "ball"}]}, {"sport": text("baseball")}, True),
        ({"sport": [{"suffix": "ball"}]}, {"sport": text("rugby")}, False),
        ({"price": [{"numeric": ["=", 301.5]}]}, {"price": number("301.5")}, True),
        ({"price": [{"numeric": ["=", 301.5]}]}, {"price": number("3.015e2")}, True),
        ({"price": [{"numeric": ["=", 301.5]}]}, {"price": number(300)}, False),
        ({"price": [{"numeric": ["<", 0]}]}, {"price": number(-1)}, True),
        ({"price": [{"numeric": [">", 0, "<=", 150]}]}, {"price": number(150)}, True),
        ({"price": [{"numeric": [">", 0, "<=", 150]}]}, {"price": number(0)}, False),
        ({"price": [{"numeric": ["=", 300]}]}, {"price": text("300")}, False),
        ({"price": [100, 500]}, {"price": number(100)}, True),
        ({"price": [100]}, {"price": text("100")}, False),
        ({"price": ["100"]}, {"price": number(100)}, False),
        ({"store": [{"exists": True}]}, {"store": text("fans")}, True),
        ({"store": [{"exists": True}]}, {"other": text("x")}, False),
        ({"store": [{"exists": False}]}, {"other": text("x")}, True),
        ({"store": [{"exists": False}]}, {"store": text("x")}, False),
        ({"store": [{"exists": False}]}, {}, False),
        ({"store": [{"exists": True}]}, {"store": {"Type": "Binary", "Value": "eA=="}}, False),
        (CLOUDWATCH, {"source": text("aws.cloudwatch"), "metricName": text("CPUUtilization")}, True),
        (CLOUDWATCH, {"source": text("aws.cloudwatch"), "namespace": text("AWS/EC2")}, True),
        (CLOUDWATCH, {"source": text("aws.cloudwatch"), "namespace": text("AWS/S3")}, False),
    ],
)
def test_policy_on_attributes(policy: dict[str, Any], attributes: dict[str, Any], expected: bool) -> None:
    wanted = topic_filter({"FilterPolicy": json.dumps(policy)})
    assert wanted({"Message": '{"sport": "rugby"}', "MessageAttributes": attributes}) is expected


@pytest.mark.parametrize(
    ("policy", "body", "expected"),
    [
        ({"store": ["example"]}, {"store": "example"}, True),
        ({"store": ["example"]}, {"store": "other"}, False),
        ({"sport": [{"wildcard": "*ball"}]}, {"sport": "baseball"}, True),
        ({"person": {"address": {"city": ["Paris"]}}}, {"person": {"address": {"city": "Paris"}}}, True),
        ({"person": {"address": {"city": ["Paris"]}}}, {"person": {"address": {"city": "Rome"}}}, False),
        ({"sport": ["rugby"]}, {"sport": ["rugby", "tennis"]}, True),
        (UPLOADED, {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "auto-1"}}}]}, True),
        (UPLOADED, {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "by-hand"}}}]}, False),
        ({"price": [100]}, {"price": 100}, True),
        ({"price": [100]}, {"price": "100"}, False),
        ({"price": [{"numeric": ["=", 100]}]}, {"price": "100"}, False),
        ({"price": [None]}, {"price": None}, True),
        ({"price": [True]}, {"price": True}, True),
        ({"price": [True]}, {"price": "true"}, False),
        ({"a": {"b": [{"exists": False}]}}, {"a": {"c": 1}}, True),
        ({"a": {"b": [{"exists": False}]}}, {"c": 1}, True),
        (NESTED_OR, {"source": "aws.cloudwatch", "metricName": "ReadLatency"}, True),
        (
            NESTED_OR,
            {"source": "aws.cloudwatch", "detail": {"scope": "Service", "type": "CloudWatch Alarm State Change"}},
            True,
        ),
        (NESTED_OR, {"source": "aws.cloudwatch", "detail": {"scope": "Region", "source": "aws"}}, False),
        ({"a": ["b"]}, [1], False),
    ],
)
def test_policy_on_the_body(policy: dict[str, Any], body: Any, expected: bool) -> None:
    wanted = topic_filter({"FilterPolicy": json.dumps(policy), "FilterPolicyScope": "MessageBody"})
    assert wanted({"Message": json.dumps(body), "MessageAttributes": {"store": text("example")}}) is expected


def test_body_that_is_not_json_matches_no_policy() -> None:
    wanted = topic_filter({"FilterPolicy": '{"a": ["b"]}', "FilterPolicyScope": "MessageBody"})
    assert wanted({"Message": "a: b"}) is False


@pytest.mark.parametrize(
    "attributes",
    [
        {"FilterPolicy": "{"},
        {"FilterPolicy": "[]"},
        {"FilterPolicy": '{"a": "b"}'},
        {"FilterPolicy": '{"a": {"b": ["c"]}}'},
        {"FilterPolicy": '{"$or": [{"a": {"b": ["c"]}}, {"d": ["e"]}]}'},
        {"FilterPolicy": json.dumps({key: ["x"] for key in "abcdef"})},
        {"FilterPolicy": '{"a": ["b"]}', "FilterPolicyScope": "Everything"},
    ],
)
def test_policy_that_sns_refuses_is_refused_at_once(attributes: dict[str, str]) -> None:
    with pytest.raises(InvalidPatternError):
        topic_filter(attributes)
