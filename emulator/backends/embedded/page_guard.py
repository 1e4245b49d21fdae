"""Keeps web pages of other sites away from the backend, which takes any keys and allows any origin.

Without it every page a developer visits could wipe the data (POST /_ministack/reset), read the tables, or put an event
into a function's queue. A browser tells the truth in Host, Origin and Sec-Fetch-Site; the SDKs send none of the last
two. Pages that this machine serves may come in. A signature does not help: everybody knows our keys.

https://fetch.spec.whatwg.org/#http-requests
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from emulator.backends.embedded.recorder import Application, Message, Receive, Send

_SIGNATURES = (b"X-Amz-Signature=", b"Signature=")
_LOCAL_NAMES = (".localhost", ".localhost.localstack.cloud")
"""Names that lead to 127.0.0.1 whoever asks: a bucket of virtual-hosted S3 stands before them."""
_REFUSED = (
    b'{"__type":"AccessDeniedException","message":"A page of another site may not call the local cloud; '
    b'serve it on localhost."}'
)


class PageGuard:
    """An ASGI application that refuses such requests with 403 and passes the others on."""

    def __init__(self, application: Application, own_name: str = "localhost") -> None:
        self._application, self._own_name = application, own_name

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._admits(scope):
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_REFUSED))]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": _REFUSED})
            return
        await self._application(scope, receive, send)

    def _admits(self, scope: Message) -> bool:
        headers = dict(scope["headers"])
        if _host(headers) == self._own_name:
            # How a container's neighbours call it. A name without a dot is nobody's on the internet.
            headers = {**headers, b"host": b"localhost"}
        return admits(scope["method"], headers, scope["query_string"])


def admits(method: str, headers: Mapping[bytes, bytes], query: bytes) -> bool:
    """False for a request that a page of another site made; header names are lower case."""
    if not _is_local(_host(headers)):
        return False  # a name of somebody else's that leads here: DNS rebinding
    origin = headers.get(b"origin")
    if origin is not None:
        return _is_local(_name(origin.decode("latin-1")))
    return headers.get(b"sec-fetch-site") != b"cross-site" or _is_download(method, query)


def _host(headers: Mapping[bytes, bytes]) -> str:
    return _name(f"//{headers.get(b'host', b'localhost').decode('latin-1')}")


def _is_download(method: str, query: bytes) -> bool:
    """A link or an image with a presigned URL: it changes nothing, and the page cannot read what comes."""
    signed = any(signature in query for signature in _SIGNATURES)
    return signed and method in ("GET", "HEAD") and b"Action=" not in query


def _name(url: str) -> str:
    """The host name of a URL; empty for "null" and for what is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_local(name: str) -> bool:
    if name == "localhost" or name.endswith(_LOCAL_NAMES):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
