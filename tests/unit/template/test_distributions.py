"""CloudFront distributions of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-distribution.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.errors import TemplateError, UnsupportedError
from emulator.model import Distribution, Selection, Stack
from tests.unit.template.conftest import Project

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
ALL_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
API: dict[str, Any] = {
    "Api": {"Type": "AWS::Serverless::HttpApi"},
    "Hello": {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Runtime": "python3.11",
            "CodeUri": "src",
            "Handler": "app.handler",
            "Events": {"Any": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}}}},
        },
    },
}
API_ORIGIN = {
    "Id": "api",
    "DomainName": {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.amazonaws.com"},
    "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
}
WEB_ORIGIN = {
    "Id": "web",
    "DomainName": {"Fn::GetAtt": ["Web", "RegionalDomainName"]},
    "OriginAccessControlId": {"Ref": "Access"},
    "S3OriginConfig": {},
}


def behavior(target: str = "web", **values: Any) -> dict[str, Any]:
    settings = {"TargetOriginId": target, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED, **values}
    return {name: value for name, value in settings.items() if value is not None}


def document(config: dict[str, Any] | None = None, **resources: Any) -> str:
    """A bucket behind a distribution; `config` changes the distribution's."""
    cdn = {"Enabled": True, "Origins": [WEB_ORIGIN], "DefaultCacheBehavior": behavior(), **(config or {})}
    base = {
        "Web": {"Type": "AWS::S3::Bucket"},
        "Access": {"Type": "AWS::CloudFront::OriginAccessControl"},
        "Cdn": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": cdn}},
    }
    outputs = {"Url": {"Value": {"Fn::Sub": "https://${Cdn.DomainName}/start"}}, "Id": {"Value": {"Ref": "Cdn"}}}
    transform = "AWS::Serverless-2016-10-31"
    return json.dumps({"Transform": transform, "Resources": {**base, **resources}, "Outputs": outputs})


def cdn(project: Project, config: dict[str, Any] | None = None, **resources: Any) -> Distribution:
    return project.stack(document(config, **resources)).distributions["Cdn"]


def reasons(stack: Stack) -> list[str]:
    return [item.reason for item in stack.ignored]


def test_distribution_reads_a_private_bucket_as_the_service(project: Project) -> None:
    found = cdn(project)
    web = found.origins["web"]
    assert (web.bucket, web.access.identity, web.access.arn) == ("shop-Web", "oac", found.arn)
    assert found.arn == f"arn:aws:cloudfront::123456789012:distribution/{found.distribution_id}"
    assert (found.behaviors[-1].pattern, found.behaviors[-1].cache.name) == ("*", "CachingOptimized")


def test_ref_and_attributes_and_local_url(project: Project) -> None:
    stack = project.stack(document())
    found = stack.distributions["Cdn"]
    assert stack.outputs == {"Url": "http://127.0.0.1:3201/start", "Id": found.distribution_id}
    assert found.distribution_id.startswith("E")
    assert found.domain_name.endswith(".cloudfront.net")


def test_second_distribution_has_a_port_of_its_own(project: Project) -> None:
    other = json.loads(document())["Resources"]["Cdn"]
    text = json.loads(document(Other=other))
    text["Outputs"] = {"Other": {"Value": {"Fn::Sub": "https://${Other.DomainName}"}}}
    assert project.stack(json.dumps(text)).outputs["Other"] == "http://127.0.0.1:3301"


def test_policy_of_the_bucket_comes_along(project: Project) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    properties = {"Bucket": {"Ref": "Web"}, "PolicyDocument": {"Statement": [statement]}}
    access = cdn(project, Policy={"Type": "AWS::S3::BucketPolicy", "Properties": properties}).origins["web"].access
    assert access.policy == {"Statement": [statement]}


def test_bucket_of_the_stack_without_a_policy_lets_nobody_in(project: Project) -> None:
    assert cdn(project).origins["web"].access.policy == {}


