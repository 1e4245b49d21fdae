"""All distributions of a stack: builds their origins, caches and sites, and ends what it keeps open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from emulator.gateway.edge.admission import BODY_LIMIT_BYTES, Admission
from emulator.gateway.edge.bucket_origin import BucketOrigin, BucketRequests
from emulator.gateway.edge.cloudfront_api import CloudFrontApi, Managed
from emulator.gateway.edge.distribution import DistributionEndpoint
from emulator.gateway.edge.fetching import Fetching
from emulator.gateway.edge.http_origin import HttpOrigin
from emulator.gateway.edge.identity import edge_ids
from emulator.gateway.edge.invalidations import Invalidations
from emulator.gateway.edge.object_cache import ObjectCache
from emulator.gateway.edge.origin_group import FailoverOrigin
from emulator.gateway.edge.origins import OriginPort
from emulator.gateway.edge.site import EdgeSite
from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.request_ids import Ids
from emulator.gateway.serving import Site
from emulator.gateway.serving.wsgi_request import RequestReader
from emulator.model import Clock, Distribution, Origin, Stack


@dataclass(frozen=True, slots=True)
class EdgePorts:
    """What the distributions of a stack reach the world through.

    firewall: (distribution id, the web ACL's ARN or "") -> the firewall that stands before it.
    """

    buckets: BucketRequests
    firewall: Callable[[str, str], FirewallPort | None] = lambda _id, _acl: None


class Edge:
    """The distributions of one stack; `sites` are to be served, `close` ends connections to origins."""

    def __init__(self, stack: Stack, ports: EdgePorts, clock: Clock, ids: Ids | None = None) -> None:
        self._ports, self._clock, self._ids = ports, clock, ids or Ids()
        self._servers: list[HttpOrigin] = []
        self._managed: dict[str, Managed] = {}
        self._endpoints = {
            logical_id: self._endpoint(distribution) for logical_id, distribution in stack.distributions.items()
        }

    def sites(self, first_port: int, step: int) -> list[Site]:
        """One for each distribution, in template order: on `first_port`, the next `step` further, …"""
        ports = range(first_port, first_port + step * len(self._endpoints), step)
        return [self._site(*both) for both in zip(self._endpoints.values(), ports, strict=True)]

    def api(self) -> CloudFrontApi:
        """CloudFront's API for these distributions."""
        return CloudFrontApi(self._managed)

    def close(self) -> None:
        """End the connections that are kept."""
        for server in self._servers:
            server.close()

    def _site(self, endpoint: DistributionEndpoint, port: int) -> Site:
        reader = RequestReader(self._clock, self._ids, port, BODY_LIMIT_BYTES)
        return Site(EdgeSite(endpoint, reader), port, verbatim=True, body_limit_bytes=BODY_LIMIT_BYTES)

    def _endpoint(self, distribution: Distribution) -> DistributionEndpoint:
        ids = edge_ids(distribution.distribution_id)
        firewall = self._ports.firewall(distribution.distribution_id, distribution.web_acl or "")
        cache = ObjectCache()
        self._managed[distribution.distribution_id] = Managed(distribution, Invalidations(cache, self._clock))
        fetching = Fetching(
            self._origins(distribution), cache, self._clock, ids.via, distribution.error_pages, _in_background
        )
        return DistributionEndpoint(distribution, Admission(distribution, firewall, self._clock), fetching, ids)

    def _origins(self, distribution: Distribution) -> dict[str, OriginPort]:
        origins = {name: self._origin(origin) for name, origin in distribution.origins.items()}
        groups = {
            name: FailoverOrigin(origins[group.primary], origins[group.secondary], group.statuses)
            for name, group in distribution.groups.items()
        }
        return {**origins, **groups}

    def _origin(self, origin: Origin) -> OriginPort:
        if origin.bucket is not None:
            return BucketOrigin(origin, origin.bucket, self._ports.buckets)
        server = HttpOrigin(origin)
        self._servers.append(server)
        return server


def _in_background(errand: Callable[[], None]) -> None:
    threading.Thread(target=errand, name="edge-refresh", daemon=True).start()
