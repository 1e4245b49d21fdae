"""Where objects come from: buckets, other servers, and a second origin when the first one fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from emulator.errors import BackendUnavailableError
from emulator.gateway.edge import Edge, EdgePorts
from emulator.gateway.edge.bucket_origin import BucketOrigin
from emulator.gateway.edge.http_origin import HttpOrigin
from emulator.gateway.edge.origin_group import FailoverOrigin
from emulator.gateway.edge.origins import OriginFailure, OriginRequest
from emulator.gateway.limits import BODY_LIMIT_BYTES as API_LIMIT_BYTES
from emulator.model import BucketAccess, Origin, Stack
from emulator.payloads.http_message import HeaderPairs, HttpResponse
from tests.fakes.edge import ANY_METHOD, FakeOrigin, behavior, distribution, header, reply
from tests.fakes.moved_clock import MovedClock

ASKED = OriginRequest("GET", "/a.txt", "", (("x-amz-cf-id", "id"), ("accept", "*/*")))
ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
READS = {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject"}
POLICY = {"Statement": [{**READS, "Resource": "arn:aws:s3:::web/*"}]}
LISTING = {"Statement": [*POLICY["Statement"], {**READS, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::web"}]}


@dataclass
class FakeBucket:
    """Holds objects by path; `down` stands for a backend that is away."""

    objects: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    headers: HeaderPairs = ()
    received_bytes: int = 0

    def send(self, bucket: str, method: str, path: str, query: str, headers: HeaderPairs, body: bytes) -> HttpResponse:
        if self.down:
            raise BackendUnavailableError("S3 does not answer", found="refused")
        self.headers, self.received_bytes = headers, len(body)
        found = self.objects.get(path)
        own = {"access_control_allow_origin": "*", "x_amz_request_id": "R", "x_amz_id_2": "I", "x_amz_meta_a": "1"}
        return reply(404, b"NoSuchKey") if found is None else reply(body=found, **own)


def bucket_origin(bucket: FakeBucket, policy: Any, **values: Any) -> BucketOrigin:
    access = BucketAccess("oac", ARN, policy=policy)
    return BucketOrigin(Origin("web", "web.s3.amazonaws.com", bucket="web", access=access, **values), "web", bucket)


def answered(answer: HttpResponse | OriginFailure) -> HttpResponse:
    assert isinstance(answer, HttpResponse), answer
    return answer


def test_bucket_with_a_policy_for_the_distribution_is_read() -> None:
    answer = answered(bucket_origin(FakeBucket({"/a.txt": b"hello"}), POLICY).send(ASKED))
    assert (answer.status, answer.body) == (200, b"hello")


def test_path_of_the_origin_is_put_before_the_objects() -> None:
    origin = bucket_origin(FakeBucket({"/site/a.txt": b"hello"}), POLICY, path="/site")
    assert answered(origin.send(ASKED)).body == b"hello"


def test_bucket_is_asked_for_the_key_that_was_escaped() -> None:
    origin = bucket_origin(FakeBucket({"/a b/c": b"hello"}), POLICY)
    assert answered(origin.send(replace(ASKED, path="/a%20b%2Fc"))).body == b"hello"


@pytest.mark.parametrize("policy", [{}, {"Statement": []}])
def test_bucket_whose_policy_does_not_know_the_distribution_is_403(policy: Any) -> None:
    answer = answered(bucket_origin(FakeBucket({"/a.txt": b"hello"}), policy).send(ASKED))
    assert (answer.status, b"<Code>AccessDenied</Code>" in answer.body) == (403, True)


@pytest.mark.parametrize(("policy", "status"), [(POLICY, 403), (LISTING, 404)])
def test_missing_object_is_404_only_for_who_may_list(policy: Any, status: int) -> None:
    assert answered(bucket_origin(FakeBucket(), policy).send(ASKED)).status == status


def test_writing_needs_its_own_permission() -> None:
    put = replace(ASKED, method="PUT", body=b"x")
    assert answered(bucket_origin(FakeBucket(), POLICY).send(put)).status == 403


def test_policy_that_the_template_does_not_have_is_not_checked() -> None:
    assert answered(bucket_origin(FakeBucket({"/a.txt": b"hello"}), None).send(ASKED)).status == 200


def test_bucket_gets_the_origins_own_headers_and_none_of_the_edges() -> None:
    bucket = FakeBucket({"/a.txt": b"hello"})
    bucket_origin(bucket, POLICY, headers=(("x-origin", "mine"),)).send(ASKED)
    assert dict(bucket.headers) == {"accept": "*/*", "x-origin": "mine"}


def test_ids_of_requests_to_s3_stay_at_the_edge() -> None:
    answer = answered(bucket_origin(FakeBucket({"/a.txt": b"hello"}), POLICY).send(ASKED))
    assert [header(answer, name) for name in ("x-amz-request-id", "x-amz-id-2")] == ["", ""]
    assert [header(answer, name) for name in ("x-amz-meta-a", "server")] == ["1", "AmazonS3"]


def test_cors_headers_of_a_bucket_are_for_requests_with_an_origin() -> None:
    origin = bucket_origin(FakeBucket({"/a.txt": b"hello"}), POLICY)
    assert header(answered(origin.send(ASKED)), "access-control-allow-origin") == ""
    crossing = replace(ASKED, headers=(("origin", "https://a.example"),))
    assert header(answered(origin.send(crossing)), "access-control-allow-origin") == "*"


def test_upload_larger_than_an_api_takes_reaches_the_bucket_whole() -> None:
    bucket, size = FakeBucket({"/a.zip": b""}), API_LIMIT_BYTES * 2
    origins = {"site": Origin("site", "web.s3.amazonaws.com", bucket="web", access=BucketAccess("oac", ARN))}
    here = distribution(behavior(allowed_methods=ANY_METHOD), origins=origins)
    stack = Stack("demo", Path("t.yaml"), "us-east-1", "123456789012", distributions={"Cdn": here})
    (site,) = Edge(stack, EdgePorts(bucket), MovedClock()).sites(3201, 100)
    answer = Client(site.app).put("/a.zip", data=bytes(size))
    assert (answer.status_code, bucket.received_bytes) == (200, size)


def test_backend_that_is_away_is_an_unreachable_origin() -> None:
    failure = bucket_origin(FakeBucket(down=True), POLICY).send(ASKED)
    assert isinstance(failure, OriginFailure)
    assert (failure.kind, failure.status) == ("unreachable", 504)


@pytest.mark.parametrize("failing", [reply(503), reply(404), OriginFailure("unreachable", "refused")])
def test_second_origin_answers_what_the_first_one_cannot(failing: HttpResponse | OriginFailure) -> None:
    group = FailoverOrigin(FakeOrigin(failing), FakeOrigin(reply(body=b"second")), frozenset({404, 503}))
    assert answered(group.send(ASKED)).body == b"second"


def test_other_statuses_stay_with_the_first_origin() -> None:
    second = FakeOrigin()
    group = FailoverOrigin(FakeOrigin(reply(500)), second, frozenset({503}))
    assert (answered(group.send(ASKED)).status, second.requests) == (500, [])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_requests_that_change_something_never_fail_over(method: str) -> None:
    second = FakeOrigin()
    group = FailoverOrigin(FakeOrigin(reply(503)), second, frozenset({503}))
    assert (answered(group.send(replace(ASKED, method=method))).status, second.requests) == (503, [])


def test_first_origin_is_asked_again_after_it_failed() -> None:
    first = FakeOrigin(reply(503), reply(body=b"first"))
    group = FailoverOrigin(first, FakeOrigin(reply(body=b"second")), frozenset({503}))
    assert [answered(group.send(ASKED)).body for _ in range(2)] == [b"second", b"first"]


class Server(BaseHTTPRequestHandler):
    """Tells what it was asked; /hangs never answers, /breaks closes the connection."""

    protocol_version = "HTTP/1.1"
    let_go = threading.Event()
    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/hangs":
            self.let_go.wait(10)
        if self.path in ("/hangs", "/breaks"):
            self.close_connection = True
            return
        heard = self.headers
        body = f"{self.path} {heard.get('host')} {heard.get_all('x-a')} {heard.get('authorization')}".encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        running.asked = []  # type: ignore[attr-defined]
        Server.let_go.clear()
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        Server.let_go.set()
        running.shutdown()


def http_origin(server: ThreadingHTTPServer, **values: Any) -> HttpOrigin:
    url = f"http://127.0.0.1:{server.server_address[1]}"
    return HttpOrigin(Origin("api", "api.example.com", url, **values))


def test_custom_origin_gets_path_query_and_headers_as_they_are(server: ThreadingHTTPServer) -> None:
    asked = OriginRequest("GET", "/a%20b/%C3%A4%2Fc", "q=%20+1", (("x-a", "1"), ("x-a", "2")))
    answer = answered(http_origin(server, path="/v1").send(asked))
    port = server.server_address[1]
    assert answer.body.decode() == f"/v1/a%20b/%C3%A4%2Fc?q=%20+1 127.0.0.1:{port} ['1, 2'] None"
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]


def test_lone_percent_sign_leaves_the_rest_of_the_path_as_it_is(server: ThreadingHTTPServer) -> None:
    answer = answered(http_origin(server).send(OriginRequest("GET", "/100%/a%20b", "q=5%&r=%2F", ())))
    assert answer.body.decode().startswith("/100%25/a%20b?q=5%25&r=%2F ")


def test_header_of_the_origin_wins_over_the_viewers(server: ThreadingHTTPServer) -> None:
    asked = replace(ASKED, headers=(("x-a", "forged"),))
    assert b"['secret']" in answered(http_origin(server, headers=(("x-a", "secret"),)).send(asked)).body


def test_function_url_behind_an_access_control_gets_a_signature_instead_of_the_viewers(
    server: ThreadingHTTPServer,
) -> None:
    asked = replace(ASKED, headers=(("authorization", "Bearer viewer"),))
    assert b"AWS4-HMAC-SHA256 Credential=cloudfront/" in answered(http_origin(server, signed=True).send(asked)).body


def test_viewers_host_reaches_the_origin_when_it_is_forwarded(server: ThreadingHTTPServer) -> None:
    asked = replace(ASKED, headers=(("host", "shop.example"),))
    assert b"shop.example" in answered(http_origin(server).send(asked)).body


def test_api_gateway_refuses_the_viewers_host(server: ThreadingHTTPServer) -> None:
    asked = replace(ASKED, headers=(("host", "shop.example"),))
    answer = answered(http_origin(server, host_is_fixed=True).send(asked))
    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')


def test_silent_origin_is_asked_as_often_as_it_may_and_then_timed_out(server: ThreadingHTTPServer) -> None:
    origin = http_origin(server, read_timeout_s=0.05, connect_attempts=2)
    failure = origin.send(replace(ASKED, path="/hangs"))
    assert isinstance(failure, OriginFailure)
    assert (failure.kind, failure.status, server.asked) == ("timed out", 504, ["/hangs"] * 2)  # type: ignore[attr-defined]


def test_origin_that_hangs_up_is_502(server: ThreadingHTTPServer) -> None:
    failure = http_origin(server, connect_attempts=1).send(replace(ASKED, path="/breaks"))
    assert isinstance(failure, OriginFailure)
    assert (failure.kind, failure.status) == ("closed", 502)


def test_origin_whose_name_has_no_address_is_502() -> None:
    # Names are at most 253 characters long, so no resolver has to be asked.
    name = ".".join(["origin"] * 50)
    failure = HttpOrigin(Origin("api", name, f"http://{name}")).send(ASKED)
    assert isinstance(failure, OriginFailure)
    assert (failure.kind, failure.status) == ("unresolvable", 502)


def test_origin_that_is_not_there_is_504(server: ThreadingHTTPServer) -> None:
    nobody = Origin("api", "api.example.com", "http://127.0.0.1:1", connect_attempts=1)
    failure = HttpOrigin(nobody).send(ASKED)
    assert isinstance(failure, OriginFailure)
    assert (failure.kind, failure.status) == ("unreachable", 504)