@pytest.mark.parametrize(
    ("domain", "bucket"),
    [
        ("photos.s3.amazonaws.com", "photos"),
        ("photos.s3.eu-west-1.amazonaws.com", "photos"),
        ("my.photos.s3-eu-west-1.amazonaws.com", "my.photos"),
        ("photos.s3.dualstack.eu-west-1.amazonaws.com", "photos"),
    ],
)
def test_bucket_of_somebody_else_is_read_and_said_to_be_unchecked(project: Project, domain: str, bucket: str) -> None:
    stack = project.stack(document({"Origins": [{"Id": "web", "DomainName": domain, "S3OriginConfig": {}}]}))
    origin = stack.distributions["Cdn"].origins["web"]
    assert (origin.bucket, origin.access.policy) == (bucket, None)
    assert f"the policy of bucket {bucket} is not in this template, nor checked" in reasons(stack)


def test_access_control_that_never_signs_makes_cloudfront_a_stranger(project: Project) -> None:
    config = {"Name": "web", "SigningBehavior": "never", "OriginAccessControlOriginType": "s3"}
    access = {"Type": "AWS::CloudFront::OriginAccessControl", "Properties": {"OriginAccessControlConfig": config}}
    assert cdn(project, Access=access).origins["web"].access.identity == "anonymous"


def test_origin_access_identity_is_a_user_with_two_names(project: Project) -> None:
    origin = {**WEB_ORIGIN, "OriginAccessControlId": None}
    origin["S3OriginConfig"] = {"OriginAccessIdentity": {"Fn::Sub": "origin-access-identity/cloudfront/${Identity}"}}
    identity = {"Type": "AWS::CloudFront::CloudFrontOriginAccessIdentity"}
    text = json.loads(document({"Origins": [origin]}, Identity=identity))
    text["Outputs"] = {"User": {"Value": {"Fn::GetAtt": ["Identity", "S3CanonicalUserId"]}}}
    stack = project.stack(json.dumps(text))
    access = stack.distributions["Cdn"].origins["web"].access
    assert (access.identity, access.canonical_user) == ("oai", stack.outputs["User"])
    assert access.arn.startswith("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E")


@pytest.mark.parametrize(("control", "signed"), [({"Ref": "Access"}, True), (None, False)])
def test_function_url_is_asked_with_a_signature_where_it_has_an_access_control(
    project: Project, control: Any, signed: bool
) -> None:
    url = {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": {"Ref": "Hello"}, "AuthType": "AWS_IAM"}}
    host = {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": ["Url", "FunctionUrl"]}]}]}
    origin = {"Id": "web", "DomainName": host, "CustomOriginConfig": {}, "OriginAccessControlId": control}
    origin = {name: value for name, value in origin.items() if value is not None}
    stack = project.stack(document({"Origins": [origin]}, **API, Url=url))
    web = stack.distributions["Cdn"].origins["web"]
    assert (web.url, web.signed) == ("http://127.0.0.1:3002", signed)


def test_api_of_the_stack_is_asked_where_it_is_served(project: Project) -> None:
    settings = behavior("api", OriginRequestPolicyId=EXCEPT_HOST)
    origin = cdn(project, {"Origins": [API_ORIGIN], "DefaultCacheBehavior": settings}, **API).origins["api"]
    assert (origin.url, origin.bucket, origin.host_is_fixed) == ("http://127.0.0.1:3001", None, True)


@pytest.mark.parametrize("policy", [ALL_VIEWER, "bf0718e1-ba1e-49d1-88b1-f726733018ae"])
def test_forwarding_the_viewers_host_to_an_api_is_said_to_fail(project: Project, policy: str) -> None:
    settings = behavior("api", OriginRequestPolicyId=policy)
    stack = project.stack(document({"Origins": [API_ORIGIN], "DefaultCacheBehavior": settings}, **API))
    assert any("AllViewerExceptHostHeader" in reason for reason in reasons(stack))


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"OriginProtocolPolicy": "https-only"}, "https://www.example.com:443"),
        ({"OriginProtocolPolicy": "http-only", "HTTPPort": 8080}, "http://www.example.com:8080"),
        ({"OriginProtocolPolicy": "match-viewer"}, "http://www.example.com:80"),
    ],
)
def test_other_hosts_are_asked_by_their_protocol_and_port(project: Project, settings: Any, url: str) -> None:
    origin = {"Id": "web", "DomainName": "www.example.com", "CustomOriginConfig": {**settings, "OriginReadTimeout": 5}}
    found = cdn(project, {"Origins": [origin | {"OriginPath": "/v1/"}]}).origins["web"]
    assert (found.url, found.path, found.read_timeout_s) == (url, "/v1", 5)


