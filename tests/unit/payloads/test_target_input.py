"""What a rule's target gets, from the examples of AWS's page on input transformation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.model import TargetInput
from emulator.payloads.target_input import RuleContext, select, target_payload

EVENT: dict[str, Any] = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "123456789012",
    "time": "2015-11-11T21:29:54Z",
    "region": "us-east-1",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
    "detail": {"instance-id": "i-0123456789", "state": "RUNNING", "count": 3, "tags": [{"k": "a"}, {"k": "b"}]},
}
ARN = "arn:aws:events:us-east-1:123456789012:rule/started"
PATHS = {"instance": "$.detail.instance-id", "state": "$.detail.state", "detail": "$.detail", "count": "$.detail.count"}


def payload(**wanted: Any) -> Any:
    return json.loads(target_payload(TargetInput(**wanted), EVENT, RuleContext(ARN, "started", 1_700_000_000.5)))


def test_without_input_the_event_goes_as_it_is() -> None:
    assert payload() == EVENT


def test_constant_input_replaces_the_event() -> None:
    assert payload(input='{"constant": 1}') == {"constant": 1}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.detail", EVENT["detail"]),
        ("$.detail.state", "RUNNING"),
        ("$.detail-type", EVENT["detail-type"]),
        ("$.resources[0]", EVENT["resources"][0]),
        ("$.detail.tags[1].k", "b"),
        ("$", EVENT),
        ("$.detail.missing", EVENT),
    ],
)
def test_input_path_takes_a_part(path: str, expected: Any) -> None:
    assert payload(path=path) == expected


def test_wildcard_takes_every_element() -> None:
    assert select("$.detail.tags[*].k", EVENT) == ["a", "b"]
    assert select("$.detail.*", {"detail": {"a": 1, "b": 2}}) == [1, 2]
    assert select("$.detail.tags[*].missing", EVENT) is None


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('"instance <instance> is in <state>"', "instance i-0123456789 is in RUNNING"),
        ('{"instance": <instance>, "state": "<state>"}', {"instance": "i-0123456789", "state": "RUNNING"}),
        ('{"count": <count>, "text": "<count> of them"}', {"count": 3, "text": "3 of them"}),
        ('{"all": <detail>}', {"all": EVENT["detail"]}),
        ("<detail>", EVENT["detail"]),
        ('{"missing": <gone>, "text": "nothing: <gone>"}', {"missing": "", "text": "nothing: "}),
        ('["<state>", <state>]', ["RUNNING", "RUNNING"]),
        ('{"said": "<instance> is \\"<state>\\""}', {"said": 'i-0123456789 is "RUNNING"'}),
    ],
)
def test_template_is_filled(template: str, expected: Any) -> None:
    assert payload(template=template, paths={**PATHS, "gone": "$.detail.gone"}) == expected


def test_objects_inside_of_texts_lose_their_quotes() -> None:
    found = payload(template='"the tags: <tags>"', paths={"tags": "$.detail.tags"})
    assert found == "the tags: [{k:a},{k:b}]"


def test_predefined_variables() -> None:
    template = (
        '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>,'
        ' "all": <aws.events.event.json>, "head": <aws.events.event>}'
    )
    found = payload(template=template)
    assert (found["arn"], found["name"], found["at"]) == (ARN, "started", "2023-11-14T22:13:20.500Z")
    assert found["all"] == EVENT
    assert "detail" not in found["head"]
    assert found["head"]["detailType"] == EVENT["detail-type"]


def test_text_without_quotes_is_no_json() -> None:
    wanted = TargetInput(template="<instance> is in <state>", paths=PATHS)
    assert target_payload(wanted, EVENT, RuleContext(ARN, "started", 0.0)) == '"i-0123456789" is in "RUNNING"'
