"""Which bucket policies let a distribution in.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.payloads.s3_policy import Caller, allows

ARN = "arn:aws:cloudfront::123456789012:distribution/E2QWRUHEXAMPLE"
USER = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
OBJECT = "arn:aws:s3:::web/index.html"
OAC, OAI, NOBODY = Caller("oac", ARN), Caller("oai", USER, "c0ffee"), Caller("anonymous")
SERVICE = {"Service": "cloudfront.amazonaws.com"}


def statement(**values: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::web/*",
        **values,
    }


def reads(caller: Caller, *statements: dict[str, Any]) -> bool:
    return allows({"Version": "2012-10-17", "Statement": list(statements)}, caller, "s3:GetObject", OBJECT)


def test_policy_that_aws_writes_for_an_origin_access_control() -> None:
    own = statement(Condition={"StringEquals": {"AWS:SourceArn": ARN}})
    assert reads(OAC, own)
    assert not reads(OAC, statement(Condition={"StringEquals": {"AWS:SourceArn": f"{ARN}2"}}))
    assert not reads(OAI, own)
    assert not reads(NOBODY, own)


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}},
        {"StringLike": {"AWS:SourceArn": ["nothing", "arn:aws:cloudfront::*:distribution/E2*"]}},
        {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Null": {"aws:SourceArn": "false"}},
    ],
)
def test_conditions_that_hold_for_the_distribution(condition: dict[str, Any]) -> None:
    assert reads(OAC, statement(Condition=condition))


@pytest.mark.parametrize("principal", [{"AWS": USER}, {"CanonicalUser": "c0ffee"}, {"AWS": ["x", USER]}])
def test_policy_for_an_origin_access_identity(principal: dict[str, Any]) -> None:
    assert reads(OAI, statement(Principal=principal))
    assert not reads(OAC, statement(Principal=principal))


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}])
def test_public_bucket_lets_everybody_in(principal: Any) -> None:
    assert all(reads(caller, statement(Principal=principal)) for caller in (OAC, OAI, NOBODY))


def test_bucket_without_a_policy_lets_nobody_in() -> None:
    assert not allows({}, OAC, "s3:GetObject", OBJECT)


def test_usual_denial_of_plain_http_does_not_concern_cloudfront() -> None:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    assert reads(OAC, statement(), statement(Effect="Deny", Principal="*", Action="s3:*", Condition=plain))


def test_denial_wins() -> None:
    assert not reads(OAC, statement(), statement(Effect="Deny", Principal="*"))


def test_condition_that_cannot_be_told_grants_nothing_and_denies() -> None:
    unknown = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    assert not reads(OAC, statement(Condition=unknown))
    assert not reads(OAC, statement(), statement(Effect="Deny", Principal="*", Condition=unknown))


def test_key_that_a_request_does_not_have_equals_nothing() -> None:
    wanted = {"aws:SourceArn": ARN}
    assert not reads(NOBODY, statement(Principal="*", Condition={"StringEquals": wanted}))
    assert reads(NOBODY, statement(Principal="*", Condition={"StringNotEquals": wanted}))
    assert reads(NOBODY, statement(Principal="*", Condition={"StringEqualsIfExists": wanted}))


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ({"Action": ["s3:Get*"]}, True),
        ({"Action": "s3:PutObject"}, False),
        ({"Resource": "arn:aws:s3:::web/public/*"}, False),
        ({"Resource": ["arn:aws:s3:::other/*", "arn:aws:s3:::web/index.html"]}, True),
        ({"NotAction": "s3:PutObject", "Action": None}, True),
    ],
)
def test_action_and_resource(values: dict[str, Any], read: bool) -> None:
    written = {key: value for key, value in statement(**values).items() if value is not None}
    assert reads(OAC, written) is read
