"""Calls AWS services that speak the JSON protocol (DynamoDB, SSM) over one kept-alive connection.

It exists because a redirect may cost 2 ms in all: a boto3 PutItem takes 1.1 ms of CPU here, this one 0.12, and a
boto3 client is 300 ms of a cold start, this one 20. It reads the same environment variables as the SDK and retries
what the SDK retries. One call at a time, as in every execution environment; not for threads.
https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from shortener.adapters.connection import BrokenConnectionError, Connection
from shortener.adapters.sigv4 import Credentials, Signer, credentials
from shortener.domain.errors import UnavailableError

_encode = json.JSONEncoder(separators=(",", ":")).encode
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_FAILED_TO_ANSWER = (OSError, BrokenConnectionError)


class AwsError(Exception):
    """The service refused: `code` is AWS's error code, `body` the decoded answer."""

    def __init__(self, code: str, message: str, body: Mapping[str, Any]) -> None:
        self.code, self.body = code, body
        super().__init__(f"{code}: {message}")


def endpoint(service: str, region: str, environ: Mapping[str, str] = os.environ) -> str:
    """The URL to call: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, or AWS itself.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return (
        environ.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        or environ.get("AWS_ENDPOINT_URL")
        or f"https://{service}.{region}.{suffix}"
    )


class AwsJsonClient:
    """One service. Connects at the first call."""

    def __init__(
        self,
        service: str,
        target: str,
        version: str,
        *,
        region: str,
        url: str,
        keys: Callable[[], Credentials] = credentials,
        sleep: Callable[[float], None] = time.sleep,
        timeout_s: float = 2.0,
        attempts: int = 4,
    ) -> None:
        self._target, self._content_type = target, f"application/x-amz-json-{version}"
        parts = urlsplit(url)
        self._host = parts.netloc
        self._signer = Signer(service, region)
        self._keys, self._sleep, self._attempts = keys, sleep, attempts
        self._connection = Connection(parts.netloc, secure=parts.scheme == "https", timeout_s=timeout_s)

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The decoded answer. Raises AwsError when the service refuses, UnavailableError when it does not answer."""
        body = _encode(request).encode()
        for attempt in range(1, self._attempts + 1):
            try:
                status, answer = self._send(f"{self._target}.{operation}", body)
            except _FAILED_TO_ANSWER as error:
                failure: Exception = UnavailableError(f"{operation} got no answer: {error}")
            else:
                if status == 200:
                    return answer
                failure = _refusal(operation, status, answer)
                if not _worth_retrying(status, failure):
                    raise failure
            if attempt < self._attempts:
                # Full jitter below a doubling ceiling, as the SDKs' standard mode: 50, 100, 200 ms.
                # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
                self._sleep(random.uniform(0, 0.025 * 2**attempt))
        raise failure if isinstance(failure, UnavailableError) else UnavailableError(str(failure))

    def _send(self, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
        headers = self._signer.headers(self._keys(), self._host, target, self._content_type, body, time.time())
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        request = f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body
        kept_alive = self._connection.is_open
        try:
            status, raw = self._connection.exchange(request)
        except (ConnectionError, BrokenConnectionError):
            if not kept_alive:
                raise
            # The service closes idle connections; that is no failure of the request.
            status, raw = self._connection.exchange(request)
        return status, _decoded(raw)


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(operation: str, status: int, answer: Mapping[str, Any]) -> AwsError:
    code = str(answer.get("__type", f"Http{status}")).rpartition("#")[2]
    message = str(answer.get("message") or answer.get("Message") or "")
    return AwsError(code, f"{operation}: {message}", answer)


def _worth_retrying(status: int, failure: Exception) -> bool:
    return status >= 500 or status == 429 or (isinstance(failure, AwsError) and failure.code in _THROTTLED)
