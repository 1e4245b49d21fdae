"""All distributions of a stack: builds their origins, caches and sites, and ends what it keeps open."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.gateway.edge.bucket_origin import BucketOrigin, BucketRequests
from emulator.gateway.edge.distribution import DistributionEndpoint
from emulator.gateway.edge.identity import edge_ids
from emulator.gateway.edge.object_cache import ObjectCache
from emulator.gateway.edge.origins import OriginPort
from emulator.gateway.edge.site import EdgeSite
from emulator.gateway.request_ids import Ids
from emulator.gateway.server import Site
from emulator.gateway.wsgi_request import RequestReader
from emulator.model import Clock, Distribution, Origin, Stack


@dataclass(frozen=True, slots=True)
class EdgePorts:
    """What the distributions of a stack reach the world through."""

    buckets: BucketRequests


class Edge:
    """The distributions of one stack; `sites` are to be served."""

    def __init__(self, stack: Stack, ports: EdgePorts, clock: Clock, ids: Ids | None = None) -> None:
        self._ports, self._clock, self._ids = ports, clock, ids or Ids()
        self._distributions = stack.distributions

    def sites(self, first_port: int, step: int) -> list[Site]:
        """One for each distribution, in template order: on `first_port`, the next `step` further, …"""
        return [
            Site(self._site(distribution, first_port + step * index), first_port + step * index)
            for index, distribution in enumerate(self._distributions.values())
        ]

    def _site(self, distribution: Distribution, port: int) -> EdgeSite:
        origins = {name: self._origin(origin) for name, origin in distribution.origins.items()}
        endpoint = DistributionEndpoint(
            distribution, origins, ObjectCache(), self._clock, edge_ids(distribution.distribution_id)
        )
        return EdgeSite(endpoint, RequestReader(self._clock, self._ids, port))

    def _origin(self, origin: Origin) -> OriginPort:
        if origin.bucket is not None:
            return BucketOrigin(origin, origin.bucket, self._ports.buckets)
        raise NotImplementedError(origin.domain_name)
