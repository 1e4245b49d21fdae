"""What a viewer gets: parts, 304, HEAD, compression, headers and the policies about them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseBehaviorCustomOrigin
"""

from __future__ import annotations

import gzip
from email.utils import formatdate

import pytest

from emulator.model import EdgeCors, OriginRequestPolicy, ResponseHeader, ResponseHeadersPolicy, Selection
from tests.fakes.edge import VIA, FakeOrigin, behavior, edge, header, policy, reply

TEXT = b"the quick brown fox " * 100
ALL = Selection("all")
ONLY_GZIP = behavior(cache=policy(gzip=True), compress=True)


def test_answer_names_the_edge() -> None:
    answer = edge(FakeOrigin()).get()
    assert header(answer, "via") == VIA
    assert header(answer, "x-amz-cf-id") == "edge-request-id=="
    assert header(answer, "x-amz-cf-pop")


def test_headers_of_the_origins_connection_are_taken_out() -> None:
    origin = FakeOrigin(
        reply(connection="close", transfer_encoding="chunked", via="1.1 proxy", x_kept="yes", upgrade="h2c")
    )
    answer = edge(origin).get()
    assert [header(answer, name) for name in ("connection", "transfer-encoding", "upgrade")] == ["", "", ""]
    assert (header(answer, "via"), header(answer, "x-kept")) == (VIA, "yes")


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=0-4", 206, b"the q", "bytes 0-4/2000"),
        ("bytes=1995-", 206, b"fox "[-5:].rjust(5), "bytes 1995-1999/2000"),
        ("bytes=-4", 206, b"fox ", "bytes 1996-1999/2000"),
        ("bytes=1998-5000", 206, b"x ", "bytes 1998-1999/2000"),
        ("bytes=2000-", 416, b"", "bytes */2000"),
        ("bytes=4-2", 200, TEXT, ""),
        ("lines=1-2", 200, TEXT, ""),
        ("bytes=5-9,0-4", 200, TEXT, ""),
        ("bytes=0-9,5-12", 200, TEXT, ""),
        ("bytes=a-b", 200, TEXT, ""),
    ],
)
def test_part_is_served_of_the_object_in_the_cache(wanted: str, status: int, body: bytes, content_range: str) -> None:
    site = edge(FakeOrigin(reply(body=TEXT)))
    site.get()
    answer = site.get(range=wanted)
    assert (answer.status, answer.body, header(answer, "content-range")) == (status, body, content_range)
    assert header(answer, "x-cache") == "Hit from cloudfront"


def test_several_parts_come_in_one_answer() -> None:
    answer = edge(FakeOrigin(reply(body=TEXT, content_type="text/plain"))).get(range="bytes=0-2,4-8")
    boundary = header(answer, "content-type").partition("boundary=")[2].encode()
    parts = answer.body.split(b"--" + boundary)
    assert (answer.status, len(parts)) == (206, 4)
    assert parts[1] == b"\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-2/2000\r\n\r\nthe\r\n"
    assert parts[2].endswith(b"bytes 4-8/2000\r\n\r\nquick\r\n")


def test_first_request_for_a_part_fetches_and_keeps_the_whole() -> None:
    origin = FakeOrigin(reply(body=TEXT))
    site = edge(origin)
    assert (site.get(range="bytes=0-2").body, site.get().body, len(origin.requests)) == (b"the", TEXT, 1)


@pytest.mark.parametrize(("condition", "status"), [('"v1"', 206), ('"v2"', 200), ('W/"v1"', 200)])
def test_if_range_wants_the_part_of_this_object_only(condition: str, status: int) -> None:
    site = edge(FakeOrigin(reply(body=TEXT, etag='"v1"')))
    assert site.get(range="bytes=0-2", if_range=condition).status == status


@pytest.mark.parametrize("tags", ['"v1"', 'W/"v1"', '"x", "v1"', "*"])
def test_viewer_that_has_the_object_gets_304(tags: str) -> None:
    site = edge(FakeOrigin(reply(etag='"v1"', content_type="text/plain")))
    answer = site.get(if_none_match=tags)
    assert (answer.status, answer.body, header(answer, "etag")) == (304, b"", '"v1"')
    assert site.get(if_none_match='"other"').status == 200


def test_object_that_did_not_change_since_is_304() -> None:
    modified = 1_600_000_000
    site = edge(FakeOrigin(reply(last_modified=formatdate(modified, usegmt=True))))
    answers = [site.get(if_modified_since=formatdate(modified + age, usegmt=True)).status for age in (0, 60, -60)]
    assert answers == [304, 304, 200]


def test_if_none_match_decides_over_if_modified_since() -> None:
    now = formatdate(1_600_000_000, usegmt=True)
    site = edge(FakeOrigin(reply(etag='"v2"', last_modified=now)))
    assert site.get(if_none_match='"v1"', if_modified_since=now).status == 200


def test_head_is_answered_from_the_object_of_a_get() -> None:
    origin = FakeOrigin(reply(body=TEXT))
    site = edge(origin)
    site.get()
    answer = site.ask("HEAD")
    assert (header(answer, "x-cache"), len(origin.requests)) == ("Hit from cloudfront", 1)


def test_head_that_was_kept_does_not_answer_a_get() -> None:
    origin = FakeOrigin(by=lambda asked: reply(body=b"" if asked.method == "HEAD" else b"hello"))
    site = edge(origin)
    site.ask("HEAD")
    assert (site.get().body, [asked.method for asked in origin.requests]) == (b"hello", ["HEAD", "GET"])


