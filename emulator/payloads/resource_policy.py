"""Evaluates the resource policy of a REST API for a caller without AWS credentials.

Of conditions only those on the caller's address are known; the reader of the template refuses any other.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Literal

from emulator.payloads import iam_policy

ACTION = "execute-api:Invoke"
ADDRESS_OPERATORS = frozenset({"IpAddress", "NotIpAddress"})
ADDRESS_KEYS = frozenset({"aws:sourceip"})


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A policy document whose resources are complete ARNs."""

    document: Mapping[str, Any]

    def verdict(self, method_arn: str, source_ip: str) -> Literal["allow", "deny", "neither"]:
        """What the policy says explicitly of this call."""
        statements = [_plain(one) for one in self._statements() if _concerns(one, source_ip)]
        if iam_policy.allows({"Statement": statements}, ACTION, method_arn):
            return "allow"
        return "deny" if iam_policy.denies({"Statement": statements}, ACTION, method_arn) else "neither"

    def _statements(self) -> list[Mapping[str, Any]]:
        found = self.document.get("Statement")
        return found if isinstance(found, list) else [found] if isinstance(found, Mapping) else []


def _plain(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name not in ("Condition", "Principal")}


def _concerns(statement: Mapping[str, Any], source_ip: str) -> bool:
    """Whether the caller is anybody's principal, and from where the condition says."""
    if not is_anybody(statement.get("Principal")):
        return False
    conditions = statement.get("Condition") or {}
    try:
        address = ip_address(source_ip)
    except ValueError:
        # From nowhere known: the statement is read in the way that grants less.
        return not conditions or statement["Effect"] == "Deny"
    return all(
        _holds(operator, value, address)
        for operator, keys in conditions.items()
        for key, value in keys.items()
        if key.lower() in ADDRESS_KEYS
    )


def is_anybody(principal: Any) -> bool:
    """`*`, or `AWS: *`."""
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return "*" in (named if isinstance(named, list) else [named])


def _holds(operator: str, ranges: Any, address: IPv4Address | IPv6Address) -> bool:
    inside = any(address in network for network in networks(ranges))
    return inside is (operator == "IpAddress")


def networks(ranges: Any) -> list[IPv4Network | IPv6Network]:
    """One range or a list of them; raises ValueError for what is no range."""
    listed = ranges if isinstance(ranges, list) else [ranges]
    return [ip_network(each, strict=False) for each in listed]
