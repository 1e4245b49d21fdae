"""Which behaviour takes a request, what of it makes the cache key, and what of it reaches the origin.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
"""

from __future__ import annotations

import pytest

from emulator.gateway.edge.behaviors import BehaviorTable
from emulator.gateway.edge.viewer_path import normalized
from emulator.model import OriginRequestPolicy, Selection
from tests.fakes.edge import ANY_METHOD, VIA, FakeOrigin, behavior, edge, policy
from tests.fakes.http_apis import request

ALL = Selection("all")


def only(*names: str) -> Selection:
    return Selection("only", frozenset(names))


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/images/*", "/images/a/b.png", True),
        ("images/*", "/images/a.png", True),
        ("/images/*", "/image/a.png", False),
        ("*.jpg", "/a/b.jpg", True),
        ("*.jpg", "/a/b.JPG", False),
        ("/a?c", "/abc", True),
        ("/a?c", "/ac", False),
        ("/a.c", "/abc", False),
        ("/api/v1", "/api/v1/x", False),
        ("/caf%c3%a9/*", "/caf%C3%A9/a", True),
        ("/caf\u00e9/*", "/caf%C3%A9/a", True),
        ("/%61/*", "/a/b", True),
    ],
)
def test_path_pattern(pattern: str, path: str, fits: bool) -> None:
    table = BehaviorTable((behavior(pattern), behavior()))
    assert (table.match(path).pattern == pattern) is fits


def test_first_pattern_that_fits_wins() -> None:
    table = BehaviorTable((behavior("/a/*", "first"), behavior("/a/b/*", "second"), behavior()))
    assert table.match("/a/b/c").target == "first"


@pytest.mark.parametrize(
    ("sent", "found_by"),
    [
        ("/api/v1", "/api/v1"),
        ("/%61pi/%7Eme", "/api/~me"),
        ("/a%2fb%3Fc", "/a%2Fb%3Fc"),
        ("/caf%c3%a9%", "/caf%C3%A9%"),
        ("//api//v1/", "/api/v1/"),
        ("/public/../api/x", "/api/x"),
        ("/public/%2E%2e/api/.", "/api/"),
        ("/a/b/..", "/a/"),
        ("/a//../b", "/a/b"),
        ("/a/b//", "/a/b/"),
        ("/../..", "/"),
        ("/a.b/.c/..d", "/a.b/.c/..d"),
    ],
)
def test_behaviors_are_found_by_the_normalized_path(sent: str, found_by: str) -> None:
    assert normalized(sent) == found_by


def test_origin_gets_the_path_as_the_viewer_wrote_it() -> None:
    api, origin = FakeOrigin(), FakeOrigin()
    site = edge(origin, behavior("/api/*", "api"), behavior(), others={"api": api})
    site.respond(request(path="/x/../api//a/b c", raw_path="/x/../%61pi//a%2fb%20c"))
    assert [asked.path for asked in api.requests] == ["/x/../%61pi//a%2fb%20c"]
    assert origin.requests == []


def test_what_no_url_may_hold_is_escaped_for_the_origin() -> None:
    origin = FakeOrigin()
    edge(origin).respond(request(path='/a"b|c ', raw_path='/a"b|c%20'))
    assert [asked.path for asked in origin.requests] == ["/a%22b%7Cc%20"]


def test_default_root_object_may_have_any_name() -> None:
    origin = FakeOrigin()
    edge(origin, default_root_object="übersicht 1.html").get("/")
    assert [asked.path for asked in origin.requests] == ["/%C3%BCbersicht%201.html"]


def test_target_that_is_no_path_is_400() -> None:
    origin = FakeOrigin()
    assert edge(origin).respond(request(path="*x/y", raw_path="*x/y")).status == 400
    assert origin.requests == []


def test_default_root_object_stands_for_the_root_only() -> None:
    origin = FakeOrigin()
    site = edge(origin, default_root_object="index.html")
    for path in ("/", "/folder/"):
        site.get(path)
    assert [asked.path for asked in origin.requests] == ["/index.html", "/folder/"]


def test_default_root_object_is_served_by_the_behavior_of_its_own_path() -> None:
    pages = FakeOrigin()
    site = edge(
        FakeOrigin(),
        behavior("/index.html", "pages"),
        behavior(),
        others={"pages": pages},
        default_root_object="index.html",
    )
    site.get("/")
    assert [asked.path for asked in pages.requests] == ["/index.html"]


def test_query_string_is_neither_key_nor_forwarded_unless_asked_for() -> None:
    origin = FakeOrigin()
    site = edge(origin)
    assert [site.how("/a", query="x=1"), site.how("/a", query="x=2")] == ["Miss", "Hit"]
    assert origin.requests[0].query == ""


def test_listed_query_strings_are_key_and_forwarded_in_the_order_sent() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(cache=policy(queries=only("b", "a"))))
    assert [site.how(query="b=2&x=9&a=1"), site.how(query="b=2&x=8&a=1"), site.how(query="a=1&b=2")] == [
        "Miss",
        "Hit",
        "Miss",
    ]
    assert [asked.query for asked in origin.requests] == ["b=2&a=1", "a=1&b=2"]


def test_all_query_strings_except_some() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(cache=policy(queries=Selection("except", frozenset({"utm"})))))
    assert [site.how(query="a=1&utm=x"), site.how(query="a=1&utm=y")] == ["Miss", "Hit"]
    assert origin.requests[0].query == "a=1"


def test_headers_of_the_cache_policy_are_key_and_forwarded() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(cache=policy(headers=only("accept-language"))))
    languages = [site.how(accept_language=language) for language in ("de", "en", "de")]
    assert (languages, origin.header("accept-language")) == (["Miss", "Miss", "Hit"], "en")


def test_cookies_of_the_cache_policy_are_key_and_forwarded_sorted() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(cache=policy(cookies=only("theme", "lang"))))
    first = site.how(cookie="theme=dark; id=1; lang=de")
    assert [first, site.how(cookie="lang=de; theme=dark; id=2"), site.how(cookie="theme=light; lang=de")] == [
        "Miss",
        "Hit",
        "Miss",
    ]
    assert origin.header("cookie") == "lang=de; theme=light"


def test_origin_request_policy_forwards_without_being_a_key() -> None:
    origin = FakeOrigin()
    forward = OriginRequestPolicy("more", only("x-tenant"), only("session"), only("page"))
    site = edge(origin, behavior(forward=forward))
    ways = [site.how(query=f"page={n}", x_tenant=str(n), cookie=f"session={n}; other=1") for n in (1, 2)]
    assert ways == ["Miss", "Hit"]
    assert (origin.header("x-tenant"), origin.header("cookie"), origin.requests[0].query) == (
        "1",
        "session=1",
        "page=1",
    )


def test_what_no_policy_names_does_not_reach_the_origin() -> None:
    origin = FakeOrigin()
    edge(origin).get(
        accept="*/*",
        authorization="Bearer x",
        cookie="a=1",
        referer="/",
        x_custom="1",
        user_agent="curl",
        origin="http://x",
    )
    sent = {name for name, _ in origin.requests[0].headers}
    assert sent == {"via", "x-amz-cf-id", "x-forwarded-for", "user-agent"}
    assert origin.header("user-agent") == "Amazon CloudFront"