def test_text_is_compressed_for_viewers_that_take_it() -> None:
    site = edge(FakeOrigin(reply(body=TEXT, content_type="text/css; charset=utf-8", etag='"v1"')), ONLY_GZIP)
    for _ in range(2):
        answer = site.get(accept_encoding="gzip, br")
        assert gzip.decompress(answer.body) == TEXT
        assert header(answer, "content-encoding") == "gzip"
        assert (header(answer, "etag"), header(answer, "vary")) == ('W/"v1"', "Accept-Encoding")
    assert site.get().body == TEXT


@pytest.mark.parametrize(
    ("said", "body"),
    [
        pytest.param({"content_type": "image/png"}, TEXT, id="not of a type that is compressed"),
        pytest.param({"content_type": "text/css"}, TEXT[:999], id="too small"),
        pytest.param({"content_type": "text/css", "content_encoding": "identity"}, TEXT, id="encoded already"),
        pytest.param({"content_type": "text/css", "content_length": ""}, TEXT, id="of unknown length"),
    ],
)
def test_what_is_not_compressed(said: dict[str, str], body: bytes) -> None:
    answer = edge(FakeOrigin(reply(body=body, **said)), ONLY_GZIP).get(accept_encoding="gzip")
    assert answer.body == body


def test_etag_that_is_none_is_left_out_of_compressed_objects() -> None:
    answer = edge(FakeOrigin(reply(body=TEXT, content_type="text/css", etag="v1")), ONLY_GZIP).get(
        accept_encoding="gzip"
    )
    assert (header(answer, "content-encoding"), header(answer, "etag")) == ("gzip", "")


def test_behavior_that_forwards_no_cookies_gives_none_back() -> None:
    origin = FakeOrigin(reply(set_cookie="id=1"))
    assert header(edge(origin).get(), "set-cookie") == ""
    assert header(edge(origin, behavior(cache=policy(cookies=ALL))).get(), "set-cookie") == "id=1"
    assert header(edge(origin, behavior(forward=OriginRequestPolicy("c", cookies=ALL))).get(), "set-cookie") == "id=1"


def test_vary_keeps_what_reaches_the_origin() -> None:
    origin = FakeOrigin(reply(vary="Accept-Encoding, Origin, Accept-Language"))
    assert header(edge(origin).get(), "vary") == "Accept-Encoding"
    cors = OriginRequestPolicy("cors", Selection("only", frozenset({"origin"})))
    assert header(edge(origin, behavior(forward=cors)).get(), "vary") == "Accept-Encoding, Origin"


def with_headers(*headers: ResponseHeader, **values: object) -> ResponseHeadersPolicy:
    return ResponseHeadersPolicy("policy", headers=headers, **values)  # type: ignore[arg-type]


def test_response_headers_policy_adds_overrides_and_removes_on_hits_too() -> None:
    respond = with_headers(
        ResponseHeader("x-frame-options", "DENY"),
        ResponseHeader("referrer-policy", "no-referrer", override=False),
        remove=frozenset({"server"}),
    )
    origin = FakeOrigin(reply(x_frame_options="SAMEORIGIN", referrer_policy="origin", server="secret/1.0"))
    site = edge(origin, behavior(respond=respond))
    for _ in range(2):
        answer = site.get()
        assert header(answer, "x-frame-options") == "DENY"
        assert header(answer, "referrer-policy") == "origin"
        assert header(answer, "server") == ""


CORS = EdgeCors(("https://*.example.com",), ("GET", "POST"), ("x-a",), ("x-b",), 600, allow_credentials=True)


def test_cors_headers_are_for_pages_of_allowed_origins() -> None:
    site = edge(FakeOrigin(), behavior(respond=with_headers(cors=CORS)))
    allowed = site.get(origin="https://app.example.com")
    assert header(allowed, "access-control-allow-origin") == "https://app.example.com"
    assert header(allowed, "access-control-allow-credentials") == "true"
    assert header(allowed, "access-control-expose-headers") == "x-b"
    assert header(allowed, "access-control-allow-methods") == ""
    for stranger in ({"origin": "https://evil.example"}, {"origin": "https://example.com.evil"}, {}):
        assert header(site.get(**stranger), "access-control-allow-origin") == ""


def test_cors_preflight_gets_methods_headers_and_age() -> None:
    methods = frozenset({"GET", "HEAD", "OPTIONS"})
    site = edge(FakeOrigin(), behavior(respond=with_headers(cors=CORS), allowed_methods=methods))
    answer = site.ask("OPTIONS", origin="https://app.example.com", access_control_request_method="POST")
    names = ("access-control-allow-methods", "access-control-allow-headers", "access-control-max-age")
    assert [header(answer, name) for name in names] == ["GET, POST", "x-a", "600"]


def test_cors_headers_of_the_origin_stay_unless_overridden() -> None:
    origin = FakeOrigin(reply(access_control_allow_origin="https://mine.example"))
    site = edge(origin, behavior(respond=with_headers(cors=EdgeCors(("*",)))))
    assert header(site.get(origin="https://a.example"), "access-control-allow-origin") == "https://mine.example"
    site = edge(origin, behavior(respond=with_headers(cors=EdgeCors(("*",), override=True))))
    assert header(site.get(origin="https://a.example"), "access-control-allow-origin") == "*"


def test_server_timing_says_how_it_was_served() -> None:
    site = edge(FakeOrigin(), behavior(respond=with_headers(server_timing_percent=100)))
    assert [header(site.get(), "server-timing").partition(",")[0] for _ in range(2)] == [
        "cdn-cache-miss",
        "cdn-cache-hit",
    ]
