"""A real OpenID provider in a process of its own: authorization with PKCE, tokens, keys, discovery. For tests.

    with running_provider() as provider:
        code = provider.sign_in(subject="ada", challenge=..., nonce=..., redirect_uri=...)

`provider.misbehave(...)` makes the next ID token wrong in one respect.
Run by hand: `python -m tests.fakes.openid_provider`.
https://openid.net/specs/openid-connect-core-1_0.html, https://www.rfc-editor.org/rfc/rfc7636
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "shortener-test"
CLIENT_SECRET = "a client secret"


def new_key(kid: str | None = None) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid or uuid.uuid4().hex, "use": "sig", "alg": "RS256"})


@dataclass
class State:
    """What the provider remembers."""

    key: RSAKey = field(default_factory=new_key)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    mischief: str = ""
    key_fetches: int = 0


class Handler(BaseHTTPRequestHandler):
    """The endpoints."""

    state: State
    protocol_version = "HTTP/1.1"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/authorize":
            self.authorize(dict(parse_qsl(url.query)))
        elif url.path == "/jwks":
            self.state.key_fetches += 1
            self.answer(200, {"keys": [self.state.key.as_dict(private=False)]})
        elif url.path == "/.well-known/openid-configuration":
            self.answer(200, self.discovery())
        elif url.path == "/key-fetches":
            self.answer(200, {"count": self.state.key_fetches})
        else:
            self.answer(404, {"error": "not_found"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if self.path == "/token":
            self.token({name: values[0] for name, values in parse_qs(raw).items()})
        elif self.path == "/misbehave":
            self.state.mischief = raw
            self.answer(200, {})
        elif self.path == "/rotate":
            self.state.key = new_key()
            self.answer(200, {})
        else:
            self.answer(404, {"error": "not_found"})

    def authorize(self, query: dict[str, str]) -> None:
        if query.get("client_id") != CLIENT_ID or query.get("code_challenge_method") != "S256":
            self.answer(400, {"error": "invalid_request"})
            return
        code = uuid.uuid4().hex
        self.state.grants[code] = {"login_hint": "somebody", **query}
        location = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query.get('state', '')})}"
        self.send_response(302)
        self.send_header("location", location)
        self.send_header("content-length", "0")
        self.end_headers()

    def token(self, form: dict[str, str]) -> None:
        grant = self.state.grants.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if self.state.mischief == "unavailable":
            self.state.mischief = ""
            self.answer(500, {"error": "server_error"})
        elif form.get("client_id") != CLIENT_ID or form.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET:
            self.answer(401, {"error": "invalid_client"})
        elif (
            grant is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != grant["redirect_uri"]
            or challenge.decode().rstrip("=") != grant["code_challenge"]
        ):
            self.answer(400, {"error": "invalid_grant"})
        else:
            self.answer(200, {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(grant)})

    def id_token(self, grant: dict[str, str]) -> str:
        mischief, self.state.mischief = self.state.mischief, ""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": grant["login_hint"],
            "email": f"{grant['login_hint']}@example.com",
            "email_verified": True,
            "name": grant["login_hint"].title(),
            "nonce": grant["nonce"],
            "iat": now,
            "exp": now + 3600,
        }
        wrong: dict[str, dict[str, Any]] = {
            "issuer": {"iss": "https://elsewhere.example.com"},
            "audience": {"aud": "another-client"},
            "expired": {"exp": now - 3600},
            "nonce": {"nonce": "another nonce"},
            "party": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        }
        claims |= wrong.get(mischief, {})
        if mischief == "none":
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
        if mischief == "symmetric":
            # The old trick: sign with the public key as if it were a shared secret.
            signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
            return f"{signed}.{_text(hmac.digest(self.state.key.as_pem(private=False), signed.encode(), 'sha256'))}"
        key = new_key(str(self.state.key.kid)) if mischief == "signature" else self.state.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def answer(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@dataclass(frozen=True)
class RunningProvider:
    """The provider from outside, as a browser and as a test see it."""

    issuer: str

    def sign_in(self, *, subject: str, verifier: str, nonce: str, redirect_uri: str) -> str:
        """What a person does in the browser: the authorization code that comes back."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "scope": "openid email profile",
            "redirect_uri": redirect_uri,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "nonce": nonce,
            "state": "s",
            "login_hint": subject,
        }
        with build_opener(_Stay).open(f"{self.issuer}/authorize?{urlencode(query)}") as answer:
            return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def misbehave(self, how: str) -> None:
        """Make the next ID token wrong: issuer, audience, expired, nonce, party, none, symmetric, signature."""
        urlopen(Request(f"{self.issuer}/misbehave", data=how.encode())).close()

    def rotate_keys(self) -> None:
        urlopen(Request(f"{self.issuer}/rotate", data=b"")).close()

    def key_fetches(self) -> int:
        with urlopen(f"{self.issuer}/key-fetches") as answer:
            return int(json.load(answer)["count"])


class _Stay(HTTPRedirectHandler):
    """Does not follow redirects: their location is what we want."""

    def http_error_302(self, _request: Any, answer: Any, *_rest: Any) -> Any:
        return answer


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    """A provider process on a free port, gone at the end."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.fakes.openid_provider"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield RunningProvider(process.stdout.readline().strip())
        finally:
            process.terminate()


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.state = State()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
