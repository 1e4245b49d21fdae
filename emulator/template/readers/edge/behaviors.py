"""Cache behaviours of a distribution.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-cachebehavior.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TypeVar

from emulator.model import Behavior
from emulator.template.readers.edge.policies import Policies, older_settings
from emulator.template.readers.edge.selections import listed
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_KNOWN = frozenset(
    [
        "PathPattern",
        "TargetOriginId",
        "AllowedMethods",
        "CachedMethods",
        "ViewerProtocolPolicy",
        "Compress",
        "CachePolicyId",
        "OriginRequestPolicyId",
        "ResponseHeadersPolicyId",
        "ForwardedValues",
        "MinTTL",
        "DefaultTTL",
        "MaxTTL",
        "SmoothStreaming",
        "TrustedSigners",
        "TrustedKeyGroups",
        "FunctionAssociations",
        "LambdaFunctionAssociations",
        "FieldLevelEncryptionId",
    ]
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {"RealtimeLogConfigArn": "real-time logs are not written here", "GrpcConfig": "gRPC is not served here"}
)
_READ = frozenset({"GET", "HEAD"})
_METHODS = (_READ, _READ | {"OPTIONS"}, _READ | {"OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
_PROTOCOLS = ("allow-all", "redirect-to-https", "https-only")

Policy = TypeVar("Policy")


def read_behavior(
    reading: Reading, section: Section, pattern: str, targets: Collection[str], policies: Policies
) -> Behavior:
    """`targets` are the ids of origins and origin groups. Raises UnsupportedError for what guards access."""
    reading.ignore_others(section, _KNOWN, _REASONS)
    _refuse_guards(reading, section)
    target = section.text("TargetOriginId")
    if target not in targets:
        raise section.fault("TargetOriginId", found=repr(target), fix=f"Use one of {', '.join(sorted(targets))}.")
    if "CachePolicyId" in section:
        cache = _chosen(section, "CachePolicyId", policies.cache)
        forward = _chosen(section, "OriginRequestPolicyId", policies.origin_request)
    else:
        cache, forward = older_settings(section)
    assert cache is not None
    allowed = _methods(section, "AllowedMethods")
    return Behavior(
        pattern,
        target,
        cache,
        forward,
        _chosen(section, "ResponseHeadersPolicyId", policies.response_headers),
        allowed,
        _methods(section, "CachedMethods") & allowed,
        section.one_of("ViewerProtocolPolicy", _PROTOCOLS, "allow-all") != "allow-all",
        section.flag("Compress"),
        _trusted_keys(section, policies),
    )


def _trusted_keys(section: Section, policies: Policies) -> dict[str, str] | None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-keygroup.html"""
    groups = section.texts("TrustedKeyGroups")
    if not groups:
        return None
    keys: dict[str, str] = {}
    for group in groups:
        if group not in policies.key_groups:
            raise section.unsupported(
                "TrustedKeyGroups", found=group, fix="Name a key group of this template: others' keys are not known."
            )
        keys |= policies.key_groups[group]
    return keys


def _methods(section: Section, name: str) -> frozenset[str]:
    methods = listed(section, name) or _READ
    if methods not in _METHODS:
        raise section.fault(
            name,
            found=", ".join(sorted(methods)),
            fix="AWS takes GET and HEAD; GET, HEAD and OPTIONS; or all seven methods.",
        )
    return methods


def _chosen(section: Section, name: str, policies: Mapping[str, Policy]) -> Policy | None:
    policy_id = section.optional_text(name)
    if not policy_id:
        return None
    if policy_id not in policies:
        raise section.fault(
            name, found=policy_id, fix="Name a policy of this template, or one of AWS's managed ones by its id."
        )
    return policies[policy_id]


def _refuse_guards(reading: Reading, section: Section) -> None:
    """What decides who may see an object is never dropped."""
    if section.values.get("TrustedSigners"):
        raise section.unsupported(
            "TrustedSigners",
            what="keys of whole AWS accounts are not known here",
            found="signers",
            fix="Use TrustedKeyGroups with public keys of this template, as AWS recommends.",
        )
    if section.values.get("FieldLevelEncryptionId"):
        raise section.unsupported(
            "FieldLevelEncryptionId", found="field-level encryption", fix="Leave it out locally, behind a condition."
        )
    for name in ("FunctionAssociations", "LambdaFunctionAssociations"):
        for association in section.subs(name):
            event = association.text("EventType")
            if event in ("viewer-request", "origin-request"):
                raise association.unsupported(
                    "EventType",
                    what=f"a function on {event} cannot run here, and it may guard access",
                    found=event,
                    fix="Leave the association out locally, behind a condition.",
                )
            reading.ignore(association, "EventType", f"a function on {event} is not run")
