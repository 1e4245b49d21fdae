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
from emulator.payloads.sigv4 import Signature, SignatureError, signature, signed_at_s

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
    """None when the request was signed by somebody known; `secrets` by access key.

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
    wrong = _mismatch(request, signed, service, secret, now_s)
    return None if wrong is None else Refused("InvalidSignatureException", wrong)


def verified(request: HttpRequest, service: str, secrets: Mapping[str, str], now_s: float) -> Signature | None:
    """The signature, None when there is none; raises SignatureError where it is wrong.

    Of somebody whose secret is not known only the form is checked.
    """
    signed = signature(request, service, now_s)
    secret = None if signed is None else secrets.get(signed.access_key)
    if signed is not None and secret is not None:
        wrong = _mismatch(request, signed, service, secret, now_s)
        if wrong is not None:
            raise SignatureError(wrong)
    return signed


def _mismatch(request: HttpRequest, signed: Signature, service: str, secret: str, now_s: float) -> str | None:
    """In AWS's words; None when the signature is right. Needs the path as sent, else `path` is taken for it."""
    if not signed.presigned and abs(_epoch_s(signed.date) - now_s) > SKEW_S:
        return f"Signature expired: {signed.date} is not within 5 minutes of now."
    scope = f"{signed.date[:8]}/{signed.region}/{service}/aws4_request"
    canonical = _canonical(request, signed.signed_headers.split(";"))
    text = "\n".join(("AWS4-HMAC-SHA256", signed.date, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = _key(secret, signed.date[:8], signed.region, service)
    calculated = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return None if hmac.compare_digest(calculated, signed.digest) else _MISMATCH


def _canonical(request: HttpRequest, signed_headers: list[str]) -> str:
    path = request.path if request.raw_path is None else request.prefix + request.raw_path
    headers = [f"{name}:{' '.join((request.header(name) or '').split())}" for name in signed_headers]
    return "\n".join(
        (
            request.method,
            # Every service but S3 has the path as sent encoded once more.
            quote(path, safe="/-_.~"),
            _canonical_query(request.query) if request.query else "",
            *headers,
            "",
            ";".join(signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )


def _canonical_query(query: str) -> str:
    given = ((name, value) for name, value in query_pairs(query) if name != "X-Amz-Signature")
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in given)
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
