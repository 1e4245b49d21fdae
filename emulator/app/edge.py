"""Joins the distributions of a stack with its S3, and says where they are."""

from __future__ import annotations

from contextlib import ExitStack

from emulator.app import surroundings
from emulator.cloud import BucketRequests, Clients
from emulator.gateway.edge import Edge, EdgePorts
from emulator.model import Clock, Stack
from emulator.system_spec import SystemSpec


def edge(stack: Stack, clients: Clients, clock: Clock, stopping: ExitStack) -> Edge:
    """Its distributions, ready to be served; connections to origins end with `stopping`."""
    buckets = BucketRequests(clients, region=stack.region)
    stopping.callback(buckets.close)
    return Edge(stack, EdgePorts(buckets), clock)


def first_port(spec: SystemSpec) -> int:
    """Of the first distribution."""
    return spec.port + surroundings.EDGE_PORT_AFTER


def urls(stack: Stack, spec: SystemSpec) -> dict[str, str]:
    """Logical id -> local URL of each distribution."""
    return {
        logical_id: surroundings.edge_url(spec, index) + "/" for index, logical_id in enumerate(stack.distributions)
    }
