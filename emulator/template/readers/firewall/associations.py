"""AWS::WAFv2::WebACLAssociation: which stages of REST APIs a web ACL guards.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html
"""

from __future__ import annotations

from collections import defaultdict

from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_STAGE, _HTTP_API, _DISTRIBUTION = ":/restapis/", ":/apis/", ":cloudfront:"


def read_associations(reading: Reading, acls: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """ARN of a web ACL -> ARNs of stages. One that AWS would refuse is an error, one not served here is listed."""
    protected: dict[str, list[str]] = defaultdict(list)
    for _, section in reading.of("AWS::WAFv2::WebACLAssociation"):
        acl, resource = section.text("WebACLArn"), section.text("ResourceArn")
        _refuse_impossible(section, resource)
        if acl not in acls:
            raise section.unsupported("WebACLArn", found=acl, fix="Put the web ACL into this template.")
        if _STAGE in resource:
            protected[acl].append(resource)
        else:
            reading.ignore(section, "ResourceArn", f"{resource} is not served here, so nothing is guarded")
    _refuse_two_for_one(reading, protected)
    return {acl: tuple(resources) for acl, resources in protected.items()}


def _refuse_impossible(section: Section, resource: str) -> None:
    if _HTTP_API in resource:
        raise section.fault(
            "ResourceArn", found=resource, fix="AWS WAF guards REST APIs, not HTTP APIs: put CloudFront before it."
        )
    if _DISTRIBUTION in resource:
        raise section.fault("ResourceArn", found=resource, fix="A distribution names its web ACL itself: WebACLId.")


def _refuse_two_for_one(reading: Reading, protected: dict[str, list[str]]) -> None:
    resources = [resource for listed in protected.values() for resource in listed]
    for _, section in reading.of("AWS::WAFv2::WebACLAssociation"):
        if resources.count(section.text("ResourceArn")) > 1:
            raise section.fault("ResourceArn", found="two web ACLs", fix="AWS allows one for each resource.")
