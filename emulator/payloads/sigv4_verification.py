"""Verifies a Signature Version 4 by calculating it anew, where the secret is known.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from emulator.payloads.http_message import HttpRequest
from emulator.payloads.request_target import query_pairs
from emulator.payloads.sigv4 import SignatureError, header_fields, signature, signed_at_s

SKEW_S = 300.0
"""So far a client's clock may be from ours."""
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a caller is not who he says: AWS's error type and message."""

    error_type: str
    message: str


def refusal(request: HttpRequest, service: str, secrets: Mapping[str, str], now_s: float) -> Refused | None:
    """None when the request was signed by somebody known. `path` of the request is as sent; `secrets` by access key.

    Temporary credentials, which come with a token, are the backend's to know: only their form is checked.
    """
    if request.header("authorization") is None:
        return Refused("MissingAuthenticationTokenException", "Missing Authentication Token")
    try:
        signed = signature(request, service, now_s)
    except SignatureError as error:
        return Refused("IncompleteSignatureException", str(error))
    assert signed is not None
    secret = secrets.get(signed.access_key)
    if secret is None:
        known_elsewhere = bool(request.header("x-amz-security-token"))
        return (
            None
            if known_elsewhere
            else Refused("UnrecognizedClientException", "The security token included in the request is invalid.")
        )
    return _compared(request, secret, signed.region, service, now_s)


def _compared(request: HttpRequest, secret: str, region: str, service: str, now_s: float) -> Refused | None:
    fields = header_fields((request.header("authorization") or "").partition(" ")[2])
    date = request.header("x-amz-date") or ""
    if abs(_epoch_s(date) - now_s) > SKEW_S:
        return Refused("InvalidSignatureException", f"Signature expired: {date} is not within 5 minutes of now.")
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    canonical = _canonical(request, fields["SignedHeaders"].split(";"))
    text = "\n".join(("AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    calculated = hmac.new(_key(secret, date[:8], region, service), text.encode(), hashlib.sha256).hexdigest()
    same = hmac.compare_digest(calculated, fields["Signature"])
    return None if same else Refused("InvalidSignatureException", _MISMATCH)


def _canonical(request: HttpRequest, signed_headers: list[str]) -> str:
    headers = [f"{name}:{' '.join((request.header(name) or '').split())}" for name in signed_headers]
    return "\n".join(
        (
            request.method,
            # Every service but S3 has the path as sent encoded once more.
            quote(request.path, safe="/-_.~"),
            _canonical_query(request.query) if request.query else "",
            *headers,
            "",
            ";".join(signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )


def _canonical_query(query: str) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query_pairs(query))
    return "&".join(f"{name}={value}" for name, value in pairs)


def _epoch_s(date: str) -> float:
    try:
        return signed_at_s(date)
    except ValueError:
        return 0.0


@lru_cache(maxsize=16)
def _key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
