"""Objects leave the cache before they expire.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
"""

from __future__ import annotations

from typing import Any

import flask
import pytest
from werkzeug.test import TestResponse

from emulator.gateway.edge.cloudfront_api import PREFIX, CloudFrontApi, Managed
from emulator.gateway.edge.origins import OriginRequest
from emulator.model import Selection
from emulator.payloads.http_message import HttpResponse
from tests.fakes.edge import FakeEdge, FakeOrigin, behavior, edge, policy, reply
from tests.fakes.http_apis import request

BY_QUERY = behavior(cache=policy(queries=Selection("all"), headers=Selection("only", frozenset({"accept-language"}))))


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("/images/a.png", ["/images/a.png"]),
        ("/images/*", ["/images/a.png", "/images/b.png"]),
        ("/images*", ["/images/a.png", "/images/b.png"]),
        ("/*", ["/images/a.png", "/images/b.png", "/index.html", "/a b"]),
        ("/Images/a.png", []),
        ("/images", []),
        ("/a%20b", ["/a b"]),
    ],
)
def test_path_names_objects(path: str, gone: list[str]) -> None:
    site = edge(FakeOrigin())
    everything = ["/images/a.png", "/images/b.png", "/index.html", "/a b"]
    for one in everything:
        site.get(one)
    site.invalidate(path)
    assert [one for one in everything if site.how(one) == "Miss"] == gone


def test_object_goes_however_its_path_was_escaped() -> None:
    site = edge(FakeOrigin())
    for asked in (request(path="/ab", raw_path="/a%62"), request(path="/ab", raw_path="/ab")):
        site.respond(asked)
    site.invalidate("/ab")
    assert len(site.cache) == 0


def test_escaped_asterisk_is_no_wildcard() -> None:
    site = edge(FakeOrigin())
    for raw in ("/%c3%a4*", "/%c3%a4b"):
        site.respond(request(path="/", raw_path=raw))
    site.invalidate("/\xe4%2A")
    assert len(site.cache) == 1
    site.invalidate("/\xe4*", reference="later")
    assert len(site.cache) == 0


def test_query_strings_are_part_of_the_path_and_headers_are_not() -> None:
    site = edge(FakeOrigin(), BY_QUERY)
    for language in ("de", "en"):
        for query in ("a=1", "a=2"):
            site.get("/x", query=query, accept_language=language)
    site.invalidate("/x?a=1")
    misses = [
        (language, query)
        for language in ("de", "en")
        for query in ("a=1", "a=2")
        if site.how("/x", query=query, accept_language=language) == "Miss"
    ]
    assert misses == [("de", "a=1"), ("en", "a=1")]


def test_remembered_failure_is_invalidated_too() -> None:
    origin = FakeOrigin(reply(404, b"no"))
    site = edge(origin)
    site.get("/new")
    origin.now_says(reply(body=b"here"))
    site.invalidate("/new")
    assert site.get("/new").body == b"here"


def test_object_that_was_asked_for_before_the_invalidation_is_not_kept_after_it() -> None:
    found: list[FakeEdge] = []

    def while_it_is_fetched(_: OriginRequest) -> HttpResponse:
        found[0].invalidate("/*", reference="meanwhile")
        return reply(body=b"old")

    found.append(edge(FakeOrigin(by=while_it_is_fetched)))
    assert (found[0].get().body, len(found[0].cache)) == (b"old", 0)


def batch(reference: str, *paths: str) -> bytes:
    items = "".join(f"<Path>{path}</Path>" for path in paths)
    return (
        f'<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>{len(paths)}'
        f"</Quantity><Items>{items}</Items></Paths><CallerReference>{reference}</CallerReference></InvalidationBatch>"
    ).encode()


@pytest.fixture
def api() -> Any:
    site = edge(FakeOrigin())
    app = flask.Flask("test")
    managed = Managed(site.distribution, site.invalidations)
    app.register_blueprint(CloudFrontApi({site.distribution.distribution_id: managed}).blueprint())
    return app.test_client()


def create(api: Any, body: bytes, distribution: str = "E2QWRUHEXAMPLE") -> TestResponse:
    answer: TestResponse = api.post(f"{PREFIX}/{distribution}/invalidation", data=body)
    return answer


def test_same_caller_reference_makes_one_invalidation(api: Any) -> None:
    first, again = create(api, batch("a", "/*")), create(api, batch("a", "/*"))
    assert (first.status_code, first.text) == (201, again.text)
    other = create(api, batch("a", "/other"))
    assert (other.status_code, "InvalidationBatchAlreadyExists" in other.text) == (400, True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (batch("a", "no-slash"), 400, "InvalidArgument"),
        (batch("a", "/a*b"), 400, "InvalidArgument"),
        (batch("a"), 400, "MalformedInput"),
        (b"not xml", 400, "MalformedInput"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><InvalidationBatch/>', 400, "MalformedInput"),
        (batch("a", *["/a"] * 3_001), 413, "BatchTooLarge"),
    ],
)
def test_bad_invalidation_is_refused(api: Any, body: bytes, status: int, code: str) -> None:
    answer = create(api, body)
    assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, True)


def test_unknown_distribution_and_invalidation_are_404(api: Any) -> None:
    assert "NoSuchDistribution" in create(api, batch("a", "/*"), "E0000000000000").text
    for path in ("E0", "E0/config", "E0/invalidation", "E0/invalidation/I1"):
        assert api.get(f"{PREFIX}/{path}").status_code == 404
    assert "NoSuchInvalidation" in api.get(f"{PREFIX}/E2QWRUHEXAMPLE/invalidation/I1").text


def test_invalidations_are_listed_page_by_page(api: Any) -> None:
    for number in range(3):
        create(api, batch(str(number), "/*"))
    listed = f"{PREFIX}/E2QWRUHEXAMPLE/invalidation?MaxItems=2"
    first = api.get(listed).text
    marker = first.partition("<NextMarker>")[2].partition("<")[0]
    second = api.get(f"{listed}&Marker={marker}").text
    assert (first.count("<InvalidationSummary>"), second.count("<InvalidationSummary>")) == (2, 1)
    assert ("<IsTruncated>true" in first, "<IsTruncated>false" in second) == (True, True)
