"""Joins the distributions of a stack with its S3 and its web ACLs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from emulator.app import surroundings
from emulator.cloud import BucketRequests, Clients
from emulator.gateway.edge import Edge, EdgePorts, FirewallPort
from emulator.model import Clock, Stack
from emulator.system_spec import SystemSpec

Firewalls = Callable[[str, str], FirewallPort | None]
"""(distribution id, the web ACL's ARN or "") -> the firewall before it."""


def edge(stack: Stack, clients: Clients, firewalls: Firewalls, clock: Clock, stopping: ExitStack) -> Edge:
    """Its distributions, ready to be served; connections to origins end with `stopping`.

    Raises UnsupportedError for a web ACL that is not of this stack.
    """
    buckets = BucketRequests(clients, region=stack.region)
    stopping.callback(buckets.close)
    found = Edge(stack, EdgePorts(buckets, firewalls), clock)
    stopping.callback(found.close)
    return found


def first_port(spec: SystemSpec) -> int:
    """Of the first distribution."""
    return spec.port + surroundings.EDGE_PORT_AFTER


def urls(stack: Stack, spec: SystemSpec) -> dict[str, str]:
    """Logical id -> local URL of each distribution."""
    return {
        logical_id: surroundings.edge_url(spec, index) + "/" for index, logical_id in enumerate(stack.distributions)
    }
