"""How long a distribution keeps what an origin sent, and what it does when that time is over.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from emulator.gateway.edge.origins import OriginFailure, OriginRequest
from emulator.model import ErrorPage
from emulator.payloads.http_message import HttpResponse
from tests.fakes.edge import FakeOrigin, behavior, edge, header, policy, reply
from tests.fakes.waiting import wait_for


def test_second_request_is_a_hit_and_says_how_old_it_is() -> None:
    origin = FakeOrigin()
    site = edge(origin)
    first = site.get("/a")
    site.clock.move(7)
    second = site.get("/a")
    assert (header(first, "x-cache"), header(first, "age")) == ("Miss from cloudfront", "")
    assert (header(second, "x-cache"), header(second, "age")) == ("Hit from cloudfront", "7")
    assert (second.body, len(origin.requests)) == (b"hello", 1)


@pytest.mark.parametrize(
    ("said", "kept_s"),
    [
        pytest.param({}, 60, id="nothing: the default TTL"),
        pytest.param({"cache_control": "public"}, 60, id="nothing about time: the default TTL"),
        pytest.param({"cache_control": "max-age=20"}, 20, id="max-age"),
        pytest.param({"cache_control": "max-age=20, s-maxage=40"}, 40, id="s-maxage wins over max-age"),
        pytest.param({"cache_control": "max-age=99999"}, 600, id="no longer than the maximum TTL"),
        pytest.param({"cache_control": "max-age=1"}, 5, id="no shorter than the minimum TTL"),
        pytest.param({"cache_control": "no-store"}, 5, id="no-store yields to a minimum TTL"),
        pytest.param({"cache_control": "no-cache, max-age=100"}, 5, id="no-cache yields to a minimum TTL"),
        pytest.param({"cache_control": "private, max-age=100"}, 5, id="private yields to a minimum TTL"),
        pytest.param({"expires": formatdate(1_700_000_030, usegmt=True)}, 30, id="Expires"),
        pytest.param(
            {"expires": formatdate(1_700_000_030, usegmt=True), "cache_control": "max-age=20"},
            20,
            id="max-age wins over Expires",
        ),
        pytest.param({"expires": "0"}, 5, id="an Expires that is no date is over"),
    ],
)
def test_object_stays_as_long_as_policy_and_origin_say(said: dict[str, str], kept_s: int) -> None:
    site = edge(FakeOrigin(reply(**said)), behavior(cache=policy(5, 60, 600)))
    site.get()
    site.clock.move(kept_s - 0.1)
    assert site.how() == "Hit"
    site.clock.move(0.2)
    assert site.how() == "Miss"


@pytest.mark.parametrize("directive", ["no-store", "no-cache", "private", "private, max-age=60", "max-age=0"])
def test_without_a_minimum_ttl_the_origin_may_forbid_caching(directive: str) -> None:
    site = edge(FakeOrigin(reply(cache_control=directive)))
    assert [site.how(), site.how()] == ["Miss", "Miss"]


def test_vary_star_is_not_kept() -> None:
    site = edge(FakeOrigin(reply(vary="*")))
    assert [site.how(), site.how()] == ["Miss", "Miss"]


def test_viewers_cannot_force_their_way_to_the_origin() -> None:
    site = edge(FakeOrigin())
    site.get()
    assert site.how(cache_control="no-cache", pragma="no-cache") == "Hit"


def test_policy_without_any_ttl_keeps_nothing() -> None:
    origin = FakeOrigin(reply(cache_control="max-age=100"))
    site = edge(origin, behavior(cache=policy(0, 0, 0)))
    assert [site.how(), site.how()] == ["Miss", "Miss"]


def test_expired_object_is_asked_for_with_its_validators_and_renewed() -> None:
    modified = formatdate(1_600_000_000, usegmt=True)
    origin = FakeOrigin(reply(etag='"v1"', last_modified=modified, cache_control="max-age=10"))
    site = edge(origin)
    site.get()
    site.clock.move(11)
    origin.now_says(reply(304, b"", etag='"v1"', cache_control="max-age=30"))
    renewed = site.get()
    assert (origin.header("if-none-match"), origin.header("if-modified-since")) == ('"v1"', modified)
    assert (renewed.status, renewed.body, header(renewed, "x-cache")) == (200, b"hello", "RefreshHit from cloudfront")
    site.clock.move(29)
    assert site.how() == "Hit"


def test_expired_object_that_changed_is_replaced() -> None:
    origin = FakeOrigin(reply(etag='"v1"', cache_control="max-age=10"))
    site = edge(origin)
    site.get()
    site.clock.move(11)
    origin.now_says(reply(200, b"new", etag='"v2"', cache_control="max-age=10"))
    assert (site.get().body, site.get().body, site.how()) == (b"new", b"new", "Hit")


@pytest.mark.parametrize("said", ["max-age=0", "no-cache", "no-cache, max-age=60"])
def test_object_that_must_be_asked_about_is_revalidated_each_time(said: str) -> None:
    origin = FakeOrigin(reply(etag='"v1"', cache_control=said))
    site = edge(origin)
    site.get()
    origin.now_says(reply(304, b""))
    assert [site.how(), site.how()] == ["RefreshHit", "RefreshHit"]


@pytest.mark.parametrize("failure", [reply(503, b"down"), OriginFailure("timed out", "silence")])
def test_expired_object_is_served_on_while_the_origin_fails(failure: HttpResponse | OriginFailure) -> None:
    origin = FakeOrigin(reply(cache_control="max-age=10"))
    site = edge(origin)
    site.get()
    site.clock.move(11)
    origin.now_says(failure)
    assert (site.get().status, site.how(), len(origin.requests)) == (200, "Hit", 2)
    site.clock.move(11)
    assert (site.how(), len(origin.requests)) == ("RefreshHit", 3)


def test_expired_object_is_not_served_instead_of_a_404() -> None:
    origin = FakeOrigin(reply(cache_control="max-age=10"))
    site = edge(origin)
    site.get()
    site.clock.move(11)
    origin.now_says(reply(404, b"gone"))
    assert site.get().status == 404


def test_stale_if_error_ends() -> None:
    origin = FakeOrigin(reply(cache_control="max-age=10, stale-if-error=20"))
    site = edge(origin)
    site.get()
    origin.now_says(reply(503, b"down"))
    site.clock.move(15)
    assert site.get().status == 200
    site.clock.move(16)
    assert site.get().status == 503


def test_stale_while_revalidate_serves_at_once_and_refreshes_behind() -> None:
    origin = FakeOrigin(reply(cache_control="max-age=10, stale-while-revalidate=30"))
    site = edge(origin)
    site.get()
    site.clock.move(15)
    origin.now_says(reply(200, b"new", cache_control="max-age=10"))
    assert (site.get().body, site.get().body) == (b"hello", b"hello")
    (errand,) = site.errands
    errand()
    assert (site.get().body, len(origin.requests)) == (b"new", 2)


@pytest.mark.parametrize("status", [404, 414, 500, 501, 502, 503, 504])
def test_failure_is_remembered_for_ten_seconds(status: int) -> None:
    origin = FakeOrigin(reply(status, b"no"))
    site = edge(origin)
    assert [site.how(), site.how(), len(origin.requests)] == ["Error", "Error", 1]
    site.clock.move(10.1)
    assert [site.how(), len(origin.requests)] == ["Error", 2]


def test_failure_is_remembered_even_where_nothing_else_is() -> None:
    origin = FakeOrigin(reply(404, b"no"))
    site = edge(origin, behavior(cache=policy(0, 0, 0)))
    assert [site.how(), site.how(), len(origin.requests)] == ["Error", "Error", 1]
    forgetful = edge(origin, behavior(cache=policy(0, 0, 0)), error_pages={404: ErrorPage(404, min_ttl_s=0)})
    assert [forgetful.how(), forgetful.how(), len(origin.requests)] == ["Error", "Error", 3]


def test_failure_is_remembered_as_long_as_its_error_page_says() -> None:
    origin = FakeOrigin(reply(404, b"no"))
    site = edge(origin, error_pages={404: ErrorPage(404, min_ttl_s=30)})
    site.get()
    site.clock.move(29)
    site.get()
    assert len(origin.requests) == 1


def test_failure_is_remembered_longer_when_its_max_age_is_longer() -> None:
    origin = FakeOrigin(reply(404, b"no", cache_control="max-age=100"))
    site = edge(origin)
    site.get()
    site.clock.move(99)
    site.get()
    assert len(origin.requests) == 1


@pytest.mark.parametrize("status", [400, 403, 405, 412, 415])
def test_some_client_errors_are_remembered_only_with_max_age(status: int) -> None:
    origin = FakeOrigin(reply(status, b"no"))
    site = edge(origin)
    assert [site.how(), site.how(), len(origin.requests)] == ["Error", "Error", 2]
    origin.now_says(reply(status, b"no", cache_control="max-age=30"))
    assert [site.how(), site.how(), len(origin.requests)] == ["Error", "Error", 3]


@pytest.mark.parametrize("status", [401, 409, 410, 416, 418, 422, 429])
def test_other_client_errors_are_never_remembered(status: int) -> None:
    origin = FakeOrigin(reply(status, b"no", cache_control="max-age=100"))
    site = edge(origin)
    assert [site.how(), site.how(), len(origin.requests)] == ["Error", "Error", 2]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (OriginFailure("unreachable", "refused"), 504),
        (OriginFailure("timed out", "30 s"), 504),
        (OriginFailure("closed", "reset"), 502),
    ],
)
def test_origin_that_does_not_answer_is_502_or_504_with_cloudfronts_page(failure: OriginFailure, status: int) -> None:
    answer = edge(FakeOrigin(failure)).get()
    assert (answer.status, header(answer, "x-cache")) == (status, "Error from cloudfront")
    assert b"The request could not be satisfied" in answer.body
    assert b"Request ID: edge-request-id==" in answer.body


def test_redirect_is_kept_and_not_followed() -> None:
    origin = FakeOrigin(reply(302, b"", location="https://elsewhere.example/"))
    site = edge(origin)
    assert (site.get().status, site.how(), len(origin.requests)) == (302, "Hit", 1)


def test_simultaneous_requests_for_one_object_reach_the_origin_once() -> None:
    came, go = threading.Semaphore(0), threading.Event()

    def slowly(_: OriginRequest) -> HttpResponse:
        came.release()
        go.wait(5)
        return reply()

    origin = FakeOrigin(by=slowly)
    site = edge(origin)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(site.get, "/a") for _ in range(8)]
        assert came.acquire(timeout=5)
        go.set()
        assert [answer.result().body for answer in answers] == [b"hello"] * 8
    assert len(origin.requests) == 1


def test_answers_that_are_not_kept_are_never_shared() -> None:
    numbers = iter(range(100))
    entered, go = [], threading.Event()

    def private(_: OriginRequest) -> HttpResponse:
        entered.append(1)
        go.wait(5)
        return reply(body=str(next(numbers)).encode(), cache_control="private")

    site = edge(FakeOrigin(by=private))
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(site.get, "/a") for _ in range(4)]
        assert wait_for(lambda: entered)
        go.set()
        assert len({answer.result().body for answer in answers}) == 4


def test_nobody_waits_for_an_answer_that_was_not_for_everybody_before() -> None:
    together, waiting = threading.Barrier(4), threading.Event()

    def private(_: OriginRequest) -> HttpResponse:
        if waiting.is_set():
            together.wait(5)
        return reply(cache_control="private")

    site = edge(FakeOrigin(by=private))
    site.get("/a")
    waiting.set()
    with ThreadPoolExecutor(4) as pool:
        assert [answer.status for answer in pool.map(lambda _: site.get("/a"), range(4))] == [200] * 4


def test_least_recently_used_object_leaves_when_there_is_no_room() -> None:
    site = edge(FakeOrigin(by=lambda asked: reply(body=b"x" * 20_000)), limit_bytes=100_000)
    for name in ("/a", "/b", "/c", "/d"):
        site.get(name)
    assert site.how("/a") == "Hit"
    site.get("/e")
    assert (site.how("/a"), site.cache.bytes <= 100_000) == ("Hit", True)
    assert site.how("/b") == "Miss"


def test_object_too_large_for_the_cache_is_passed_on() -> None:
    site = edge(FakeOrigin(reply(body=b"x" * 60_000)), limit_bytes=100_000)
    assert [site.how(), site.how(), len(site.cache), len(site.get().body)] == ["Miss", "Miss", 0, 60_000]
