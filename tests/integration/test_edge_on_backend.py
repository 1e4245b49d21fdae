"""A distribution before a real S3 and a real HTTP API."""

from __future__ import annotations

import gzip
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from werkzeug.test import Client, TestResponse

from emulator.cloud import BucketRequests, Clients
from emulator.gateway.edge import Edge, EdgePorts
from emulator.gateway.serving.listening import listening_socket
from emulator.gateway.serving.verbatim_server import VerbatimServer
from emulator.model import BucketAccess, Distribution, Origin, OriginGroup, OriginRequestPolicy, Selection, Stack
from tests.fakes.edge import ANY_METHOD, behavior, distribution, policy
from tests.fakes.free_ports import free_port
from tests.fakes.gateway_process import running_gateway
from tests.fakes.moved_clock import MovedClock
from tests.integration.conftest import REGION

TEXT = b"body { color: black }\n" * 100
ARN = "arn:aws:cloudfront::000000000000:distribution/E2QWRUHEXAMPLE"
READS = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": "*",
}
ALL = Selection("all")


@pytest.fixture(scope="module")
def bucket(clients: Clients) -> str:
    """A private bucket with a page, a style sheet and objects with unusual names."""
    name, s3 = f"edge-{uuid.uuid4().hex[:10]}", clients.get("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="index.html", Body=b"<h1>hello</h1>", ContentType="text/html")
    s3.put_object(Bucket=name, Key="style.css", Body=TEXT, ContentType="text/css", CacheControl="max-age=30")
    for key in ("straße/für alle.txt", "a+b&c=d.txt"):
        s3.put_object(Bucket=name, Key=key, Body=key.encode())
    return name


class Site:
    """One distribution with the clock it lives by."""

    def __init__(self, here: Distribution, requests: BucketRequests) -> None:
        self.clock = MovedClock()
        stack = Stack("demo", Path("template.yaml"), REGION, "000000000000", distributions={"Cdn": here})
        self._edge = Edge(stack, EdgePorts(requests), self.clock)
        (self.site,) = self._edge.sites(3201, 100)
        self._viewer = Client(self.site.app)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def ask(self, method: str, path: str, **values: Any) -> TestResponse:
        return self._viewer.open(path, method=method, **values)

    def how(self, path: str) -> str:
        return self.get(path).headers["x-cache"].removesuffix(" from cloudfront")

    def close(self) -> None:
        self._edge.close()


@pytest.fixture
def requests(clients: Clients) -> Iterator[BucketRequests]:
    made = BucketRequests(clients, region=REGION)
    yield made
    made.close()


def web(bucket: str, *statements: dict[str, Any], **values: Any) -> Origin:
    access = BucketAccess("oac", ARN, policy={"Statement": list(statements or (READS,))})
    return Origin("site", f"{bucket}.s3.amazonaws.com", bucket=bucket, access=access, **values)


@pytest.fixture
def site(bucket: str, requests: BucketRequests) -> Iterator[Site]:
    default = behavior(cache=policy(gzip=True), compress=True)
    made = Site(distribution(default, origins={"site": web(bucket)}, default_root_object="index.html"), requests)
    yield made
    made.close()


def test_private_bucket_is_served_and_kept(site: Site) -> None:
    first = site.get("/")
    assert (first.status_code, first.data, first.headers["content-type"]) == (200, b"<h1>hello</h1>", "text/html")
    assert [site.how("/"), site.how("/index.html")] == ["Hit", "Hit"]


def test_object_is_kept_as_long_as_it_says_and_then_revalidated_with_s3(site: Site) -> None:
    assert [site.how("/style.css"), site.how("/style.css")] == ["Miss", "Hit"]
    site.clock.move(31)
    again = site.get("/style.css")
    assert (again.status_code, again.headers["x-cache"], again.data) == (200, "RefreshHit from cloudfront", TEXT)


@pytest.mark.parametrize("path", ["/stra%C3%9Fe/f%C3%BCr%20alle.txt", "/a%2Bb&c=d.txt", "/a+b&c=d.txt"])
def test_unusual_names_reach_s3_as_they_are(site: Site, path: str) -> None:
    assert site.get(path).data.decode() in ("straße/für alle.txt", "a+b&c=d.txt")


def test_style_sheet_is_compressed_and_served_in_parts(site: Site) -> None:
    small = site.get("/style.css", accept_encoding="gzip")
    assert gzip.decompress(small.data) == TEXT
    assert site.get("/style.css", range="bytes=0-3").data == b"body"
    assert site.get("/style.css", if_none_match=site.get("/style.css").headers["etag"]).status_code == 304


def test_head_says_how_long_the_object_is(site: Site) -> None:
    answer = site.ask("HEAD", "/style.css")
    assert (answer.status_code, answer.headers["content-length"], answer.data) == (200, str(len(TEXT)), b"")


def test_missing_object_is_403_as_for_anybody_who_may_not_list(site: Site) -> None:
    answer = site.get("/nothing")
    assert (answer.status_code, b"<Code>AccessDenied</Code>" in answer.data) == (403, True)


def test_missing_object_is_s3s_404_for_who_may_list(bucket: str, requests: BucketRequests) -> None:
    lists = {**READS, "Action": ["s3:GetObject", "s3:ListBucket"]}
    made = Site(distribution(behavior(), origins={"site": web(bucket, lists)}), requests)
    answer = made.get("/nothing")
    assert (answer.status_code, b"NoSuchKey" in answer.data) == (404, True)


def test_second_bucket_serves_what_the_first_does_not_have(bucket: str, requests: BucketRequests) -> None:
    empty = web(bucket, path="/nowhere")
    origins = {"first": empty, "spare": web(bucket)}
    groups = {"both": OriginGroup("both", "first", "spare", frozenset({403}))}
    made = Site(distribution(behavior(target="both"), origins=origins, groups=groups), requests)
    assert made.get("/index.html").data == b"<h1>hello</h1>"


def test_upload_of_many_megabytes_reaches_s3_whole(bucket: str, requests: BucketRequests, clients: Clients) -> None:
    writes = {**READS, "Action": "s3:PutObject"}
    default = behavior(allowed_methods=ANY_METHOD, cache=policy(0, 0, 0))
    made = Site(distribution(default, origins={"site": web(bucket, writes)}), requests)
    large = bytes(range(256)) * 48 * 1024
    port = free_port()
    server = VerbatimServer(made.site.app, listening_socket("127.0.0.1", port), 2, made.site.body_limit_bytes)
    answer = urllib3.request("PUT", f"http://127.0.0.1:{port}/folder%2Flarge.bin", body=large)
    server.stop()
    assert (answer.status, server.end(time.monotonic() + 5)) == (200, True)
    stored = clients.get("s3").get_object(Bucket=bucket, Key="folder/large.bin")
    assert stored["Body"].read() == large
    made.close()


def test_api_behind_the_distribution(requests: BucketRequests) -> None:
    with running_gateway() as (port, _):
        forward = OriginRequestPolicy("AllViewerExceptHostHeader", Selection("except", frozenset({"host"})), ALL, ALL)
        default = behavior("*", "api", cache=policy(0, 0, 60), forward=forward, allowed_methods=ANY_METHOD)
        api = Origin("api", "abc.execute-api.us-east-1.amazonaws.com", f"http://127.0.0.1:{port}", host_is_fixed=True)
        made = Site(distribution(default, origins={"api": api}), requests)
        answer = made.get("/links/a")
        assert (answer.status_code, answer.headers["x-cache"]) == (200, "Miss from cloudfront")
        assert made.ask("POST", "/links", data=b"{}").status_code == 200
        # The API itself says that it takes no more than 10 MB.
        assert made.ask("POST", "/links", data=bytes(11 * 1024 * 1024)).status_code == 413
        assert made.get("/unicode").data == "λ".encode()
        made.close()