def test_cloudfront_states_who_it_is_and_whom_it_asks_for() -> None:
    origin = FakeOrigin()
    edge(origin).get(x_forwarded_for="192.0.2.4")
    assert origin.header("via") == VIA
    assert origin.header("x-amz-cf-id") == "edge-request-id=="
    assert origin.header("x-forwarded-for") == "192.0.2.4, 127.0.0.1"


def test_all_viewer_forwards_everything_but_the_connections_own_headers() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(forward=OriginRequestPolicy("AllViewer", ALL, ALL, ALL)))
    site.get(
        authorization="Bearer x", x_custom="1", connection="keep-alive", te="trailers", x_edge_thing="1", upgrade="h2c"
    )
    sent = {name for name, _ in origin.requests[0].headers}
    assert {"authorization", "x-custom", "host"} <= sent
    assert not sent & {"connection", "te", "upgrade", "x-edge-thing"}
    assert origin.header("host") == "127.0.0.1:3201"


def test_all_viewer_except_host_takes_the_host_out_even_where_the_key_has_it() -> None:
    origin = FakeOrigin()
    forward = OriginRequestPolicy("AllViewerExceptHostHeader", Selection("except", frozenset({"host"})), ALL, ALL)
    edge(origin, behavior(cache=policy(headers=only("host")), forward=forward)).get(x_custom="1")
    assert (origin.header("host"), origin.header("x-custom")) == (None, "1")


@pytest.mark.parametrize(
    ("sent", "gzip", "brotli", "forwarded"),
    [
        ("gzip, deflate, br", True, True, "br,gzip"),
        ("gzip, deflate", True, True, "gzip"),
        ("br", True, False, "identity"),
        ("gzip;q=0", True, True, "identity"),
        ("deflate", False, False, None),
        ("gzip, br", False, False, "gzip"),
    ],
)
def test_accept_encoding_is_normalised(sent: str, gzip: bool, brotli: bool, forwarded: str | None) -> None:
    origin = FakeOrigin()
    edge(origin, behavior(cache=policy(gzip=gzip, brotli=brotli))).get(accept_encoding=sent)
    assert origin.header("accept-encoding") == forwarded


