"""What a web ACL's log says of a decision, and which decisions it keeps."""

from __future__ import annotations

import logging

import pytest

from emulator.model.web_acls import Action, FieldToMatch, LogRule, ManagedGroup, RateBased, RateKey, WebAclLog
from tests.fakes.web_acls import BLOCK, COUNT, contains, guard, rule

GROUPS = ("aws-waf-logs-shop",)
ADMIN = contains("/admin")
# https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html
FIELDS = {
    *("timestamp", "formatVersion", "webaclId", "terminatingRuleId", "terminatingRuleType", "action"),
    *("terminatingRuleMatchDetails", "httpSourceName", "httpSourceId", "ruleGroupList", "rateBasedRuleList"),
    *("nonTerminatingMatchingRules", "requestHeadersInserted", "responseCodeSent", "httpRequest", "labels"),
}


def test_line_has_aws_s_fields() -> None:
    here = guard(rule(ADMIN, labels=("x",)), log=WebAclLog(GROUPS))
    here.ask("/admin", query="a=b", headers=[("x-any", "1")])
    (line,) = here.lines
    assert set(line) == FIELDS
    assert (line["action"], line["terminatingRuleId"], line["terminatingRuleType"]) == ("BLOCK", "Rule", "REGULAR")
    assert (line["httpSourceName"], line["httpSourceId"]) == ("CF", "E2QWRUHEXAMPLE")
    assert line["labels"] == [{"name": "awswaf:123456789012:webacl:shop:x"}]
    asked = line["httpRequest"]
    assert (asked["clientIp"], asked["country"], asked["uri"], asked["args"]) == ("127.0.0.1", "XX", "/admin", "a=b")
    assert {"name": "x-any", "value": "1"} in asked["headers"]


def test_rule_of_a_group_is_named_with_its_group() -> None:
    group = ManagedGroup("AWSManagedRulesCommonRuleSet", {})
    here = guard(rule(group, None, "Common"), log=WebAclLog(GROUPS))
    here.ask("/../../etc/passwd")
    (line,) = here.lines
    assert (line["terminatingRuleId"], line["terminatingRuleType"]) == ("Common", "MANAGED_RULE_GROUP")
    assert line["ruleGroupList"][0]["ruleGroupId"] == "AWS#AWSManagedRulesCommonRuleSet"
    assert line["ruleGroupList"][0]["terminatingRule"]["ruleId"] == "GenericLFI_URIPATH"


def test_rate_based_rule_is_named_as_one() -> None:
    here = guard(rule(RateBased(10, 60, (RateKey("IP"),)), name="Rate"), log=WebAclLog(GROUPS))
    for _ in range(11):
        here.ask("/")
    assert [line["terminatingRuleType"] for line in here.lines[-2:]] == ["REGULAR", "RATE_BASED"]


def test_log_keeps_requests_that_pass_as_well() -> None:
    here = guard(rule(ADMIN, COUNT), log=WebAclLog(GROUPS))
    here.ask("/")
    here.ask("/admin")
    assert [line["terminatingRuleId"] for line in here.lines] == ["Default_Action"] * 2
    assert here.lines[1]["nonTerminatingMatchingRules"][0]["ruleId"] == "Rule"


def test_web_acl_without_a_log_writes_none() -> None:
    here = guard(rule(ADMIN))
    here.ask("/admin")
    assert here.lines == []


def test_redacted_fields_are_not_in_the_log() -> None:
    redacted = (
        FieldToMatch("SingleHeader", name="authorization"),
        *map(FieldToMatch, ("UriPath", "QueryString", "Method")),
    )
    here = guard(rule(ADMIN), log=WebAclLog(GROUPS, redacted=redacted))
    here.ask("/admin", query="token=s3cret", headers=[("authorization", "Bearer s3cret")])
    asked = here.lines[0]["httpRequest"]
    assert "s3cret" not in str(here.lines)
    assert asked["uri"] == asked["args"] == asked["httpMethod"] == "REDACTED"


@pytest.mark.parametrize(
    ("filters", "default", "kept"),
    [
        ((LogRule("KEEP", "MEETS_ANY", ("BLOCK",), ()),), "DROP", ["/admin"]),
        ((LogRule("DROP", "MEETS_ANY", ("BLOCK",), ()),), "KEEP", ["/", "/seen"]),
        ((LogRule("KEEP", "MEETS_ANY", ("COUNT", "BLOCK"), ()),), "DROP", ["/admin", "/seen"]),
        ((LogRule("KEEP", "MEETS_ALL", ("COUNT", "BLOCK"), ()),), "DROP", []),
        ((LogRule("KEEP", "MEETS_ANY", (), ("awswaf:123456789012:webacl:shop:seen",)),), "DROP", ["/seen"]),
        ((LogRule("DROP", "MEETS_ANY", ("ALLOW",), ()), LogRule("KEEP", "MEETS_ANY", ("COUNT",), ())), "DROP", []),
    ],
)
def test_filters_decide_what_is_kept(filters, default, kept) -> None:
    log = WebAclLog(GROUPS, rules=filters, default_behavior=default)
    here = guard(rule(contains("/seen"), COUNT, "Seen", labels=("seen",)), rule(ADMIN, BLOCK, "Admin"), log=log)
    for path in ("/", "/admin", "/seen"):
        here.ask(path)
    assert [line["httpRequest"]["uri"] for line in here.lines] == kept


def test_developer_finds_the_rule_that_stopped_a_request_in_the_system_s_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        guard(rule(ADMIN, Action("BLOCK"), "NoAdmin")).ask("/admin\nx")
    assert "Web ACL shop: BLOCK GET /admin%0Ax by rule NoAdmin" in caplog.text
