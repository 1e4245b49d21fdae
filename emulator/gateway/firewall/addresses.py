"""Addresses of clients: the connection's, or the one a proxy's header names.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-forwarded-ip-address.html
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from emulator.gateway.firewall.inspection import Address, Inspection
from emulator.model.web_acls import ForwardedAddress, IpMatch

_MOST_FORWARDED = 10


def parsed_address(text: str) -> Address | None:
    """An IPv4-mapped IPv6 address is the IPv4 address it stands for."""
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def forwarded_addresses(inspection: Inspection, forwarded: ForwardedAddress) -> list[Address] | None:
    """The addresses in the header by position, [] when one of them is none; None without the header."""
    header = inspection.components.request.header(forwarded.header)
    if header is None:
        return None
    texts = header.split(",")
    if forwarded.position == "ANY":
        # AWS looks at ten of them, from the end.
        texts = texts[-_MOST_FORWARDED:]
    else:
        texts = texts[:1] if forwarded.position == "FIRST" else texts[-1:]
    found = [parsed_address(text) for text in texts]
    return [address for address in found if address is not None] if all(found) else []


class Networks:
    """A set of networks, prepared once."""

    def __init__(self, match: IpMatch) -> None:
        networks = [ip_network(text, strict=False) for text in match.networks]
        self._forwarded = match.forwarded
        self._v4: dict[int, set[int]] = {}
        self._v6: dict[int, set[int]] = {}
        for network in networks:
            self._add(network)

    def __call__(self, inspection: Inspection) -> bool:
        if self._forwarded is None:
            return inspection.address is not None and self._holds(inspection.address)
        addresses = forwarded_addresses(inspection, self._forwarded)
        if addresses is None:
            return False
        return any(map(self._holds, addresses)) if addresses else self._forwarded.fallback == "MATCH"

    def _add(self, network: IPv4Network | IPv6Network) -> None:
        by_length = self._v4 if network.version == 4 else self._v6
        shift = network.max_prefixlen - network.prefixlen
        by_length.setdefault(shift, set()).add(int(network.network_address) >> shift)

    def _holds(self, address: Address) -> bool:
        by_length = self._v4 if address.version == 4 else self._v6
        number = int(address)
        return any(number >> shift in starts for shift, starts in by_length.items())
