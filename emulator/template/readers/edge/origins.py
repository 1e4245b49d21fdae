"""Origins and origin groups of a distribution.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-origin.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from emulator.model import BucketAccess, Origin, OriginGroup
from emulator.template.edge_identity import canonical_user, user_arn
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_BUCKET = re.compile(r"(?P<bucket>.+?)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_WEBSITE = re.compile(r".+\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?")
_API = re.compile(r"[a-z0-9]+\.(?:execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|lambda-url\.[a-z0-9-]+\.on\.aws)")
_KNOWN = frozenset(
    [
        "Id",
        "DomainName",
        "OriginPath",
        "OriginCustomHeaders",
        "S3OriginConfig",
        "CustomOriginConfig",
        "OriginAccessControlId",
        "ConnectionAttempts",
        "ConnectionTimeout",
        "ResponseCompletionTimeout",
    ]
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {"OriginShield": "one edge location is all there is here", "VpcOriginConfig": "there is no VPC here"}
)


@dataclass(frozen=True, slots=True)
class Buckets:
    """`policies` by bucket name, with an empty one for a bucket of the stack that has none."""

    policies: Mapping[str, Mapping[str, Any]]
    unsigned: frozenset[str] = frozenset()
    """Ids of origin access controls that never sign."""


def read_origin(reading: Reading, section: Section, arn: str, buckets: Buckets, local: Callable[[str], str]) -> Origin:
    """`arn` is the distribution's; `local` turns the public URL of an own API into the one it has here."""
    reading.ignore_others(section, _KNOWN, _REASONS)
    domain = section.text("DomainName")
    custom = section.sub("CustomOriginConfig")
    bucket = None if custom.values else _BUCKET.fullmatch(domain)
    headers = section.subs("OriginCustomHeaders")
    url = "" if bucket else _url(section, domain, custom, local)
    return Origin(
        id=section.text("Id"),
        domain_name=domain,
        url=url,
        path=section.text("OriginPath", "").rstrip("/"),
        headers=tuple((one.text("HeaderName").lower(), one.text("HeaderValue")) for one in headers),
        bucket=bucket.group("bucket") if bucket else None,
        access=_access(reading, section, bucket.group("bucket"), arn, buckets) if bucket else BucketAccess(),
        host_is_fixed=bool(_API.fullmatch(domain)),
        signed=".lambda-url." in domain and bool(section.text("OriginAccessControlId", "")),
        connect_attempts=section.number("ConnectionAttempts", 3, 1, 3),
        connect_timeout_s=section.number("ConnectionTimeout", 10, 1, 10),
        read_timeout_s=custom.number("OriginReadTimeout", 30, 1, 180),
    )


def read_group(section: Section, origins: Mapping[str, Origin]) -> OriginGroup:
    """Two members, and the statuses at which the second one is asked."""
    members = [one.text("OriginId") for one in section.sub("Members").subs("Items")]
    if len(members) != 2 or any(member not in origins for member in members):
        raise section.fault(
            "Members", found=", ".join(members) or "none", fix="Name two origins of this distribution by their Id."
        )
    codes = section.sub("FailoverCriteria").sub("StatusCodes")
    statuses = frozenset(int(one) for one in codes.items("Items"))
    return OriginGroup(section.text("Id"), members[0], members[1], statuses)


def _url(section: Section, domain: str, custom: Section, local: Callable[[str], str]) -> str:
    here = local(f"https://{domain}")
    if here != f"https://{domain}":
        return here
    if _WEBSITE.fullmatch(domain):
        raise section.fault(
            "DomainName",
            what="cannot be served here",
            found=f"the website endpoint {domain}",
            fix="Use the bucket's RegionalDomainName with an origin access control.",
        )
    protocol = custom.one_of("OriginProtocolPolicy", ("http-only", "https-only", "match-viewer"), "https-only")
    # Viewers come by HTTP here, and match-viewer asks the origin as the viewer asked.
    if protocol == "https-only":
        return f"https://{domain}:{custom.number('HTTPSPort', 443, 1, 65_535)}"
    return f"http://{domain}:{custom.number('HTTPPort', 80, 1, 65_535)}"


def _access(reading: Reading, section: Section, bucket: str, arn: str, buckets: Buckets) -> BucketAccess:
    policy = buckets.policies.get(bucket)
    if policy is None:
        reading.ignore(section, "DomainName", f"the policy of bucket {bucket} is not in this template, nor checked")
    identity = section.sub("S3OriginConfig").text("OriginAccessIdentity", "").rpartition("/")[2]
    control = section.text("OriginAccessControlId", "")
    if control and control not in buckets.unsigned:
        return BucketAccess("oac", arn, policy=policy)
    if identity:
        return BucketAccess("oai", user_arn(identity), canonical_user(identity), policy)
    return BucketAccess(policy=policy)
