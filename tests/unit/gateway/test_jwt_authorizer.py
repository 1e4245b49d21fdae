"""A JWT authorizer with real keys and a provider that is a Python function."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from emulator.gateway.jwks import ASK_AGAIN_AFTER_S, KEYS_KEPT_S, DiscoveryError, KeySource
from emulator.gateway.jwt_authorizer import JwtAuthorizer
from emulator.model import Authorizer, Route
from emulator.payloads.api_call import Authorized
from emulator.payloads.http_message import HttpResponse
from tests.fakes.http_apis import call, request
from tests.fakes.moved_clock import MovedClock

ISSUER = "https://issuer.example.com/pool"
NOW = 1_700_000_000
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
CLAIMS = {"iss": ISSUER, "aud": "app", "exp": NOW + 60, "iat": NOW - 1, "sub": "ada", "scope": "links/read links/write"}


class Provider:
    """Answers discovery and keys; counts how often it is asked for keys."""

    def __init__(self) -> None:
        self.keys: list[Any] = [KEY.as_dict(private=False)]
        self.asked = 0
        self.down = False

    def fetch(self, url: str) -> bytes:
        if self.down:
            raise DiscoveryError("down")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return json.dumps({"jwks_uri": f"{ISSUER}/keys"}).encode()
        self.asked += 1
        return json.dumps({"keys": self.keys}).encode()


class Bench:
    """An authorizer, its clock and its provider."""

    def __init__(self, **values: Any) -> None:
        self.clock, self.provider = MovedClock(NOW), Provider()
        source = ("$request.header.Authorization",)
        configured = Authorizer("Jwt", "jwt", source, issuer=ISSUER, audience=("app",), **values)
        keys = KeySource(ISSUER, self.clock.monotonic, self.provider.fetch)
        self._authorizer = JwtAuthorizer(configured, keys, self.clock.now)

    def ask(self, token: str | None, *, scopes: tuple[str, ...] = ()) -> Authorized | HttpResponse:
        headers = () if token is None else (("authorization", token),)
        route = Route("GET", "/", "Worker", authorizer="Jwt", scopes=scopes)
        return self._authorizer.authorize(call(request(headers=headers), route))


def token(key: Any = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A signed token; a claim given as None is left out."""
    document = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    head = {"alg": "RS256", "kid": "one", **(header or {})}
    return jwt.encode({k: v for k, v in head.items() if v is not None}, document, key, algorithms=[str(head["alg"])])


def description(verdict: Authorized | HttpResponse) -> str:
    assert isinstance(verdict, HttpResponse)
    assert (verdict.status, verdict.body) == (401, b'{"message":"Unauthorized"}')
    return dict(verdict.headers)["www-authenticate"]


@pytest.mark.parametrize("prefix", ["Bearer ", "bearer ", ""])
def test_good_token_passes_with_its_claims_as_strings(prefix: str) -> None:
    verdict = Bench().ask(prefix + token(groups=["a", "b"], verified=True, nested={"k": 1}))
    assert isinstance(verdict, Authorized)
    assert verdict.scopes is None
    assert verdict.context == {
        "iss": ISSUER,
        "aud": "app",
        "exp": str(NOW + 60),
        "iat": str(NOW - 1),
        "sub": "ada",
        "scope": "links/read links/write",
        "groups": "[a b]",
        "verified": "true",
        "nested": "map[k:1]",
    }


def test_missing_token_is_401() -> None:
    assert description(Bench().ask(None)) == "Bearer"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://elsewhere"}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": None, "client_id": "another"}, "audience"),
        ({"aud": "another", "client_id": "app"}, "audience"),
        ({"aud": None}, "audience"),
        ({"exp": NOW}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": "tomorrow"}, "expired"),
        ({"nbf": NOW + 5}, "not valid yet"),
        ({"iat": NOW + 5}, "future"),
    ],
)
def test_claim_that_is_wrong_is_401(claims: dict[str, Any], reason: str) -> None:
    assert reason in description(Bench().ask(token(**claims)))


@pytest.mark.parametrize("claims", [{"aud": ["x", "app"]}, {"aud": None, "client_id": "app"}, {"nbf": NOW}])
def test_audience_may_be_a_list_or_the_client_id(claims: dict[str, Any]) -> None:
    assert isinstance(Bench().ask(token(**claims)), Authorized)


def test_forged_signature_is_401() -> None:
    assert "signature" in description(Bench().ask(token(OTHER)))


def test_public_key_as_shared_secret_is_401() -> None:
    secret = OctKey.import_key(KEY.as_pem(private=False).decode().replace("-----", "").encode())
    assert "malformed" in description(Bench().ask(token(secret, {"alg": "HS256"})))


def test_unsigned_token_is_401() -> None:
    head, body = ({"alg": "none", "kid": "one"}, CLAIMS)
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, body)]
    assert "malformed" in description(Bench().ask(f"{parts[0]}.{parts[1]}."))


def test_token_without_a_key_id_is_401_even_where_there_is_one_key() -> None:
    assert "key id" in description(Bench().ask(token(header={"kid": None})))


