"""Headers of an integration's answer that are API Gateway's own to say: clients get them under another name.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from __future__ import annotations

from emulator.payloads.http_message import HeaderPairs

_REMAPPED = frozenset({"connection", "content-length", "date", "server", "www-authenticate"})


def remapped(pairs: HeaderPairs) -> HeaderPairs:
    """Names are lower-case."""
    return tuple((f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value) for name, value in pairs)
