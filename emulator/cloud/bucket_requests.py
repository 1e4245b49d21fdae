"""Sends a signed request for one object to S3 and returns the answer as S3 wrote it, errors too.

What a CDN needs; the SDK's own operations hide status, headers and the error's document.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
"""

from __future__ import annotations

from urllib.parse import quote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ConnectionError, HTTPClientError
from botocore.httpsession import URLLib3Session

from emulator.cloud.clients import Clients
from emulator.errors import BackendUnavailableError
from emulator.payloads.http_message import HeaderPairs, HttpResponse

_CONNECT_TIMEOUT_S = 3
_POOL = 32


class BucketRequests:
    """Implements the port of the same name in gateway/edge. Keeps connections alive; `close` ends them."""

    def __init__(self, clients: Clients, *, region: str) -> None:
        self._clients, self._region = clients, region
        self._session = URLLib3Session(timeout=(_CONNECT_TIMEOUT_S, 60), max_pool_connections=_POOL)

    def send(self, bucket: str, method: str, path: str, query: str, headers: HeaderPairs, body: bytes) -> HttpResponse:
        """`path` is "/" and the object's key, one character per byte. Raises BackendUnavailableError."""
        request = AWSRequest(method, self._url(bucket, path, query), headers=dict(headers), data=body)
        S3SigV4Auth(self._clients.credentials("s3"), "s3", self._region).add_auth(request)
        try:
            answer = self._session.send(request.prepare())
            return HttpResponse(
                answer.status_code,
                tuple((name.lower(), value) for name, value in answer.raw.headers.items()),
                answer.content or b"",
            )
        except (HTTPClientError, ConnectionError) as problem:
            raise BackendUnavailableError(
                "S3 does not answer", where=self._clients.url("s3"), found=" ".join(str(problem).split())
            ) from problem

    def close(self) -> None:
        """End the connections that are kept."""
        self._session.close()

    def _url(self, bucket: str, path: str, query: str) -> str:
        key = quote(path.encode("latin-1"), safe="/~")
        # A local backend does not resolve <bucket>.localhost everywhere, so the bucket is part of the path there.
        here = self._clients.url("s3").rstrip("/") if self._clients.is_local("s3") else None
        base = f"{here}/{bucket}" if here else f"https://{bucket}.s3.{self._region}.amazonaws.com"
        return f"{base}{key}?{query}" if query else f"{base}{key}"
