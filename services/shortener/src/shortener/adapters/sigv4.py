"""Signs AWS JSON requests: Signature Version 4 for a POST to "/" without a query, and nothing more.

A test compares every signature with botocore's own signer; importing that costs 70 ms of a cold start and using it
0.1 ms a request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from time import gmtime, strftime


@dataclass(frozen=True, slots=True)
class Credentials:
    """A temporary or permanent AWS key."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def credentials(environ: Mapping[str, str] = os.environ) -> Credentials:
    """The execution role's keys, which Lambda puts into the environment of every function.

    Elsewhere (a SnapStart restore, a developer's profile) the SDK's whole chain is asked.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    access_key, secret_key = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        return Credentials(access_key, secret_key, environ.get("AWS_SESSION_TOKEN"))
    return _from_sdk()


def _from_sdk() -> Credentials:
    import botocore.session

    found = botocore.session.get_session().get_credentials()
    if found is None:
        raise RuntimeError("No AWS credentials: neither in the environment nor where the SDK looks.")
    frozen = found.get_frozen_credentials()
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token)


class Signer:
    """Signs for one service in one region; keeps the day's key."""

    def __init__(self, service: str, region: str) -> None:
        self._service, self._region = service, region
        self._key: tuple[str, str, bytes] = ("", "", b"")

    def headers(
        self, keys: Credentials, host: str, target: str, content_type: str, body: bytes, now: float
    ) -> dict[str, str]:
        """The headers to send, `Authorization` among them. `now` in seconds since the epoch."""
        moment = strftime("%Y%m%dT%H%M%SZ", gmtime(now))
        headers = {"content-type": content_type, "host": host, "x-amz-date": moment}
        if keys.token:
            headers["x-amz-security-token"] = keys.token
        headers["x-amz-target"] = target
        names = ";".join(headers)
        lines = "".join([f"{name}:{value}\n" for name, value in headers.items()])
        request = f"POST\n/\n\n{lines}\n{names}\n{sha256(body).hexdigest()}"
        scope = f"{moment[:8]}/{self._region}/{self._service}/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = digest(self._day_key(moment[:8], keys.secret_key), to_sign.encode(), "sha256").hex()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return headers

    def _day_key(self, day: str, secret: str) -> bytes:
        if self._key[:2] != (day, secret):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = digest(key, part.encode(), "sha256")
            self._key = (day, secret, key)
        return self._key[2]
