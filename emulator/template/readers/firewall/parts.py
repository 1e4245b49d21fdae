"""What web ACLs refer to by ARN: IP sets, regex pattern sets and rule groups of the same stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-ipset.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.model import Created
from emulator.template.readers.reading import Reading
from emulator.template.section import Section


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything by ARN; rule groups as they are written, since they may refer to sets themselves."""

    networks: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, Section]
    account_id: str


def read_parts(reading: Reading, known: Mapping[str, Created]) -> Parts:
    """Raises TemplateError for an address that is none."""

    def by_arn(type_: str) -> dict[str, Section]:
        return {known[logical_id].attributes["Arn"]: section for logical_id, section in reading.of(type_)}

    return Parts(
        networks={arn: _networks(section) for arn, section in by_arn("AWS::WAFv2::IPSet").items()},
        patterns={
            arn: section.texts("RegularExpressionList")
            for arn, section in by_arn("AWS::WAFv2::RegexPatternSet").items()
        },
        groups=by_arn("AWS::WAFv2::RuleGroup"),
        account_id=reading.names.context.account_id,
    )


def _networks(section: Section) -> tuple[str, ...]:
    version = section.one_of("IPAddressVersion", ("IPV4", "IPV6"), "IPV4")
    addresses = section.texts("Addresses")
    for address in addresses:
        if not _is_network(address, version):
            raise section.fault("Addresses", found=address, fix=f"Write {version} addresses with a length, as /32.")
    return addresses


def _is_network(address: str, version: str) -> bool:
    try:
        # AWS wants the length of every network written out, and refuses /0.
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return "/" in address and network.prefixlen > 0 and f"IPV{network.version}" == version


def part_of(statement: Section, parts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The set that a statement names; one outside of the stack cannot be looked into."""
    arn = statement.text("Arn")
    if arn not in parts:
        raise statement.unsupported("Arn", found=arn, fix="Put the set into this template.")
    return parts[arn]