def test_website_endpoint_of_a_bucket_is_refused_with_a_way_out(project: Project) -> None:
    origin = {
        "Id": "web",
        "DomainName": "web.s3-website-eu-west-1.amazonaws.com",
        "CustomOriginConfig": {"HTTPPort": 80},
    }
    with pytest.raises(TemplateError, match="RegionalDomainName"):
        cdn(project, {"Origins": [origin]})


def test_behaviors_keep_their_order_and_settings(project: Project) -> None:
    settings = behavior(
        PathPattern="/api/*",
        AllowedMethods=ALL_METHODS,
        CachePolicyId=DISABLED,
        OriginRequestPolicyId=ALL_VIEWER,
        ViewerProtocolPolicy="redirect-to-https",
        Compress=True,
    )
    found = cdn(project, {"CacheBehaviors": [settings, behavior(PathPattern="/api/v2/*")]})
    first = found.behaviors[0]
    assert [one.pattern for one in found.behaviors] == ["/api/*", "/api/v2/*", "*"]
    assert (first.allowed_methods, first.cached_methods) == (frozenset(ALL_METHODS), frozenset({"GET", "HEAD"}))
    assert (first.cache.max_ttl_s, first.forward and first.forward.name) == (0, "AllViewer")
    assert (first.https_only, first.compress) == (True, True)


def test_own_cache_policy(project: Project) -> None:
    parameters = {
        "EnableAcceptEncodingGzip": True,
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["Accept-Language"]},
        "CookiesConfig": {"CookieBehavior": "allExcept", "Cookies": ["Id"]},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    config = {"Name": "mine", "MinTTL": 1, "DefaultTTL": 20, "MaxTTL": 300}
    config["ParametersInCacheKeyAndForwardedToOrigin"] = parameters
    mine = {"Type": "AWS::CloudFront::CachePolicy", "Properties": {"CachePolicyConfig": config}}
    cache = (
        cdn(project, {"DefaultCacheBehavior": behavior(CachePolicyId={"Ref": "Mine"})}, Mine=mine).behaviors[0].cache
    )
    assert (cache.min_ttl_s, cache.default_ttl_s, cache.max_ttl_s) == (1, 20, 300)
    assert cache.headers == Selection("only", frozenset({"accept-language"}))
    assert (cache.cookies, cache.queries) == (Selection("except", frozenset({"Id"})), Selection("all"))
    assert (cache.gzip, cache.brotli) == (True, False)


def test_own_origin_request_policy_with_cloudfronts_headers(project: Project) -> None:
    headers = {"HeaderBehavior": "allViewerAndWhitelistCloudFront", "Headers": ["CloudFront-Viewer-Country"]}
    config = {"Name": "mine", "HeadersConfig": headers, "CookiesConfig": {"CookieBehavior": "none"}}
    mine = {"Type": "AWS::CloudFront::OriginRequestPolicy", "Properties": {"OriginRequestPolicyConfig": config}}
    settings = behavior(OriginRequestPolicyId={"Fn::GetAtt": ["Mine", "Id"]})
    forward = cdn(project, {"DefaultCacheBehavior": settings}, Mine=mine).behaviors[0].forward
    assert forward is not None
    assert (forward.headers, forward.edge_headers) == (Selection("all"), frozenset({"cloudfront-viewer-country"}))


