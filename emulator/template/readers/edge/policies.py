"""The policies of cache behaviours: a stack's own, AWS's managed ones by id, and the older settings without policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-cachepolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-originrequestpolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-forwardedvalues.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emulator.model import CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy, Selection
from emulator.template.edge_identity import PREFIX
from emulator.template.edge_identity import identified as identity
from emulator.template.readers.edge import managed_policies
from emulator.template.readers.edge.response_headers import read_response_headers_policy
from emulator.template.readers.edge.selections import listed, read_selection
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_FOREVER_S = 3_153_600_000
_DAY_S, _YEAR_S = 86_400, 31_536_000
# What CloudFront takes out of requests without policies unless it is told to forward them.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
_TAKEN_OUT: Final = frozenset(
    {"accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "host", "referer", "user-agent"}
)


@dataclass(frozen=True, slots=True)
class Policies:
    """Every policy that a behaviour of the stack may name, by id."""

    cache: Mapping[str, CachePolicy]
    origin_request: Mapping[str, OriginRequestPolicy]
    response_headers: Mapping[str, ResponseHeadersPolicy]
    key_groups: Mapping[str, Mapping[str, str]]
    """Key group id -> the PEM of each of its public keys by the key's id."""


def read_policies(reading: Reading) -> Policies:
    """The stack's own beside AWS's."""
    keys = {key: one.text("EncodedKey") for key, one in _own(reading, "PublicKey").items()}

    def own(kind: str) -> dict[str, Section]:
        found = reading.of(f"{PREFIX}{kind}")
        return {
            identity(f"{PREFIX}{kind}", reading.names, name, section.values).physical_id: section.sub(f"{kind}Config")
            for name, section in found
        }

    return Policies(
        {**managed_policies.CACHE, **{key: _cache(one) for key, one in _own(reading, "CachePolicy").items()}},
        {
            **managed_policies.ORIGIN_REQUEST,
            **{key: _origin_request(one) for key, one in _own(reading, "OriginRequestPolicy").items()},
        },
        {
            **managed_policies.RESPONSE_HEADERS,
            **{
                key: read_response_headers_policy(reading, one)
                for key, one in _own(reading, "ResponseHeadersPolicy").items()
            },
        },
        {key: _group(one, keys) for key, one in _own(reading, "KeyGroup").items()},
    )


def _own(reading: Reading, kind: str) -> dict[str, Section]:
    """The configuration of each resource of this kind by its id."""
    return {
        identity(f"{PREFIX}{kind}", reading.names, name, section.values).physical_id: section.sub(f"{kind}Config")
        for name, section in reading.of(f"{PREFIX}{kind}")
    }


def _group(section: Section, keys: Mapping[str, str]) -> dict[str, str]:
    unknown = [key for key in section.texts("Items") if key not in keys]
    if unknown:
        raise section.unsupported("Items", found=", ".join(unknown), fix="Name public keys of this template.")
    return {key: keys[key] for key in section.texts("Items")}


def older_settings(section: Section) -> tuple[CachePolicy, OriginRequestPolicy]:
    """MinTTL, DefaultTTL, MaxTTL and ForwardedValues of a behaviour."""
    values = section.sub("ForwardedValues")
    headers = frozenset(name.lower() for name in values.texts("Headers"))
    every_header = "*" in headers
    cookies = _older_cookies(values.sub("Cookies"))
    queries, key_queries = _older_queries(values)
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html: with all headers
    # forwarded nothing is cached.
    cache = CachePolicy(
        "ForwardedValues",
        0 if every_header else _seconds(section, "MinTTL", 0),
        0 if every_header else _seconds(section, "DefaultTTL", _DAY_S),
        0 if every_header else _seconds(section, "MaxTTL", _YEAR_S),
        Selection() if every_header else Selection("only", headers),
        cookies,
        key_queries,
        gzip=section.flag("Compress"),
    )
    forwarded = Selection("all") if every_header else Selection("except", _TAKEN_OUT - headers)
    return cache, OriginRequestPolicy("ForwardedValues", forwarded, cookies, queries)


def _older_cookies(section: Section) -> Selection:
    forward = section.one_of("Forward", ("none", "all", "whitelist"), "none")
    if forward == "whitelist":
        return Selection("only", listed(section, "WhitelistedNames"))
    return Selection("all" if forward == "all" else "none")


def _older_queries(section: Section) -> tuple[Selection, Selection]:
    """What is forwarded, and what of it is in the cache key."""
    if not section.flag("QueryString"):
        return Selection(), Selection()
    keys = listed(section, "QueryStringCacheKeys")
    return Selection("all"), Selection("only", keys) if keys else Selection("all")


def _cache(section: Section) -> CachePolicy:
    min_ttl = _seconds(section, "MinTTL", 0)
    parameters = section.sub("ParametersInCacheKeyAndForwardedToOrigin")
    default = _seconds(section, "DefaultTTL", max(_DAY_S, min_ttl))
    return CachePolicy(
        section.text("Name", "policy"),
        min_ttl,
        default,
        _seconds(section, "MaxTTL", max(_YEAR_S, default)),
        read_selection(parameters, "Header"),
        read_selection(parameters, "Cookie"),
        read_selection(parameters, "QueryString"),
        parameters.flag("EnableAcceptEncodingGzip"),
        parameters.flag("EnableAcceptEncodingBrotli"),
    )


def _origin_request(section: Section) -> OriginRequestPolicy:
    headers = section.sub("HeadersConfig")
    mixed = headers.text("HeaderBehavior", "none") == "allViewerAndWhitelistCloudFront"
    selection = read_selection(section, "Header")
    return OriginRequestPolicy(
        section.text("Name", "policy"),
        Selection("all") if mixed else selection,
        read_selection(section, "Cookie"),
        read_selection(section, "QueryString"),
        selection.names if mixed else frozenset(),
    )


def _seconds(section: Section, name: str, default: int) -> int:
    return section.number(name, default, 0, _FOREVER_S)
