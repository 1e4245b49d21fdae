"""Headers of an integration's answer that are API Gateway's own to say: clients get them under another name.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
(which of them for proxies: https://github.com/aws/aws-sam-cli/issues/696)
"""

from __future__ import annotations

from emulator.payloads.http_message import HeaderPairs

NEVER_SENT = frozenset({"keep-alive", "proxy-connection", "te", "transfer-encoding"})
"""They concern the connection, which to the client is another one."""
BY_PROXY = frozenset(
    {"authorization", "connection", "content-length", "date", "server", "trailer", "upgrade", "www-authenticate"}
)
BY_MAPPING = BY_PROXY | {"content-md5", "expect", "host", "max-forwards", "proxy-authenticate", "user-agent"}


def remapped(pairs: HeaderPairs, names: frozenset[str] = BY_PROXY) -> HeaderPairs:
    """Names are lower-case."""
    return tuple((f"x-amzn-remapped-{name}" if name in names else name, value) for name, value in pairs)
