"""Signed URLs and signed cookies: who may see what a behaviour with trusted key groups serves. Never fails open.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-cookies.html
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote_plus

from emulator.gateway.edge.viewer_path import sent_path
from emulator.model import Clock
from emulator.payloads import cloudfront_error
from emulator.payloads.http_message import HttpRequest, HttpResponse

_PARAMETERS = ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")
_COOKIE = "CloudFront-"
_URL_SAFE = str.maketrans("-_~", "+=/")
_MISSING_KEY = cloudfront_error.access_error("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")
_UNKNOWN_KEY = cloudfront_error.access_error("InvalidKey", "Unknown Key")
_DENIED = cloudfront_error.access_error("AccessDenied", "Access denied")


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a viewer shows, by its name in URLs (`Expires`), and the URLs it may be about."""

    values: Mapping[str, str]
    resources: tuple[str, ...]


class SignedAccess:
    """Checks for one distribution, known by `domain_name` and by whatever name viewers reach it here."""

    def __init__(self, domain_name: str, clock: Clock) -> None:
        self._domain_name, self._clock = domain_name, clock

    def checked(self, keys: Mapping[str, str], request: HttpRequest) -> HttpRequest | HttpResponse:
        """The request without its signature, or the refusal. `keys`: the PEM of each trusted public key by its id."""
        bare = _unsigned(request)
        shown = _shown(request)
        if "Key-Pair-Id" not in shown:
            return _MISSING_KEY
        pem = keys.get(shown["Key-Pair-Id"])
        if pem is None:
            return _UNKNOWN_KEY
        claim = _Claim(shown, self._resources(bare))
        try:
            return bare if self._holds(claim, pem, request.source_ip) else _DENIED
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            # A policy of another shape is no policy.
            return _DENIED

    def _holds(self, claim: _Claim, pem: str, source_ip: str) -> bool:
        signature = b64decode(claim.values["Signature"].translate(_URL_SAFE), validate=True)
        algorithm = claim.values.get("Hash-Algorithm", "SHA1")
        if "Policy" in claim.values:
            policy = b64decode(claim.values["Policy"].translate(_URL_SAFE), validate=True)
            return _is_signed(pem, signature, policy, algorithm) and self._allows(policy, claim, source_ip)
        expires = int(claim.values["Expires"])
        texts = (_canned(resource, expires) for resource in claim.resources)
        return self._clock.now() < expires and any(_is_signed(pem, signature, text, algorithm) for text in texts)

    def _allows(self, policy: bytes, claim: _Claim, source_ip: str) -> bool:
        (statement,) = json.loads(policy)["Statement"]
        condition, now = statement["Condition"], self._clock.now()
        pattern = _pattern(statement.get("Resource", "*"))
        if not any(pattern.fullmatch(resource) for resource in claim.resources):
            return False
        if now >= condition["DateLessThan"]["AWS:EpochTime"]:
            return False
        if now <= condition.get("DateGreaterThan", {}).get("AWS:EpochTime", 0):
            return False
        network = condition.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0")
        return network == "0.0.0.0/0" or ip_address(source_ip) in ip_network(network, strict=False)

    def _resources(self, request: HttpRequest) -> tuple[str, ...]:
        """The URL that may have been signed: by the name that the distribution has on AWS, or the one it has here."""
        path = sent_path(request)
        target = f"{path}?{request.query}" if request.query else path
        hosts = (request.header("host") or "", self._domain_name)
        return tuple(f"{scheme}://{host}{target}" for host in hosts if host for scheme in ("http", "https"))


def _shown(request: HttpRequest) -> dict[str, str]:
    """The parameters of a signed URL; where there are none, those of signed cookies."""
    pairs = [part.partition("=") for part in request.query.split("&")]
    in_url = {unquote_plus(name): unquote_plus(value) for name, _, value in pairs if name in _PARAMETERS}
    if in_url:
        return in_url
    cookies = [part.strip().partition("=") for part in (request.header("cookie") or "").replace(",", ";").split(";")]
    return {name.removeprefix(_COOKIE): value for name, _, value in cookies if name.startswith(_COOKIE)}


def _unsigned(request: HttpRequest) -> HttpRequest:
    """Neither the cache nor the origin sees the signature."""
    kept = [part for part in request.query.split("&") if part.partition("=")[0] not in _PARAMETERS]
    headers = []
    for name, value in request.headers:
        if name == "cookie":
            value = "; ".join(one.strip() for one in value.split(";") if not one.strip().startswith(_COOKIE))
        if value or name != "cookie":
            headers.append((name, value))
    return replace(request, query="&".join(kept), headers=tuple(headers))


def _canned(resource: str, expires: int) -> bytes:
    """The policy that a signed URL with Expires stands for, without any white space."""
    condition = {"DateLessThan": {"AWS:EpochTime": expires}}
    statement: dict[str, Any] = {"Resource": resource, "Condition": condition}
    return json.dumps({"Statement": [statement]}, separators=(",", ":"), ensure_ascii=False).encode()


def _pattern(resource: str) -> re.Pattern[str]:
    """`*` is any number of characters, `?` one; a question mark before a query string is one, too."""
    parts = ({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in resource)
    return re.compile("".join(parts), re.DOTALL)


def _is_signed(pem: str, signature: bytes, text: bytes, algorithm: str) -> bool:
    # Cryptography costs 10 MB of memory that systems without signed URLs keep.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key = serialization.load_pem_public_key(pem.encode())
    # CloudFront's own choice, not ours: SHA-1 unless the viewer says SHA256.
    digest = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}[algorithm]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
