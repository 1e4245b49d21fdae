"""Joins the distributions of a stack with its S3 and its web ACLs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from emulator.cloud import BucketRequests, Clients
from emulator.gateway.edge import Edge, EdgePorts, FirewallPort
from emulator.model import Clock, Stack

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
