"""HTTP servers for WSGI applications, and requests as read from them."""

from emulator.gateway.serving.server import Site, serve

__all__ = ["Site", "serve"]
