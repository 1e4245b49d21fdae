"""Keeps pages of other origins away from the control endpoints: DNS rebinding and cross-site requests.

A browser tells the truth in Host, Origin and Sec-Fetch-Site; a tool sends none of the last two.
The HTTP APIs of a system are not guarded: whoever may reach them on AWS may do so here.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

_SAME = ("same-origin", "none")


class OriginGuard:
    """Knows by which names this system may be addressed."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts if host)

    def objection(self, host: str, origin: str | None, fetch_site: str | None) -> str | None:
        """Why a request to a control endpoint is refused, or None; the arguments are its headers."""
        if not self._is_ours(_name(host)):
            return f"The host {host!r} is not one of this system; use 127.0.0.1 or localhost."
        if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
            return f"A page of {origin!r} may not call the control endpoints."
        if fetch_site is not None and fetch_site.lower() not in _SAME:
            return "A page of another site may not call the control endpoints."
        return None

    def _is_ours(self, name: str) -> bool:
        if name in self._hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return False


def _name(host: str) -> str:
    """The host without its port, IPv6 without brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
