"""Reads a Signature Version 4: that there is one, that it is whole, for the right service and, presigned, not expired.

Whether it is right says sigv4_verification.py, where the secret is known.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
"""

from __future__ import annotations

import calendar
import re
import time
from dataclasses import dataclass, replace
from functools import lru_cache

from emulator.payloads.http_message import HttpRequest
from emulator.payloads.request_target import query_pairs

_ALGORITHM = "AWS4-HMAC-SHA256"
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
UNCHECKED = (
    (
        "authorization",
        f"{_ALGORITHM} Credential=cloudfront/20260101/us-east-1/lambda/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    ),
    ("x-amz-date", "20260101T000000Z"),
)
"""Headers of a signature for a function URL, good where only its form is looked at."""
_QUERY_NAMES = ("X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature")
_LONGEST_LIFE_S = 604_800


class SignatureError(ValueError):
    """The request means to be signed, and is not well; the text is AWS's message."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who claims to have signed, and what: `date` as sent, `digest` in hexadecimal digits."""

    access_key: str
    region: str
    date: str
    signed_headers: str
    digest: str
    presigned: bool = False


def signature(request: HttpRequest, service: str, now_s: float) -> Signature | None:
    """The signature of a request in its Authorization header or query string; None when there is none.

    Raises SignatureError. `service` is the name in the credential's scope: "lambda", "execute-api".
    """
    header = request.header("authorization")
    if header is not None:
        return _from_header(request, header, service)
    query = dict(query_pairs(request.query)) if "X-Amz-" in request.query else {}
    return _from_query(query, service, now_s) if "X-Amz-Algorithm" in query else None


def _header_fields(text: str) -> dict[str, str]:
    """Credential, SignedHeaders and Signature: what follows the algorithm in an Authorization header."""
    return dict(part.strip().partition("=")[::2] for part in text.split(","))


@lru_cache(maxsize=16)
def signed_at_s(date: str) -> int:
    """X-Amz-Date in seconds since the epoch; ValueError for another form. Kept, as many are signed in one second."""
    return calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))


def _from_header(request: HttpRequest, header: str, service: str) -> Signature:
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM:
        token = rest or header
        raise SignatureError(
            f"'{token}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
        )
    fields = _header_fields(rest)
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not fields.get(name)
    ]
    date = request.header("x-amz-date") or request.header("date")
    if date is None:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing:
        raise SignatureError(f"{' '.join(missing)} Authorization={header}")
    return _checked(fields["Credential"], fields["SignedHeaders"], fields["Signature"], service, date or "")


def _from_query(query: dict[str, str], service: str, now_s: float) -> Signature:
    names = sorted((*_QUERY_NAMES, "X-Amz-Date"))
    missing = [f"AWS query-string parameters must include '{name}'." for name in names if not query.get(name)]
    if query["X-Amz-Algorithm"] != _ALGORITHM:
        missing.append(f"Unsupported AWS 'algorithm': '{query['X-Amz-Algorithm']}'.")
    if missing:
        raise SignatureError(" ".join(missing))
    if _expiry(query) < now_s:
        raise SignatureError("Signature expired")
    credential, signed_headers, digest = (query[name] for name in _QUERY_NAMES)
    return replace(_checked(credential, signed_headers, digest, service, query["X-Amz-Date"]), presigned=True)


def _expiry(query: dict[str, str]) -> float:
    lifetime = query.get("X-Amz-Expires", "0")
    try:
        return signed_at_s(query["X-Amz-Date"]) + min(int(lifetime), _LONGEST_LIFE_S)
    except ValueError as error:
        raise SignatureError("Date must be in ISO-8601 'basic format'.") from error


def _checked(credential: str, signed_headers: str, digest: str, service: str, date: str) -> Signature:
    scope = credential.split("/")
    if len(scope) != 5 or not all(scope) or scope[4] != "aws4_request":
        raise SignatureError(f"Credential must have exactly 5 slash-delimited elements, got '{credential}'.")
    if scope[3] != service:
        raise SignatureError(f"Credential should be scoped to correct service: '{service}'.")
    if "host" not in signed_headers.split(";"):
        raise SignatureError("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    if not _SIGNATURE.fullmatch(digest):
        raise SignatureError("The request signature we calculated does not match the signature you provided.")
    return Signature(scope[0], scope[2], date, signed_headers, digest)