@pytest.mark.parametrize("nonsense", ["x", "a.b.c", "....", "é.é.é", "Bearer", "Bearer " + "a" * 5_000])
def test_nonsense_is_401(nonsense: str) -> None:
    description(Bench().ask(nonsense))


def test_route_scopes_want_one_of_theirs() -> None:
    verdict = Bench().ask(token(), scopes=("links/write", "links/admin"))
    assert isinstance(verdict, Authorized)
    assert verdict.scopes == ("links/read", "links/write")
    refused = Bench().ask(token(), scopes=("links/admin",))
    assert isinstance(refused, HttpResponse)
    assert (refused.status, refused.body) == (403, b'{"message":"Forbidden"}')


def test_scp_counts_where_there_is_no_scope() -> None:
    assert isinstance(Bench().ask(token(scope=None, scp=["links/admin"]), scopes=("links/admin",)), Authorized)


def test_keys_are_kept_and_a_new_key_is_found() -> None:
    bench = Bench()
    for _ in range(3):
        bench.ask(token())
    assert bench.provider.asked == 1
    rotated = RSAKey.generate_key(2048, {"kid": "two"})
    bench.provider.keys.append(rotated.as_dict(private=False))
    bench.clock.move(ASK_AGAIN_AFTER_S + 1)
    assert isinstance(bench.ask(token(rotated, {"kid": "two"})), Authorized)
    assert bench.provider.asked == 2


def test_unknown_key_ids_do_not_make_us_ask_without_end() -> None:
    bench = Bench()
    for _ in range(5):
        description(bench.ask(token(header={"kid": "unknown"})))
    assert bench.provider.asked == 1


def test_keys_are_asked_for_again_after_two_hours() -> None:
    bench = Bench()
    bench.ask(token())
    bench.clock.move(KEYS_KEPT_S + 1)
    bench.ask(token(exp=NOW + KEYS_KEPT_S + 60))
    assert bench.provider.asked == 2


def test_provider_that_is_down_is_401() -> None:
    bench = Bench()
    bench.provider.down = True
    assert "OIDC discovery endpoint communication error" in description(bench.ask(token()))


def test_keys_of_other_types_and_uses_are_passed_over() -> None:
    bench = Bench()
    bench.provider.keys = [{"kty": "EC", "kid": "e"}, {"kty": "RSA", "kid": "broken"}, 7, *bench.provider.keys]
    assert isinstance(bench.ask(token()), Authorized)


STAND_IN = "http://127.0.0.1:4566/pool"


def local_keys(issuer: str | None, asked: list[str] | None = None) -> KeySource:
    """Keys of ISSUER as a backend on this machine publishes them; `issuer` is what its discovery document says."""

    def fetch(url: str) -> bytes:
        if asked is not None:
            asked.append(url)
        if url == f"{STAND_IN}/.well-known/jwks.json":
            return json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
        if issuer is None:
            raise DiscoveryError("404")
        return json.dumps({"issuer": issuer, "jwks_uri": "http://elsewhere/keys"}).encode()

    return KeySource(ISSUER, MovedClock(NOW).monotonic, fetch, published_at=STAND_IN)


def asked_of(keys: KeySource, **claims: Any) -> Authorized | HttpResponse:
    source = ("$request.header.Authorization",)
    configured = Authorizer("Jwt", "jwt", source, issuer=ISSUER, audience=("app",))
    authorizer = JwtAuthorizer(configured, keys, MovedClock(NOW).now)
    headers = (("authorization", token(**claims)),)
    return authorizer.authorize(call(request(headers=headers), Route("GET", "/", "Worker", authorizer="Jwt")))


def test_keys_of_a_local_pool_come_from_the_backend_only() -> None:
    asked: list[str] = []
    assert isinstance(asked_of(local_keys(ISSUER, asked)), Authorized)
    assert {url.startswith(STAND_IN) for url in asked} == {True}


def test_backend_that_names_itself_as_issuer_is_taken_for_the_pool() -> None:
    """LocalStack's tokens carry its own URL; no other issuer passes."""
    named = "http://localhost.localstack.cloud:4566/pool"
    assert isinstance(asked_of(local_keys(named), iss=named), Authorized)
    assert isinstance(asked_of(local_keys(named)), Authorized)
    assert "issuer" in description(asked_of(local_keys(named), iss="http://localhost.localstack.cloud:4566/other"))


@pytest.mark.parametrize("named", [None, "http://localhost.localstack.cloud:4566/other"])
def test_another_pool_of_the_backend_is_not_the_issuer(named: str | None) -> None:
    other = "http://localhost.localstack.cloud:4566/other"
    assert "issuer" in description(asked_of(local_keys(named), iss=other))
    assert isinstance(asked_of(local_keys(named)), Authorized)


def test_backend_without_keys_refuses_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    keys = KeySource(ISSUER, MovedClock(NOW).monotonic, lambda _url: b'{"keys": []}', published_at=STAND_IN)
    assert "communication error" in description(asked_of(keys))
    assert "authorizer Jwt refuses every token, it has no keys" in caplog.text