def test_each_normalised_encoding_has_an_object_of_its_own() -> None:
    site = edge(FakeOrigin(), behavior(cache=policy(gzip=True)))
    ways = [site.how(accept_encoding=sent) for sent in ("gzip", "gzip, deflate", "deflate")]
    assert ways == ["Miss", "Hit", "Miss"]


def test_edge_headers_come_only_when_a_policy_asks() -> None:
    origin = FakeOrigin()
    asked = frozenset({"cloudfront-forwarded-proto", "cloudfront-is-mobile-viewer", "cloudfront-viewer-country"})
    forward = OriginRequestPolicy("made", edge_headers=asked)
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"
    edge(origin, behavior(forward=forward, https_only=True)).get(user_agent=phone, cloudfront_viewer_country="DE")
    assert origin.header("cloudfront-forwarded-proto") == "https"
    assert origin.header("cloudfront-is-mobile-viewer") == "true"
    assert origin.header("cloudfront-viewer-country") == "DE"
    edge(origin).get(cloudfront_viewer_country="DE")
    assert origin.header("cloudfront-viewer-country") is None


def test_what_the_edge_says_of_a_viewer_comes_once_in_place_of_the_viewers_own_words() -> None:
    origin = FakeOrigin()
    for selection in (only("cloudfront-viewer-country", "cloudfront-viewer-address"), ALL):
        forward = OriginRequestPolicy("chosen", headers=selection)
        edge(origin, behavior(forward=forward)).get(
            cloudfront_viewer_country="DE", cloudfront_viewer_address="192.0.2.1:1", cloudfront_is_mobile_viewer="true"
        )
    chosen, everything = ([pair for pair in one.headers if "cloudfront" in pair[0]] for one in origin.requests)
    assert chosen == [("cloudfront-viewer-address", "127.0.0.1:443"), ("cloudfront-viewer-country", "DE")]
    assert everything == []


def test_objects_may_differ_by_country() -> None:
    site = edge(FakeOrigin(), behavior(cache=policy(headers=only("cloudfront-viewer-country"))))
    ways = [site.how(cloudfront_viewer_country=country) for country in ("DE", "FR", "DE")]
    assert ways == ["Miss", "Miss", "Hit"]


def test_body_and_its_headers_reach_the_origin_and_nothing_is_kept() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(allowed_methods=ANY_METHOD))
    for _ in range(2):
        site.ask("POST", body=b"{}", content_type="application/json", authorization="Bearer x")
    assert [asked.body for asked in origin.requests] == [b"{}", b"{}"]
    assert origin.header("content-type") == "application/json"


def test_methods_that_change_things_keep_their_authorization() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(allowed_methods=ANY_METHOD))
    site.ask("POST", body=b"{}", authorization="Bearer x")
    assert origin.header("authorization") == "Bearer x"
    site.get(authorization="Bearer x")
    assert origin.header("authorization") is None


def test_options_is_kept_only_when_the_behavior_says_so() -> None:
    methods = frozenset({"GET", "HEAD", "OPTIONS"})
    passing, keeping = FakeOrigin(), FakeOrigin()
    for origin, cached in ((passing, frozenset({"GET", "HEAD"})), (keeping, methods)):
        site = edge(origin, behavior(allowed_methods=methods, cached_methods=cached))
        site.ask("OPTIONS")
        site.ask("OPTIONS")
        site.get()
    assert (len(passing.requests), len(keeping.requests)) == (3, 2)


def test_conditions_and_ranges_of_viewers_stay_at_the_edge_where_it_caches() -> None:
    origin = FakeOrigin()
    edge(origin).get(range="bytes=0-1", if_none_match='"x"')
    assert (origin.header("range"), origin.header("if-none-match")) == (None, None)
    edge(origin, behavior(cache=policy(0, 0, 0))).get(range="bytes=0-1", if_none_match='"x"')
    assert (origin.header("range"), origin.header("if-none-match")) == ("bytes=0-1", '"x"')


def test_old_http_gets_plain_objects() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(cache=policy(gzip=True)))
    site.respond(request(headers=(("accept-encoding", "gzip"),), protocol="HTTP/1.0"))
    assert origin.header("accept-encoding") == "identity"
