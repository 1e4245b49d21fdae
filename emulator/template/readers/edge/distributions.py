"""AWS::CloudFront::Distribution -> model.Distribution.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from emulator.model import Behavior, Created, Distribution, ErrorPage, Origin, Selection
from emulator.template.edge_identity import PREFIX, distribution_arn, distribution_id, domain_label
from emulator.template.readers.edge.behaviors import read_behavior
from emulator.template.readers.edge.origins import Buckets, read_group, read_origin
from emulator.template.readers.edge.policies import Policies, read_policies
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

TYPE = "AWS::CloudFront::Distribution"
_KNOWN = frozenset(
    [
        "Enabled",
        "Origins",
        "OriginGroups",
        "DefaultCacheBehavior",
        "CacheBehaviors",
        "DefaultRootObject",
        "CustomErrorResponses",
        "WebACLId",
        "Comment",
        "PriceClass",
        "IPV6Enabled",
        "Restrictions",
    ]
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "Aliases": "names of your own are not served; use the local URL",
        "CNAMEs": "names of your own are not served; use the local URL",
        "ViewerCertificate": "viewers come by HTTP here",
        "HttpVersion": "viewers come by HTTP/1.1 here",
        "Logging": "access logs are not written",
        "Staging": "continuous deployment has no effect here",
        "ContinuousDeploymentPolicyId": "continuous deployment has no effect here",
    }
)
_SERVED = frozenset(
    [
        "CachePolicy",
        "CloudFrontOriginAccessIdentity",
        "Distribution",
        "KeyGroup",
        "OriginAccessControl",
        "OriginRequestPolicy",
        "PublicKey",
        "ResponseHeadersPolicy",
    ]
)
_YEAR_S = 31_536_000


def read_distributions(
    reading: Reading, known: Mapping[str, Created], local: Callable[[str], str]
) -> dict[str, Distribution]:
    """Logical id -> distribution, in template order; raises UnsupportedError where access would go unguarded.

    `local` turns the public URL of an own API into the one it has here.
    """
    _note_unserved(reading)
    sections = list(reading.of(TYPE))
    if not sections:
        return {}
    policies, buckets = read_policies(reading), _buckets(reading, known)
    found = {}
    for logical_id, section in sections:
        config = section.sub("DistributionConfig")
        reading.ignore_others(config, _KNOWN, _REASONS)
        if not config.flag("Enabled"):
            reading.ignore(config, "Enabled", "it is not enabled, so AWS would not serve it either")
            continue
        found[logical_id] = _distribution(reading, logical_id, config, policies, buckets, local)
    return found


def _note_unserved(reading: Reading) -> None:
    for resource in reading.resources.values():
        if resource.type.startswith(PREFIX) and resource.type.removeprefix(PREFIX) not in _SERVED:
            reading.ignore(resource.properties, "", f"{resource.type} has no effect here")


def _distribution(
    reading: Reading,
    logical_id: str,
    config: Section,
    policies: Policies,
    buckets: Buckets,
    local: Callable[[str], str],
) -> Distribution:
    names = reading.names
    arn = distribution_arn(names, logical_id)
    origins = {
        one.id: one for one in (read_origin(reading, each, arn, buckets, local) for each in config.subs("Origins"))
    }
    groups = {one.id: one for one in (read_group(each, origins) for each in config.sub("OriginGroups").subs("Items"))}
    targets = {*origins, *groups}
    ordered = [
        read_behavior(reading, each, each.text("PathPattern"), targets, policies)
        for each in config.subs("CacheBehaviors")
    ]
    default = read_behavior(reading, config.sub("DefaultCacheBehavior"), "*", targets, policies)
    for behavior in (*ordered, default):
        _note_refused_host(reading, config, behavior, origins)
    return Distribution(
        logical_id=logical_id,
        distribution_id=distribution_id(names, logical_id),
        arn=arn,
        domain_name=f"{domain_label(names, logical_id)}.cloudfront.net",
        place=config.places.resource(logical_id),
        origins=origins,
        behaviors=(*ordered, default),
        groups=groups,
        default_root_object=config.text("DefaultRootObject", "").lstrip("/"),
        error_pages={page.status: page for page in map(_error_page, config.subs("CustomErrorResponses"))},
        web_acl=config.optional_text("WebACLId") or None,
        countries=_countries(config.sub("Restrictions").sub("GeoRestriction")),
        comment=config.text("Comment", ""),
    )


def _note_refused_host(reading: Reading, config: Section, behavior: Behavior, origins: Mapping[str, Origin]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""
    origin = origins.get(behavior.target)
    forwarded = behavior.cache.headers.includes("host")
    if behavior.forward is not None:
        selected = behavior.forward.headers
        forwarded = selected.includes("host") or (forwarded and selected.mode != "except")
    if origin is not None and origin.host_is_fixed and forwarded:
        reason = (
            f"origin {origin.id} answers 403 here as on AWS: it gets the viewer's Host. Use AllViewerExceptHostHeader"
        )
        reading.ignore(config, f"behavior {behavior.pattern}", reason)


def _error_page(section: Section) -> ErrorPage:
    page, code = section.optional_text("ResponsePagePath"), section.optional_number("ResponseCode", 200, 599)
    if (page is None) != (code is None):
        raise section.fault(
            "ResponsePagePath", found="one of ResponsePagePath and ResponseCode", fix="AWS takes both or none."
        )
    ttl = section.number("ErrorCachingMinTTL", 10, 0, _YEAR_S)
    return ErrorPage(section.number("ErrorCode", 0, 400, 599), page, code, ttl)


def _countries(section: Section) -> Selection:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html"""
    kind = section.one_of("RestrictionType", ("none", "whitelist", "blacklist"), "none")
    named = frozenset(country.upper() for country in section.texts("Locations"))
    return Selection("all") if kind == "none" else Selection("only" if kind == "whitelist" else "except", named)


def _buckets(reading: Reading, known: Mapping[str, Created]) -> Buckets:
    """The policies of the stack's own buckets, and how they are read."""
    policies: dict[str, Mapping[str, Any]] = {
        known[logical_id].physical_id: {} for logical_id, _ in reading.of("AWS::S3::Bucket") if logical_id in known
    }
    written = {
        section.text("Bucket"): section.sub("PolicyDocument").values
        for _, section in reading.of("AWS::S3::BucketPolicy")
    }
    unsigned = frozenset(
        distribution_id(reading.names, logical_id)
        for logical_id, section in reading.of(f"{PREFIX}OriginAccessControl")
        if section.sub("OriginAccessControlConfig").text("SigningBehavior", "always") == "never"
    )
    return Buckets({**policies, **written}, unsigned)
