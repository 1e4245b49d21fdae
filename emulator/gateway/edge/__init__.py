"""CloudFront: distributions of a template with a cache that really caches, each on a port of its own.

Must not know a backend: buckets are read through a port.
"""

from emulator.gateway.edge.edge import Edge, EdgePorts
from emulator.gateway.firewall_port import FirewallPort

__all__ = ["Edge", "EdgePorts", "FirewallPort"]