def test_own_response_headers_policy(project: Project) -> None:
    config = {
        "Name": "mine",
        "CorsConfig": {
            "AccessControlAllowOrigins": {"Items": ["https://a.example"]},
            "AccessControlAllowMethods": {"Items": ["ALL"]},
            "AccessControlAllowHeaders": {"Items": ["*"]},
            "AccessControlAllowCredentials": False,
            "OriginOverride": True,
        },
        "SecurityHeadersConfig": {
            "ContentSecurityPolicy": {"ContentSecurityPolicy": "default-src 'self'", "Override": True},
            "StrictTransportSecurity": {"AccessControlMaxAgeSec": 60, "IncludeSubdomains": True, "Override": False},
            "XSSProtection": {"Protection": True, "ModeBlock": True, "Override": True},
        },
        "CustomHeadersConfig": {"Items": [{"Header": "X-Team", "Value": "web", "Override": False}]},
        "RemoveHeadersConfig": {"Items": [{"Header": "Server"}]},
    }
    mine = {"Type": "AWS::CloudFront::ResponseHeadersPolicy", "Properties": {"ResponseHeadersPolicyConfig": config}}
    settings = behavior(ResponseHeadersPolicyId={"Ref": "Mine"})
    respond = cdn(project, {"DefaultCacheBehavior": settings}, Mine=mine).behaviors[0].respond
    assert respond is not None
    assert respond.cors is not None
    assert respond.cors.allow_methods[:2] == ("DELETE", "GET")
    assert [(one.name, one.value, one.override) for one in respond.headers] == [
        ("content-security-policy", "default-src 'self'", True),
        ("strict-transport-security", "max-age=60; includeSubDomains", False),
        ("x-xss-protection", "1; mode=block", True),
        ("x-team", "web", False),
    ]
    assert respond.remove == frozenset({"server"})


def test_older_settings_without_policies(project: Project) -> None:
    values = {
        "QueryString": True,
        "Cookies": {"Forward": "whitelist", "WhitelistedNames": ["id"]},
        "Headers": ["Origin"],
    }
    settings = behavior(CachePolicyId=None, ForwardedValues=values, MinTTL=0, DefaultTTL=30, MaxTTL=60)
    one = cdn(project, {"DefaultCacheBehavior": settings}).behaviors[0]
    assert (one.cache.default_ttl_s, one.cache.max_ttl_s) == (30, 60)
    assert one.cache.headers == Selection("only", frozenset({"origin"}))
    assert (one.cache.cookies, one.cache.queries) == (Selection("only", frozenset({"id"})), Selection("all"))
    assert one.forward is not None
    assert [one.forward.headers.includes(name) for name in ("x-custom", "accept", "host", "origin")] == [
        True,
        False,
        False,
        True,
    ]


def test_older_settings_that_forward_all_headers_cache_nothing(project: Project) -> None:
    settings = behavior(CachePolicyId=None, ForwardedValues={"QueryString": False, "Headers": ["*"]})
    one = cdn(project, {"DefaultCacheBehavior": settings}).behaviors[0]
    assert (one.cache.max_ttl_s, one.forward and one.forward.headers) == (0, Selection("all"))


def test_error_pages_groups_countries_and_root_object(project: Project) -> None:
    second = {**WEB_ORIGIN, "Id": "spare"}
    group = {
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [500, 503]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "web"}, {"OriginId": "spare"}]},
    }
    found = cdn(
        project,
        {
            "Origins": [WEB_ORIGIN, second],
            "OriginGroups": {"Quantity": 1, "Items": [group]},
            "DefaultCacheBehavior": behavior("both"),
            "DefaultRootObject": "index.html",
            "CustomErrorResponses": [
                {"ErrorCode": 404, "ResponseCode": 200, "ResponsePagePath": "/index.html", "ErrorCachingMinTTL": 5},
                {"ErrorCode": 500, "ErrorCachingMinTTL": 0},
            ],
            "Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", "Locations": ["DE"]}},
        },
    )
    assert (found.groups["both"].primary, found.groups["both"].statuses) == ("web", frozenset({500, 503}))
    page = found.error_pages[404]
    assert (page.page, page.response_status, page.min_ttl_s) == ("/index.html", 200, 5)
    assert (found.error_pages[500].page, found.error_pages[500].min_ttl_s) == (None, 0)
    assert (found.default_root_object, found.countries) == ("index.html", Selection("only", frozenset({"DE"})))


