"""The public keys of an OpenID provider, found through its discovery document and kept for a while.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

Fetch = Callable[[str], bytes]

KEYS_KEPT_S = 7_200
"""API Gateway caches keys for up to two hours."""
ASK_AGAIN_AFTER_S = 10
"""An unknown key id makes us ask the provider again, at most this often, so that rotation works during development."""
_TIMEOUT_S = 5
_LARGEST_DOCUMENT = 1_048_576


class DiscoveryError(Exception):
    """The provider does not answer, or not with what OpenID Connect Discovery asks for."""


def fetch(url: str) -> bytes:
    """The document at an http(s) URL; raises DiscoveryError."""
    if not url.startswith(("http://", "https://")):
        raise DiscoveryError(f"{url} is neither http nor https")
    try:
        with urlopen(Request(url, headers={"accept": "application/json"}), timeout=_TIMEOUT_S) as answer:
            document: bytes = answer.read(_LARGEST_DOCUMENT)
            return document
    except (URLError, OSError, ValueError) as error:
        raise DiscoveryError(f"{url}: {error}") from error


class KeySource:
    """RSA keys of one issuer by key id."""

    def __init__(self, issuer: str, monotonic: Callable[[], float], fetch: Fetch = fetch) -> None:
        self._issuer = issuer
        self._monotonic = monotonic
        self._fetch = fetch
        self._lock = threading.Lock()
        self._keys: Mapping[str, RSAKey] = {}
        self._fetched_at: float | None = None

    def key(self, key_id: str) -> RSAKey | None:
        """The key, or None when the provider has none of this id; raises DiscoveryError."""
        with self._lock:
            if self._is_older_than(KEYS_KEPT_S) or (
                key_id not in self._keys and self._is_older_than(ASK_AGAIN_AFTER_S)
            ):
                self._keys = self._download()
                self._fetched_at = self._monotonic()
            return self._keys.get(key_id)

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at > seconds

    def _download(self) -> Mapping[str, RSAKey]:
        discovery = self._document(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        keys = self._document(str(discovery.get("jwks_uri"))).get("keys")
        if not isinstance(keys, list):
            raise DiscoveryError(f"{self._issuer}: no keys in its key set")
        return {key["kid"]: imported for key in keys if (imported := _rsa_key(key)) is not None}

    def _document(self, url: str) -> dict[str, Any]:
        try:
            document = json.loads(self._fetch(url))
        except ValueError as error:
            raise DiscoveryError(f"{url}: not JSON") from error
        if not isinstance(document, dict):
            raise DiscoveryError(f"{url}: not a JSON object")
        return document


def _rsa_key(key: Any) -> RSAKey | None:
    """The key for verifying signatures; None for keys of another type or use, which a provider may list as well."""
    if not isinstance(key, dict) or key.get("kty") != "RSA" or not isinstance(key.get("kid"), str):
        return None
    if key.get("use", "sig") != "sig":
        return None
    try:
        return RSAKey.import_key(key)
    except (JoseError, ValueError, TypeError):
        return None
