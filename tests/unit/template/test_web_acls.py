"""Web ACLs in a template: what is read, and what refuses to start because it could not be judged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.errors import TemplateError, UnsupportedError
from emulator.model.web_acls import (
    Action,
    And,
    ByteMatch,
    Content,
    CustomResponse,
    FieldToMatch,
    ForwardedAddress,
    GeoMatch,
    IpMatch,
    LabelMatch,
    ManagedGroup,
    Not,
    OwnGroup,
    RateBased,
    RateKey,
    RegexMatch,
    SizeConstraint,
    SqliMatch,
    WebAcl,
    XssMatch,
)

VISIBLE = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
PATH = {"FieldToMatch": {"UriPath": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}
BYTES = {"ByteMatchStatement": {**PATH, "SearchString": "/admin", "PositionalConstraint": "STARTS_WITH"}}
IS_ADMIN = ByteMatch(Content(FieldToMatch("UriPath")), b"/admin", "STARTS_WITH")
STAGE = "arn:aws:apigateway:eu-west-1::/restapis/abc123def4/stages/prod"


def rule(statement: dict[str, Any], name: str = "Rule", priority: int = 0, **values: Any) -> dict[str, Any]:
    action = {} if "OverrideAction" in values else {"Action": {"Block": {}}}
    return {"Name": name, "Priority": priority, "VisibilityConfig": VISIBLE, "Statement": statement, **action, **values}


def acl(*rules: dict[str, Any], **values: Any) -> dict[str, Any]:
    properties = {
        "Name": "shop",
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": VISIBLE,
        "Rules": list(rules),
        **values,
    }
    return {"Type": "AWS::WAFv2::WebACL", "Properties": properties}


def load(project, resources: dict[str, Any]) -> Any:
    return project.stack(json.dumps({"Resources": resources}))


def read(project, *rules: dict[str, Any], others: dict[str, Any] | None = None, **values: Any) -> WebAcl:
    return load(project, {"Acl": acl(*rules, **values), **(others or {})}).web_acls["Acl"]


def statement_of(project, statement: dict[str, Any], **others: Any) -> Any:
    return read(project, rule(statement), others=others).rules[0].statement


def content(field: dict[str, Any], *kinds: str) -> dict[str, Any]:
    listed = [{"Priority": index, "Type": kind} for index, kind in enumerate(kinds or ("NONE",))]
    return {"FieldToMatch": field, "TextTransformations": listed}


def test_web_acl_has_the_identity_that_aws_gives_it(project) -> None:
    stack = load(
        project,
        {"Acl": acl(), "Edge": acl(Name="edge", Scope="CLOUDFRONT"), "Nameless": acl(Name=None, Scope="REGIONAL")},
    )
    regional, edge = stack.web_acls["Acl"], stack.web_acls["Edge"]
    assert regional.arn.startswith("arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/")
    assert edge.arn.startswith("arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/")
    name, acl_id, scope = stack.resources["Acl"].split("|")
    assert (name, scope) == ("shop", "REGIONAL")
    assert regional.arn.endswith(f"/{acl_id}")
    assert stack.web_acls["Nameless"].name == "shop-Nameless"


def test_rules_are_in_the_order_of_their_priorities(project) -> None:
    found = read(project, rule(BYTES, "Second", 7), rule(BYTES, "First", 3))
    assert [one.name for one in found.rules] == ["First", "Second"]
    assert found.rules[0].statement == IS_ADMIN
    assert found.default_action == Action("ALLOW")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {
                "SqliMatchStatement": {
                    **content({"Body": {"OversizeHandling": "MATCH"}}, "URL_DECODE"),
                    "SensitivityLevel": "HIGH",
                }
            },
            SqliMatch(Content(FieldToMatch("Body", oversize="MATCH"), ("URL_DECODE",)), "HIGH"),
        ),
        (
            {"XssMatchStatement": content({"SingleQueryArgument": {"Name": "Q"}}, "LOWERCASE", "URL_DECODE")},
            XssMatch(Content(FieldToMatch("SingleQueryArgument", name="q"), ("LOWERCASE", "URL_DECODE"))),
        ),
        (
            {"SizeConstraintStatement": {**content({"QueryString": {}}), "ComparisonOperator": "GT", "Size": 100}},
            SizeConstraint(Content(FieldToMatch("QueryString")), "GT", 100),
        ),
        (
            {
                "RegexMatchStatement": {
                    **content({"SingleHeader": {"Name": "User-Agent"}}),
                    "RegexString": "^curl/[0-9]",
                }
            },
            RegexMatch(Content(FieldToMatch("SingleHeader", name="user-agent")), ("^curl/[0-9]",)),
        ),
        (
            {
                "ByteMatchStatement": {
                    **content(
                        {
                            "Headers": {
                                "MatchPattern": {"IncludedHeaders": ["X-A"]},
                                "MatchScope": "KEY",
                                "OversizeHandling": "CONTINUE",
                            }
                        }
                    ),
                    "SearchStringBase64": "AAE=",
                    "PositionalConstraint": "CONTAINS",
                }
            },
            ByteMatch(Content(FieldToMatch("Headers", scope="KEY", included=("x-a",))), b"\x00\x01", "CONTAINS"),
        ),
        (
            {
                "XssMatchStatement": content(
                    {
                        "JsonBody": {
                            "MatchPattern": {"IncludedPaths": ["/a"]},
                            "MatchScope": "VALUE",
                            "InvalidFallbackBehavior": "MATCH",
                            "OversizeHandling": "NO_MATCH",
                        }
                    }
                )
            },
            XssMatch(
                Content(FieldToMatch("JsonBody", oversize="NO_MATCH", scope="VALUE", included=("/a",), invalid="MATCH"))
            ),
        ),
        (
            {"GeoMatchStatement": {"CountryCodes": ["fr", "DE"]}},
            GeoMatch(frozenset({"FR", "DE"})),
        ),
        ({"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "a:"}}, LabelMatch("NAMESPACE", "a:")),
        ({"NotStatement": {"Statement": BYTES}}, Not(IS_ADMIN)),
        (
            {"AndStatement": {"Statements": [BYTES, {"NotStatement": {"Statement": BYTES}}]}},
            And((IS_ADMIN, Not(IS_ADMIN))),
        ),
        (
            {
                "RateBasedStatement": {
                    "Limit": 100,
                    "EvaluationWindowSec": 60,
                    "AggregateKeyType": "FORWARDED_IP",
                    "ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"},
                    "ScopeDownStatement": BYTES,
                }
            },
            RateBased(100, 60, (RateKey("ForwardedIP"),), ForwardedAddress("x-forwarded-for", "MATCH"), IS_ADMIN),
        ),
        (
            {
                "RateBasedStatement": {
                    "Limit": 10,
                    "AggregateKeyType": "CUSTOM_KEYS",
                    "CustomKeys": [
                        {"IP": {}},
                        {"Header": {"Name": "X-Key", "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}},
                        {"LabelNamespace": {"Namespace": "awswaf:Plan:"}},
                    ],
                }
            },
            RateBased(
                10,
                300,
                (RateKey("IP"), RateKey("Header", "x-key", ("LOWERCASE",)), RateKey("LabelNamespace", "awswaf:Plan:")),
            ),
        ),
    ],
)
def test_statement_is_read(project, written, expected) -> None:
    assert statement_of(project, written) == expected


def test_sets_are_found_by_their_arn(project) -> None:
    addresses = {
        "Type": "AWS::WAFv2::IPSet",
        "Properties": {"Scope": "REGIONAL", "IPAddressVersion": "IPV6", "Addresses": ["2001:db8::/32"]},
    }
    patterns = {
        "Type": "AWS::WAFv2::RegexPatternSet",
        "Properties": {"Scope": "REGIONAL", "RegularExpressionList": ["a+", "b"]},
    }
    by_address = {
        "IPSetReferenceStatement": {
            "Arn": {"Fn::GetAtt": ["Set", "Arn"]},
            "IPSetForwardedIPConfig": {"HeaderName": "X-Real-IP", "FallbackBehavior": "NO_MATCH", "Position": "ANY"},
        }
    }
    by_pattern = {"RegexPatternSetReferenceStatement": {**PATH, "Arn": {"Fn::GetAtt": ["Set", "Arn"]}}}
    forwarded = ForwardedAddress("x-real-ip", "NO_MATCH", "ANY")
    assert statement_of(project, by_address, Set=addresses) == IpMatch(("2001:db8::/32",), forwarded)
    assert statement_of(project, by_pattern, Set=patterns) == RegexMatch(Content(FieldToMatch("UriPath")), ("a+", "b"))


def test_managed_group_is_read_with_its_overrides(project) -> None:
    group = {
        "VendorName": "AWS",
        "Name": "AWSManagedRulesCommonRuleSet",
        "ExcludedRules": [{"Name": "NoUserAgent_HEADER"}],
        "RuleActionOverrides": [
            {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Allow": {}}},
            {"Name": "NoSuchRule", "ActionToUse": {"Count": {}}},
        ],
        "ScopeDownStatement": BYTES,
    }
    found = read(project, rule({"ManagedRuleGroupStatement": group}, OverrideAction={"Count": {}})).rules[0]
    overrides = {"NoUserAgent_HEADER": Action("COUNT"), "SizeRestrictions_BODY": Action("ALLOW")}
    assert found.statement == ManagedGroup("AWSManagedRulesCommonRuleSet", overrides, IS_ADMIN)
    assert (found.action, found.counts_only) == (None, True)


def test_rule_group_of_the_stack_is_read_into_the_web_acl(project) -> None:
    group = {
        "Type": "AWS::WAFv2::RuleGroup",
        "Properties": {
            "Name": "team",
            "Scope": "REGIONAL",
            "Capacity": 10,
            "VisibilityConfig": VISIBLE,
            "Rules": [rule(BYTES, "Inner", RuleLabels=[{"Name": "x"}])],
        },
    }
    reference = {
        "RuleGroupReferenceStatement": {"Arn": {"Fn::GetAtt": ["Group", "Arn"]}, "ExcludedRules": [{"Name": "Inner"}]}
    }
    statement = read(project, rule(reference, OverrideAction={"None": {}}), others={"Group": group}).rules[0].statement
    assert isinstance(statement, OwnGroup)
    assert (statement.name, statement.overrides) == ("team", {"Inner": Action("COUNT")})
    assert (statement.rules[0].statement, statement.rules[0].labels) == (IS_ADMIN, ("x",))


def test_custom_responses_and_headers_are_read(project) -> None:
    blocking = {
        "Block": {
            "CustomResponse": {
                "ResponseCode": 429,
                "CustomResponseBodyKey": "slow",
                "ResponseHeaders": [{"Name": "Retry-After", "Value": "60"}],
            }
        }
    }
    counting = {"Count": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "Seen", "Value": "yes"}]}}}
    bodies = {"slow": {"ContentType": "APPLICATION_JSON", "Content": '{"slow":"down"}'}}
    found = read(
        project, rule(BYTES, Action=blocking), rule(BYTES, "B", 1, Action=counting), CustomResponseBodies=bodies
    )
    response = CustomResponse(429, (("Retry-After", "60"),), "application/json", '{"slow":"down"}')
    assert [one.action for one in found.rules] == [
        Action("BLOCK", response),
        Action("COUNT", inserted=(("Seen", "yes"),)),
    ]


def test_stage_is_guarded_by_its_association(project) -> None:
    association = {
        "Type": "AWS::WAFv2::WebACLAssociation",
        "Properties": {"ResourceArn": STAGE, "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]}},
    }
    assert read(project, others={"Guarded": association}).protects == (STAGE,)


def test_body_limit_is_that_of_the_scope(project) -> None:
    larger = {"RequestBody": {"CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_64"}}}
    assert read(project).body_limit == 16_384
    assert read(project, AssociationConfig=larger).body_limit == 16_384
    assert read(project, Scope="CLOUDFRONT", AssociationConfig=larger).body_limit == 65_536


def test_log_is_read_with_its_filters(project) -> None:
    logging = {
        "Type": "AWS::WAFv2::LoggingConfiguration",
        "Properties": {
            "ResourceArn": {"Fn::GetAtt": ["Acl", "Arn"]},
            "LogDestinationConfigs": ["arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-shop:*"],
            "RedactedFields": [{"SingleHeader": {"Name": "Authorization"}}],
            "LoggingFilter": {
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
                    }
                ],
            },
        },
    }
    log = read(project, others={"Log": logging}).log
    assert log is not None
    assert (log.groups, log.default_behavior) == (("aws-waf-logs-shop",), "DROP")
    assert log.redacted == (FieldToMatch("SingleHeader", name="authorization"),)
    assert (log.rules[0].behavior, log.rules[0].actions) == ("KEEP", ("BLOCK",))


def test_log_group_may_be_one_of_the_template(project) -> None:
    """It has no ARN of a log group before it exists; a name that AWS refuses is refused where it is written."""

    def logging(destination: Any) -> dict[str, Any]:
        properties = {"ResourceArn": {"Fn::GetAtt": ["Acl", "Arn"]}, "LogDestinationConfigs": [destination]}
        return {"Type": "AWS::WAFv2::LoggingConfiguration", "Properties": properties}

    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "aws-waf-logs-shop"}}
    log = read(project, others={"Group": group, "Log": logging({"Fn::GetAtt": ["Group", "Arn"]})}).log
    assert log is not None
    with pytest.raises(TemplateError, match="aws-waf-logs-"):
        read(project, others={"Log": logging("arn:aws:logs:eu-west-1:123456789012:log-group:shop")})


def test_log_to_a_stream_or_a_bucket_is_listed(project) -> None:
    destination = "arn:aws:s3:::aws-waf-logs-shop"
    properties = {"ResourceArn": {"Fn::GetAtt": ["Acl", "Arn"]}, "LogDestinationConfigs": [destination]}
    log = {"Type": "AWS::WAFv2::LoggingConfiguration", "Properties": properties}
    ignored = load(project, {"Acl": acl(), "Log": log}).ignored
    assert [one.property for one in ignored] == ["LogDestinationConfigs"]


def test_what_differs_here_is_listed(project) -> None:
    reputation = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesAmazonIpReputationList"}}
    rules = [
        rule(reputation, "Reputation", 0, OverrideAction={"None": {}}),
        rule({"GeoMatchStatement": {"CountryCodes": ["FR"]}}, "Country", 1),
        rule(BYTES, "Puzzle", 2, Action={"Captcha": {}}),
    ]
    ignored = load(project, {"Acl": acl(*rules)}).ignored
    assert [one.property for one in ignored] == ["Rules Reputation", "Rules Country", "Rules Puzzle"]


@pytest.mark.parametrize(
    "statement",
    [
        {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesBotControlRuleSet"}},
        {"ManagedRuleGroupStatement": {"VendorName": "Fortinet", "Name": "OWASP10"}},
        {"RuleGroupReferenceStatement": {"Arn": "arn:aws:wafv2:eu-west-1:1:regional/rulegroup/other/id"}},
        {"IPSetReferenceStatement": {"Arn": "arn:aws:wafv2:eu-west-1:1:regional/ipset/other/id"}},
        {"RegexMatchStatement": {**PATH, "RegexString": "(?=a)b"}},
        {"RegexMatchStatement": {**PATH, "RegexString": "(a)\\1"}},
        {"XssMatchStatement": content({"JA3Fingerprint": {"FallbackBehavior": "MATCH"}})},
        {"XssMatchStatement": content({"HeaderOrder": {"OversizeHandling": "MATCH"}})},
        {"XssMatchStatement": content({"UriPath": {}}, "ROT13")},
        {"AsnMatchStatement": {"AsnList": [1]}},
        {"NotStatement": {"Statement": {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}}},
        {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"ASN": {}}]}},
    ],
)
def test_rule_that_cannot_be_judged_here_refuses_to_start(project, statement) -> None:
    override = {"OverrideAction": {"None": {}}} if "Group" in next(iter(statement)) else {}
    with pytest.raises(UnsupportedError) as error:
        read(project, rule(statement, **override))
    assert "template.yaml:" in error.value.where


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        ([rule(BYTES), rule(BYTES, "Same priority")], {}),
        ([rule(BYTES, Action={"Block": {}, "Allow": {}})], {}),
        ([rule(BYTES, Action={})], {}),
        (
            [rule(BYTES, Action={"Block": {"CustomResponse": {"ResponseCode": 403, "CustomResponseBodyKey": "none"}}})],
            {},
        ),
        ([rule({})], {}),
        ([rule({**BYTES, "XssMatchStatement": PATH})], {}),
        ([rule({"ByteMatchStatement": {**PATH, "SearchString": "", "PositionalConstraint": "CONTAINS"}})], {}),
        ([rule({"XssMatchStatement": {"FieldToMatch": {"UriPath": {}}}})], {}),
        ([rule({"AndStatement": {"Statements": [BYTES]}})], {}),
        ([rule({"RateBasedStatement": {"Limit": 9, "AggregateKeyType": "IP"}})], {}),
        ([rule({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CONSTANT"}})], {}),
        ([rule({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "FORWARDED_IP"}})], {}),
        ([], {"DefaultAction": {"Count": {}}}),
        ([], {"DefaultAction": {}}),
        ([], {"Scope": "GLOBAL"}),
    ],
)
def test_template_that_aws_refuses_is_refused(project, rules, values) -> None:
    with pytest.raises(TemplateError):
        read(project, *rules, **values)


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        ("arn:aws:apigateway:eu-west-1::/apis/abc/stages/$default", "REST APIs, not HTTP APIs"),
        ("arn:aws:cloudfront::123456789012:distribution/E1", "WebACLId"),
    ],
)
def test_association_that_aws_refuses_is_refused(project, resource, error) -> None:
    association = {
        "Type": "AWS::WAFv2::WebACLAssociation",
        "Properties": {"ResourceArn": resource, "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]}},
    }
    with pytest.raises(TemplateError, match=error):
        read(project, others={"Guarded": association})


def test_stage_guarded_by_a_web_acl_of_another_stack_refuses_to_start(project) -> None:
    association = {
        "Type": "AWS::WAFv2::WebACLAssociation",
        "Properties": {"ResourceArn": STAGE, "WebACLArn": "arn:aws:wafv2:eu-west-1:1:regional/webacl/other/id"},
    }
    with pytest.raises(UnsupportedError, match="Put the web ACL into this template"):
        read(project, others={"Guarded": association})


@pytest.mark.parametrize("address", ["10.0.0.1", "0.0.0.0/0", "2001:db8::/32", "10.0.0.0/33", "all"])
def test_address_that_aws_refuses_is_refused(project, address) -> None:
    addresses = {
        "Type": "AWS::WAFv2::IPSet",
        "Properties": {"Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": [address]},
    }
    with pytest.raises(TemplateError):
        read(project, others={"Set": addresses})