@pytest.mark.parametrize(
    "settings",
    [
        {"TrustedKeyGroups": ["K1"]},
        {"TrustedSigners": ["self"]},
        {"FieldLevelEncryptionId": "F1"},
        {"FunctionAssociations": [{"EventType": "viewer-request", "FunctionARN": "arn"}]},
        {"LambdaFunctionAssociations": [{"EventType": "viewer-request", "LambdaFunctionARN": "arn"}]},
        {"LambdaFunctionAssociations": [{"EventType": "origin-request", "LambdaFunctionARN": "arn"}]},
    ],
)
def test_what_guards_access_and_cannot_run_refuses_to_start(project: Project, settings: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match=r"Distribution Cdn \(.*template\.yaml:\d+\)"):
        project.load(document({"DefaultCacheBehavior": behavior(**settings)}))


def test_public_keys_of_trusted_key_groups_come_along(project: Project) -> None:
    key = {"PublicKeyConfig": {"Name": "k", "CallerReference": "c", "EncodedKey": "-----BEGIN PUBLIC KEY-----"}}
    group = {"KeyGroupConfig": {"Name": "g", "Items": [{"Ref": "Key"}]}}
    resources = {
        "Key": {"Type": "AWS::CloudFront::PublicKey", "Properties": key},
        "Group": {"Type": "AWS::CloudFront::KeyGroup", "Properties": group},
    }
    settings = behavior(TrustedKeyGroups=[{"Ref": "Group"}])
    stack = project.stack(document({"DefaultCacheBehavior": settings}, **resources))
    found = stack.distributions["Cdn"].behaviors[0].trusted_keys
    assert found == {stack.resources["Key"]: "-----BEGIN PUBLIC KEY-----"}


def test_what_has_no_effect_is_listed(project: Project) -> None:
    settings = behavior(FunctionAssociations=[{"EventType": "viewer-response", "FunctionARN": "arn"}])
    config = {"Aliases": ["www.example.com"], "Logging": {"Bucket": "x"}, "DefaultCacheBehavior": settings}
    listed = reasons(project.stack(document(config, Store={"Type": "AWS::CloudFront::KeyValueStore"})))
    assert "AWS::CloudFront::KeyValueStore has no effect here" in listed
    assert "names of your own are not served; use the local URL" in listed
    assert "access logs are not written" in listed
    assert "a function on viewer-response is not run" in listed


def test_disabled_distribution_is_not_served(project: Project) -> None:
    stack = project.stack(document({"Enabled": False}))
    assert (stack.distributions, "it is not enabled, so AWS would not serve it either" in reasons(stack)) == ({}, True)


@pytest.mark.parametrize(
    "config",
    [
        {"DefaultCacheBehavior": behavior("nowhere")},
        {"DefaultCacheBehavior": behavior(CachePolicyId="nonsense")},
        {"DefaultCacheBehavior": behavior(AllowedMethods=["GET", "POST"])},
        {"DefaultCacheBehavior": behavior(ViewerProtocolPolicy="ftp")},
        {"CustomErrorResponses": [{"ErrorCode": 404, "ResponsePagePath": "/x"}]},
        {"CacheBehaviors": [behavior()]},
        {"Origins": [{**WEB_ORIGIN, "DomainName": None}]},
    ],
)
def test_what_aws_refuses_is_refused_with_its_place(project: Project, config: dict[str, Any]) -> None:
    with pytest.raises(TemplateError, match=r"Distribution Cdn \(.*template\.yaml:\d+\)"):
        project.load(document(config))
