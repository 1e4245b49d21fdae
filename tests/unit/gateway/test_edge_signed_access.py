"""Signed URLs and cookies, made by the SDK's own signer.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from emulator.model import Selection
from tests.fakes.edge import FakeEdge, FakeOrigin, behavior, edge, header, policy

KEY = rsa.generate_private_key(65_537, 2048)
STRANGER = rsa.generate_private_key(65_537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
NOW = 1_700_000_000
DOMAIN = "https://d111111abcdef8.cloudfront.net"
HERE = "http://127.0.0.1:3201"
ALL = Selection("all")


def pem(key: Any) -> str:
    encoded: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded.decode()


def rsa_signature(text: bytes, key: rsa.RSAPrivateKey = KEY) -> bytes:
    return key.sign(text, padding.PKCS1v15(), hashes.SHA1())


def query(url: str, *, until: int = NOW + 60, key: rsa.RSAPrivateKey = KEY, key_id: str = "K1") -> str:
    """The query string of a URL signed with a canned policy."""
    signer = CloudFrontSigner(key_id, lambda text: rsa_signature(text, key))
    signed: str = signer.generate_presigned_url(url, date_less_than=datetime.fromtimestamp(until, UTC))
    return signed.partition("?")[2]


def custom(**changes: Any) -> dict[str, Any]:
    condition = {"DateLessThan": {"AWS:EpochTime": NOW + 60}, **changes.pop("condition", {})}
    return {"Statement": [{"Resource": f"{DOMAIN}/films/*", "Condition": condition, **changes}]}


def url_safe(data: bytes) -> str:
    return base64.b64encode(data).decode().replace("+", "-").replace("=", "_").replace("/", "~")


def with_policy(document: Any, key: rsa.RSAPrivateKey = KEY) -> dict[str, str]:
    """Policy, signature and key as URLs and cookies carry them."""
    text = json.dumps(document).encode()
    return {"Policy": url_safe(text), "Signature": url_safe(rsa_signature(text, key)), "Key-Pair-Id": "K1"}


def as_query(values: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())


@pytest.fixture
def origin() -> FakeOrigin:
    return FakeOrigin()


@pytest.fixture
def site(origin: FakeOrigin) -> FakeEdge:
    private = behavior(
        "/films/*", trusted_keys={"K1": pem(KEY), "K2": pem(CURVE)}, cache=policy(queries=ALL, cookies=ALL)
    )
    return edge(origin, private, behavior())


@pytest.mark.parametrize("base", [DOMAIN, HERE])
def test_signed_url_is_served_by_either_name_of_the_distribution(site: FakeEdge, base: str) -> None:
    assert site.get("/films/a.mp4", query=query(f"{base}/films/a.mp4")).status == 200


def test_signature_reaches_neither_cache_nor_origin(site: FakeEdge, origin: FakeOrigin) -> None:
    url = f"{DOMAIN}/films/a.mp4?part=1"
    ways = [site.how("/films/a.mp4", query=query(url, until=NOW + seconds)) for seconds in (10, 20)]
    assert (ways, origin.requests[0].query) == (["Miss", "Hit"], "part=1")


def test_other_paths_stay_open(site: FakeEdge) -> None:
    assert site.get("/index.html").status == 200


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        pytest.param("", "MissingKey", id="nothing"),
        pytest.param(query(f"{DOMAIN}/films/a.mp4", key_id="K9"), "InvalidKey", id="of an unknown key"),
        pytest.param(query(f"{DOMAIN}/films/a.mp4", key=STRANGER), "AccessDenied", id="signed by a stranger"),
        pytest.param(query(f"{DOMAIN}/films/b.mp4"), "AccessDenied", id="for another object"),
        pytest.param(query(f"{DOMAIN}/films/a.mp4", until=NOW), "AccessDenied", id="over"),
        pytest.param(query(f"{DOMAIN}/films/a.mp4") + "&more=1", "AccessDenied", id="with a parameter more"),
        pytest.param("Key-Pair-Id=K1", "AccessDenied", id="without signature"),
        pytest.param("Key-Pair-Id=K1&Expires=9999999999&Signature=%%%", "AccessDenied", id="with nonsense"),
        pytest.param("Key-Pair-Id=K1&Expires=soon&Signature=AAAA", "AccessDenied", id="with a date that is none"),
    ],
)
def test_who_has_not_signed_is_refused(site: FakeEdge, origin: FakeOrigin, shown: str, code: str) -> None:
    answer = site.get("/films/a.mp4", query=shown)
    assert (answer.status, f"<Code>{code}</Code>".encode() in answer.body, origin.requests) == (403, True, [])


def test_object_in_the_cache_is_no_less_private(site: FakeEdge) -> None:
    site.get("/films/a.mp4", query=query(f"{DOMAIN}/films/a.mp4"))
    assert site.get("/films/a.mp4").status == 403


def test_custom_policy_names_many_objects(site: FakeEdge) -> None:
    shown = as_query(with_policy(custom()))
    assert [site.get(path, query=shown).status for path in ("/films/a.mp4", "/films/b/c.mp4")] == [200, 200]


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (custom(Resource=f"{DOMAIN}/music/*"), 403),
        (custom(Resource="http*://*/films/a.mp?"), 200),
        (custom(condition={"DateLessThan": {"AWS:EpochTime": NOW}}), 403),
        (custom(condition={"DateGreaterThan": {"AWS:EpochTime": NOW + 10}}), 403),
        (custom(condition={"DateGreaterThan": {"AWS:EpochTime": NOW - 10}}), 200),
        (custom(condition={"IpAddress": {"AWS:SourceIp": "127.0.0.0/8"}}), 200),
        (custom(condition={"IpAddress": {"AWS:SourceIp": "192.0.2.0/24"}}), 403),
        ({"Statement": []}, 403),
        ({"Statement": [{"Resource": "*"}]}, 403),
        (["nonsense"], 403),
    ],
)
def test_custom_policy_is_held_to_its_conditions(site: FakeEdge, document: Any, status: int) -> None:
    assert site.get("/films/a.mp4", query=as_query(with_policy(document))).status == status


def test_policy_that_was_changed_after_signing_is_refused(site: FakeEdge) -> None:
    values = with_policy(custom()) | {"Policy": url_safe(json.dumps(custom(Resource="*")).encode())}
    assert site.get("/films/a.mp4", query=as_query(values)).status == 403


def test_signed_cookies_open_the_same_door_and_stay_at_the_edge(site: FakeEdge, origin: FakeOrigin) -> None:
    cookies = [f"CloudFront-{name}={value}" for name, value in with_policy(custom()).items()]
    assert site.get("/films/a.mp4", cookie="; ".join([*cookies, "theme=dark"])).status == 200
    assert origin.header("cookie") == "theme=dark"
    expired = with_policy(custom(condition={"DateLessThan": {"AWS:EpochTime": NOW - 1}}))
    cookies = [f"CloudFront-{name}={value}" for name, value in expired.items()]
    assert site.get("/films/a.mp4", cookie="; ".join(cookies)).status == 403


def test_keys_on_a_curve_and_sha256_are_taken(site: FakeEdge) -> None:
    text = json.dumps(custom()).encode()
    signature = CURVE.sign(text, ec.ECDSA(hashes.SHA256()))
    values = {
        "Policy": url_safe(text),
        "Signature": url_safe(signature),
        "Key-Pair-Id": "K2",
        "Hash-Algorithm": "SHA256",
    }
    assert site.get("/films/a.mp4", query=as_query(values)).status == 200


def test_refusal_comes_from_cloudfront(site: FakeEdge) -> None:
    answer = site.get("/films/a.mp4")
    assert (header(answer, "server"), header(answer, "x-cache")) == ("CloudFront", "Error from cloudfront")
