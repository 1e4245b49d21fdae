"""Payload compression of a REST API with a minimum compression size.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

from emulator.gateway.limits import BODY_LIMIT_BYTES
from emulator.payloads.http_message import HttpRequest, HttpResponse

_GZIP_BITS = 31


def decompressed(request: HttpRequest) -> HttpRequest | None:
    """The request with its body as it was before compression; None when that cannot be had."""
    encoding = (request.header("content-encoding") or "identity").strip().lower()
    if encoding == "identity" or not request.body:
        return request
    if encoding not in ("gzip", "deflate"):
        return None
    reader = zlib.decompressobj(_GZIP_BITS if encoding == "gzip" else zlib.MAX_WBITS)
    try:
        # One byte more than is allowed is enough to see that it is too large.
        body = reader.decompress(request.body, BODY_LIMIT_BYTES + 1)
    except zlib.error:
        return None
    headers = tuple(pair for pair in request.headers if pair[0] != "content-encoding")
    return replace(request, body=body, headers=headers)


def compressed(request: HttpRequest, response: HttpResponse, minimum_bytes: int) -> HttpResponse:
    """The response in the first encoding that the client accepts and API Gateway knows."""
    if len(response.body) < minimum_bytes or any(name == "content-encoding" for name, _ in response.headers):
        return response
    encoding = _accepted(request.header("accept-encoding") or "")
    if encoding is None:
        return response
    body = gzip.compress(response.body, mtime=0) if encoding == "gzip" else zlib.compress(response.body)
    return HttpResponse(response.status, (*response.headers, ("content-encoding", encoding)), body)


def _accepted(header: str) -> str | None:
    for part in header.split(","):
        name, _, parameters = part.partition(";")
        if name.strip().lower() in ("gzip", "deflate") and parameters.replace(" ", "") not in ("q=0", "q=0.0"):
            return name.strip().lower()
    return None
