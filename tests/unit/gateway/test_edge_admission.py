"""Who is let in, who is not, and the pages that stand in for failures.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from emulator.gateway.edge.admission import BODY_LIMIT_BYTES
from emulator.gateway.edge.origins import OriginFailure, OriginRequest
from emulator.model import ErrorPage, OriginRequestPolicy, Selection
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse
from tests.fakes.edge import ANY_METHOD, FakeOrigin, behavior, edge, header, reply
from tests.fakes.http_apis import request


@dataclass
class FakeFirewall:
    """Lets pass what does not contain `evil`; inserts a header."""

    answer: HttpResponse | None = None

    def inspect(self, request: HttpRequest, client_ip: str) -> Decision:
        evil = "evil" in request.path or "evil" in request.query
        return Decision(evil, self.answer if evil else None, () if evil else (("x-amzn-waf-seen", client_ip),))


@dataclass
class Decision:
    blocked: bool
    response: HttpResponse | None
    inserted: HeaderPairs


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_method_that_the_behavior_does_not_allow_is_403(method: str) -> None:
    origin = FakeOrigin()
    answer = edge(origin).ask(method)
    assert (answer.status, header(answer, "x-cache"), len(origin.requests)) == (403, "Error from cloudfront", 0)
    assert b"not configured to allow the HTTP request method" in answer.body


def test_get_with_a_body_is_403() -> None:
    assert edge(FakeOrigin()).get(body=b"x").status == 403


def test_url_and_headers_have_a_limit() -> None:
    site = edge(FakeOrigin())
    assert [site.get("/" + "a" * 8_192).status, site.get(x_large="a" * 20_480).status] == [413, 413]
    assert site.get(x_large="a" * 20_000).status == 200


def test_body_has_a_limit() -> None:
    origin = FakeOrigin()
    site = edge(origin, behavior(allowed_methods=ANY_METHOD))
    assert site.ask("PUT", "/a", body=bytes(BODY_LIMIT_BYTES)).status == 200
    assert (site.ask("PUT", "/a", body=bytes(BODY_LIMIT_BYTES + 1)).status, len(origin.requests)) == (413, 1)


def test_blocked_request_reaches_neither_cache_nor_origin() -> None:
    origin = FakeOrigin()
    site = edge(origin, firewall=FakeFirewall())
    site.get("/a")
    answer = site.get("/a", query="evil=1")
    assert (answer.status, header(answer, "server"), len(origin.requests)) == (403, "CloudFront", 1)
    assert b"Request blocked." in answer.body


def test_rule_may_answer_itself() -> None:
    site = edge(FakeOrigin(), firewall=FakeFirewall(reply(429, b"slow down")))
    answer = site.get("/evil")
    assert (answer.status, answer.body) == (429, b"slow down")


def test_header_of_the_firewall_reaches_the_origin_in_place_of_the_viewers() -> None:
    origin = FakeOrigin()
    edge(origin, firewall=FakeFirewall()).get(x_amzn_waf_seen="forged")
    assert origin.header("x-amzn-waf-seen") == "127.0.0.1"


@pytest.mark.parametrize("name", ["x_amzn_waf_seen", "x-amzn_waf-other", "cloudfront_viewer_country"])
def test_underscore_smuggles_no_header_of_aws_past_the_edge(name: str) -> None:
    origin = FakeOrigin()
    everything = behavior(forward=OriginRequestPolicy("all", headers=Selection("all")))
    asked = request(headers=(("host", "127.0.0.1:3201"), (name, "forged")))
    edge(origin, everything, firewall=FakeFirewall()).respond(asked)
    assert "forged" not in dict(origin.requests[0].headers).values()


@pytest.mark.parametrize(
    ("countries", "viewer", "status"),
    [
        (Selection("only", frozenset({"DE"})), "DE", 200),
        (Selection("only", frozenset({"DE"})), "FR", 403),
        (Selection("except", frozenset({"FR"})), "FR", 403),
        (Selection("except", frozenset({"FR"})), "DE", 200),
    ],
)
def test_countries_may_be_shut_out(countries: Selection, viewer: str, status: int) -> None:
    site = edge(FakeOrigin(), countries=countries)
    assert site.get(cloudfront_viewer_country=viewer).status == status


def test_viewer_in_an_unknown_place_is_served() -> None:
    assert edge(FakeOrigin(), countries=Selection("only", frozenset({"DE"}))).get().status == 200


def site_with_pages(asked: OriginRequest) -> HttpResponse:
    """Serves /index.html and /sorry.html, a 500 at /broken, 404 for everything else."""
    pages = {"/index.html": reply(body=b"app"), "/sorry.html": reply(body=b"sorry"), "/broken": reply(500, b"boom")}
    return pages.get(asked.path, reply(404, b"nothing"))


SINGLE_PAGE = {404: ErrorPage(404, "/index.html", 200)}


def test_single_page_application_answers_unknown_paths_with_its_page() -> None:
    site = edge(FakeOrigin(by=site_with_pages), error_pages=SINGLE_PAGE)
    answer = site.get("/some/route")
    assert (answer.status, answer.body, header(answer, "x-cache")) == (200, b"app", "Error from cloudfront")


def test_error_page_keeps_its_own_status() -> None:
    site = edge(FakeOrigin(by=site_with_pages), error_pages={500: ErrorPage(500, "/sorry.html", 503)})
    answer = site.get("/broken")
    assert (answer.status, answer.body) == (503, b"sorry")


def test_status_of_the_error_page_itself_is_given_when_it_fails() -> None:
    site = edge(FakeOrigin(by=site_with_pages), error_pages={500: ErrorPage(500, "/gone.html", 200)})
    assert (site.get("/broken").status, site.get("/broken").body) == (404, b"nothing")


def test_error_page_comes_from_the_origin_of_its_own_path() -> None:
    pages = FakeOrigin(reply(body=b"sorry"))
    site = edge(
        FakeOrigin(reply(500, b"boom")),
        behavior("/errors/*", "pages"),
        behavior(),
        others={"pages": pages},
        error_pages={500: ErrorPage(500, "/errors/500.html", 500)},
    )
    assert (site.get().status, site.get().body, [asked.path for asked in pages.requests]) == (
        500,
        b"sorry",
        ["/errors/500.html"],
    )


def test_error_page_stands_in_for_cloudfronts_own_refusals() -> None:
    pages = {403: ErrorPage(403, "/sorry.html", 403)}
    site = edge(FakeOrigin(by=site_with_pages), firewall=FakeFirewall(), error_pages=pages)
    assert (site.get("/evil").body, site.ask("POST").body) == (b"sorry", b"sorry")


def test_page_says_that_the_name_of_the_origin_is_unknown() -> None:
    answer = edge(FakeOrigin(OriginFailure("unresolvable", "no such name"))).get()
    assert (answer.status, header(answer, "x-cache")) == (502, "Error from cloudfront")
    assert b"CloudFront wasn't able to resolve the origin domain name." in answer.body


def test_unknown_paths_do_not_ask_the_origin_again_for_a_while() -> None:
    origin = FakeOrigin(by=site_with_pages)
    site = edge(origin, error_pages=SINGLE_PAGE)
    site.get("/some/route")
    site.get("/some/route")
    assert [asked.path for asked in origin.requests] == ["/some/route", "/index.html"]
