"""The public keys of an OpenID provider, found through its discovery document and kept for a while.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
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
    """RSA keys of one issuer by key id.

    published_at: where the issuer's documents are when not at its own URL, because a backend on this machine stands in
    for it. Without it, only what the issuer itself answers counts.
    """

    def __init__(
        self, issuer: str, monotonic: Callable[[], float], fetch: Fetch = fetch, published_at: str | None = None
    ) -> None:
        self._issuer = issuer
        self._published_at = published_at
        self._stands_in: str | None = None
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

    def issuers(self) -> frozenset[str]:
        """What `iss` may be: the issuer, and the name that its stand-in signs with, known once keys were fetched.

        MiniStack signs with AWS's own issuer; LocalStack names itself, as its discovery document says.
        """
        return frozenset(filter(None, (self._issuer, self._stands_in)))

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at > seconds

    def _download(self) -> Mapping[str, RSAKey]:
        place = (self._published_at or self._issuer).rstrip("/")
        keys = self._document(self._keys_url(place)).get("keys")
        if not isinstance(keys, list) or not keys:
            raise DiscoveryError(f"{place}: no keys in its key set")
        return {key["kid"]: imported for key in keys if (imported := _rsa_key(key)) is not None}

    def _keys_url(self, place: str) -> str:
        discovery_url = f"{place}/.well-known/openid-configuration"
        if self._published_at is None:
            return str(self._document(discovery_url).get("jwks_uri"))
        with suppress(DiscoveryError):  # older LocalStacks have the keys only
            named = str(self._document(discovery_url).get("issuer"))
            # Only another name of the very same pool: some emulators sign for all of their pools with one key.
            self._stands_in = named if _last_part(named) == _last_part(self._issuer) else None
        # An emulator may name itself by a host that only its own callers know; Cognito's path is documented.
        # https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
        return f"{place}/.well-known/jwks.json"

    def _document(self, url: str) -> dict[str, Any]:
        try:
            document = json.loads(self._fetch(url))
        except ValueError as error:
            raise DiscoveryError(f"{url}: not JSON") from error
        if not isinstance(document, dict):
            raise DiscoveryError(f"{url}: not a JSON object")
        return document


def _last_part(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


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
