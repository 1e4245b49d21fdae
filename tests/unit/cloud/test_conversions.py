"""Values of templates as the APIs want them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from emulator.cloud.coercion import coerce, text
from emulator.cloud.kinds import s3_configuration, s3_lifecycle
from emulator.cloud.log_shipper import _batches
from emulator.cloud.queue_client import string_attributes
from emulator.cloud.registry import kinds
from emulator.cloud.wanted import tag_changes


def shape(service: str, operation: str) -> Any:
    model = botocore.session.Session().get_service_model(service)
    return model.operation_model(operation).input_shape


def test_text_becomes_the_type_of_the_api() -> None:
    given = {"Period": "60", "Threshold": "1.5", "ActionsEnabled": "true", "AlarmName": 5, "Dimensions": [{"Value": 7}]}
    wanted = {"Period": 60, "Threshold": 1.5, "ActionsEnabled": True, "AlarmName": "5", "Dimensions": [{"Value": "7"}]}
    assert coerce(given, shape("cloudwatch", "PutMetricAlarm")) == wanted


def test_documents_become_json_where_the_api_wants_a_string() -> None:
    given = {"Policy": {"Version": "2012-10-17"}, "Bucket": "b"}
    assert coerce(given, shape("s3", "PutBucketPolicy")) == {"Policy": '{"Version": "2012-10-17"}', "Bucket": "b"}


@pytest.mark.parametrize(("member", "value"), [("Period", "often"), ("ActionsEnabled", "perhaps")])
def test_value_of_the_wrong_type_is_refused(member: str, value: str) -> None:
    with pytest.raises(ValueError):
        coerce({member: value}, shape("cloudwatch", "PutMetricAlarm"))


def test_unknown_member_stays_for_the_sdk_to_refuse() -> None:
    assert coerce({"Typo": "1"}, shape("cloudwatch", "PutMetricAlarm")) == {"Typo": "1"}


@pytest.mark.parametrize(("value", "wanted"), [(True, "true"), (5, "5"), ({"a": 1}, '{"a": 1}'), ("x", "x")])
def test_text_of_a_value(value: Any, wanted: str) -> None:
    assert text(value) == wanted


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({}, {"Prefix": ""}),
        ({"Prefix": "a/"}, {"Prefix": "a/"}),
        ({"TagFilters": [{"Key": "k", "Value": "v"}]}, {"Tag": {"Key": "k", "Value": "v"}}),
        (
            {"Prefix": "a/", "TagFilters": [{"Key": "k", "Value": "v"}]},
            {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
        ),
        (
            {"Prefix": "a/", "ObjectSizeGreaterThan": "5"},
            {"And": {"Prefix": "a/", "ObjectSizeGreaterThan": "5"}},
        ),
    ],
)
def test_conditions_of_a_lifecycle_rule_become_one_filter(rule: dict[str, Any], wanted: dict[str, Any]) -> None:
    (converted,) = s3_lifecycle.convert({"Rules": [{"Status": "Enabled", **rule}]})["Rules"]
    assert converted == {"Status": "Enabled", "Filter": wanted}


def test_single_forms_of_a_lifecycle_rule_become_lists() -> None:
    rule = {
        "Id": "x",
        "Status": "Enabled",
        "ExpirationDate": "2030-01-01",
        "Transition": {"StorageClass": "GLACIER", "TransitionInDays": 1},
        "NoncurrentVersionExpirationInDays": 3,
        "NoncurrentVersionTransition": {"StorageClass": "GLACIER", "TransitionInDays": 2},
    }
    assert s3_lifecycle.convert({"Rules": [rule]})["Rules"][0] == {
        "ID": "x",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Date": "2030-01-01"},
        "Transitions": [{"StorageClass": "GLACIER", "Days": 1}],
        "NoncurrentVersionExpiration": {"NoncurrentDays": 3},
        "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "NoncurrentDays": 2}],
    }


def test_website_of_a_bucket_is_converted() -> None:
    (section,) = [one for one in s3_configuration.SECTIONS if one.property == "WebsiteConfiguration"]
    rule = {"RoutingRuleCondition": {"KeyPrefixEquals": "a"}, "RedirectRule": {"HostName": "b.example"}}
    given = {"IndexDocument": "i.html", "ErrorDocument": "e.html", "RoutingRules": [rule]}
    assert section.convert(given) == {
        "IndexDocument": {"Suffix": "i.html"},
        "ErrorDocument": {"Key": "e.html"},
        "RoutingRules": [{"Redirect": {"HostName": "b.example"}, "Condition": {"KeyPrefixEquals": "a"}}],
    }


def test_tags_of_aws_are_left_alone() -> None:
    found = {"same": "1", "other": "1", "gone": "1", "aws:cloudformation:stack-name": "s"}
    assert tag_changes({"same": "1", "other": "2", "new": "3"}, found) == ({"other": "2", "new": "3"}, ["gone"])


def test_empty_message_attributes_are_left_out() -> None:
    assert string_attributes({"a": "1", "b": ""}) == {"a": {"DataType": "String", "StringValue": "1"}}
    assert string_attributes({}) is None


def test_log_events_are_cut_into_calls_the_service_takes() -> None:
    events = [(index, "x" * 100_000) for index in range(25)]
    batches = list(_batches(events))
    assert [event for batch in batches for event in batch] == events
    assert all(sum(len(message) + 26 for _, message in batch) <= 1_048_576 for batch in batches)
    assert [len(batch) for batch in _batches([(0, "")] * 10_001)] == [10_000, 1]


def test_long_and_empty_log_messages_are_fitted() -> None:
    ((_, long), (_, empty)) = next(_batches([(0, "é" * 262_144), (1, "")]))
    assert len(long.encode()) <= 262_118
    assert empty == " "


def test_every_type_has_its_functions() -> None:
    assert {type.split("::")[0] for type in kinds()} == {"AWS"}
    assert all(callable(kind.ensure) and callable(kind.delete) for kind in kinds().values())
