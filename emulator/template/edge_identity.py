"""Names what belongs to CloudFront: the Ref and Fn::GetAtt of distributions, policies and identities.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-distribution.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from emulator.model import Created
from emulator.template.names import Names

PREFIX = "AWS::CloudFront::"
_CHANGED = "2026-01-01T00:00:00Z"


Identify = Callable[[Names, str, Mapping[str, Any]], Created]


def identified(type_: str, names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    """The identity of any resource of CloudFront's."""
    return _BY_TYPE.get(type_.removeprefix(PREFIX), _plain)(names, logical_id, properties)


def distribution_id(names: Names, logical_id: str) -> str:
    """As E2QWRUHEXAMPLE: fourteen characters, the first always an E."""
    return f"E{names.id(logical_id, 13).upper()}"


def distribution_arn(names: Names, logical_id: str) -> str:
    """A distribution belongs to no region."""
    return _arn(names, f"distribution/{distribution_id(names, logical_id)}")


def domain_label(names: Names, logical_id: str) -> str:
    """The first label of the distribution's domain, as d111111abcdef8."""
    return f"d{names.id(f'{logical_id}/domain', 13)}"


def user_arn(identity: str) -> str:
    """How a bucket's policy names an origin access identity.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    return f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {identity}"


def canonical_user(identity: str) -> str:
    """The canonical user of an origin access identity: 96 hexadecimal digits."""
    return uuid.uuid5(uuid.NAMESPACE_URL, identity).hex * 3


def _arn(names: Names, resource: str) -> str:
    return f"arn:{names.context.partition}:cloudfront::{names.context.account_id}:{resource}"


def _distribution(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    found = distribution_id(names, logical_id)
    return Created(found, {"Id": found, "DomainName": f"{domain_label(names, logical_id)}.cloudfront.net"})


def _policy(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    # Ids of one's own policies look like those of the managed ones.
    found = str(uuid.uuid5(uuid.NAMESPACE_URL, names.physical(logical_id)))
    return Created(found, {"Id": found, "LastModifiedTime": _CHANGED})


def _access(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    found = distribution_id(names, logical_id)
    return Created(found, {"Id": found, "S3CanonicalUserId": canonical_user(found)})


def _function(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    arn = _arn(names, f"function/{properties.get('Name') or names.physical(logical_id)}")
    return Created(arn, {"FunctionARN": arn, "FunctionMetadata.FunctionARN": arn, "Stage": "LIVE"})


def _plain(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    found = f"K{names.id(logical_id, 13).upper()}"
    return Created(found, {"Id": found, "Arn": _arn(names, found)})


_BY_TYPE: Mapping[str, Identify] = MappingProxyType(
    {
        "Distribution": _distribution,
        "CachePolicy": _policy,
        "OriginRequestPolicy": _policy,
        "ResponseHeadersPolicy": _policy,
        "OriginAccessControl": _access,
        "CloudFrontOriginAccessIdentity": _access,
        "Function": _function,
    }
)
