"""Each Lambda of the shortener on a real backend, with API Gateway's events: from a cold start to the reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from seed.shortener.access_token import mint
from tests.fakes.shortener_account import Account, Handler, http_event

Load = Callable[..., Handler]
SECRET = "jwt-secret of at least thirty-two bytes"


def body(reply: dict[str, Any]) -> Any:
    return json.loads(reply["body"])


def error(reply: dict[str, Any]) -> tuple[int, str]:
    found = body(reply)
    assert set(found) == {"error", "requestId"}
    assert set(found["error"]) == {"code", "message", "details"}
    return reply["statusCode"], found["error"]["code"]


def test_link_is_created_followed_and_counted(account: Account, load: Load) -> None:
    links, redirect, process = load("manage_links"), load("redirect"), load("process_clicks")
    created = links(http_event("POST /links", body={"url": "https://example.com/a", "code": "abcd"}), None)
    assert created["statusCode"] == 201
    assert body(created)["shortUrl"] == "https://short.example/abcd"
    headers = {"referer": "https://news.example.com/x", "cloudfront-viewer-country": "DE"}
    for _ in range(3):
        followed = redirect(http_event("GET /{code}", code="abcd", headers=headers), None)
        assert (followed["statusCode"], followed["headers"]["location"]) == (302, "https://example.com/a")
        assert "cache-control" in followed["headers"]
    records = account.stream()
    assert process({"Records": records}, None) == {"batchItemFailures": []}
    assert process({"Records": records}, None) == {"batchItemFailures": []}
    stats = body(links(http_event("GET /links/{code}/stats", code="abcd", query={"days": "1"}), None))
    assert stats["total"] == 3
    assert [day["clicks"] for day in stats["perDay"]] == [3]
    assert stats["perReferrer"] == [{"referrer": "https://news.example.com", "clicks": 3}]
    assert stats["perCountry"] == [{"country": "DE", "clicks": 3}]


def test_archive_has_every_event_and_no_address(account: Account, load: Load) -> None:
    links, redirect, process = load("manage_links"), load("redirect"), load("process_clicks")
    links(http_event("POST /links", body={"url": "https://example.com", "code": "abcd"}), None)
    redirect(http_event("GET /{code}", code="abcd", headers={"x-correlation-id": "follow-me"}), None)
    links(http_event("DELETE /links/{code}", code="abcd"), None)
    process({"Records": account.stream()}, None)
    s3 = account.client("s3")
    listed = s3.list_objects_v2(Bucket=account.bucket)["Contents"]
    lines = [s3.get_object(Bucket=account.bucket, Key=one["Key"])["Body"].read().decode() for one in listed]
    events = [json.loads(line) for text in lines for line in text.splitlines()]
    assert {event["type"] for event in events} == {"link_created", "link_clicked", "link_deleted"}
    assert "follow-me" in {event["correlationId"] for event in events}
    assert "203.0.113.7" not in "".join(lines)


def test_unreadable_record_is_named_and_those_before_it_are_done(account: Account, load: Load) -> None:
    links, process = load("manage_links"), load("process_clicks")
    links(http_event("POST /links", body={"url": "https://example.com"}), None)
    dynamodb = account.client("dynamodb")
    bad = {"PK": {"S": "EVENT#x"}, "SK": {"S": "000000000001"}, "event": {"S": "not json"}}
    dynamodb.put_item(TableName=account.table, Item=bad)
    records = account.stream()
    failures = process({"Records": records}, None)["batchItemFailures"]
    assert failures == [{"itemIdentifier": records[-1]["dynamodb"]["SequenceNumber"]}]
    assert account.client("s3").list_objects_v2(Bucket=account.bucket)["KeyCount"] == 1


def test_nothing_is_done_while_the_bucket_is_away(account: Account, load: Load) -> None:
    links, process = load("manage_links"), load("process_clicks", EVENTS_BUCKET="not-there")
    links(http_event("POST /links", body={"url": "https://example.com"}), None)
    records = [record for record in account.stream() if record["dynamodb"]["Keys"]["PK"]["S"].startswith("EVENT#")]
    failures = process({"Records": records}, None)["batchItemFailures"]
    assert failures == [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (http_event("POST /links", body="{"), (400, "malformed_request")),
        (http_event("POST /links", body={"url": "https://a.example", "code": "links"}), (422, "invalid_field")),
        (http_event("POST /links", body={"url": "https://short.example/x"}), (422, "invalid_field")),
        (http_event("POST /links", body={}, headers={"content-type": "text/plain"}), (415, "unsupported_media_type")),
        (http_event("POST /links", body={"url": "https://a.example/" + "x" * 20_000}), (413, "too_large")),
        (http_event("GET /links", query={"nextToken": "forged"}), (400, "invalid_next_token")),
        (http_event("GET /links/{code}", code="none"), (404, "link_not_found")),
        (http_event("PUT /links/{code}", code="none", body={"tags": []}), (404, "link_not_found")),
        (http_event("DELETE /links/{code}", code="!"), (404, "link_not_found")),
    ],
    ids=lambda value: value["routeKey"] if isinstance(value, dict) else value[1],
)
def test_every_error_has_the_one_shape(load: Load, event: dict[str, Any], expected: tuple[int, str]) -> None:
    assert error(load("manage_links")(event, None)) == expected


def test_same_key_answers_the_same_and_another_body_is_refused(load: Load) -> None:
    links = load("manage_links")
    first, again, other = (
        links(http_event("POST /links", body={"url": url}, headers={"idempotency-key": "k"}), None)
        for url in ("https://a.example", "https://a.example", "https://b.example")
    )
    assert body(first) == body(again)
    assert error(other) == (422, "idempotency_key_reused")


def test_of_many_who_want_the_same_code_one_gets_it(account: Account, load: Load) -> None:
    from shortener import wiring
    from shortener.domain.errors import CodeTakenError
    from shortener.domain.managing import NewLink
    from shortener.domain.model import Caller, Origin

    environment = wiring.environment(account.variables())
    load("manage_links")

    def want(number: int) -> bool:
        manage, _ = wiring.manage_links(environment)
        try:
            manage.create(Caller(f"u{number}"), NewLink("https://example.com", "wanted"), (), None, Origin("c"))
        except CodeTakenError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(want, range(8))) == [False] * 7 + [True]


def test_change_needs_the_version_when_it_names_one(load: Load) -> None:
    links = load("manage_links")
    links(http_event("POST /links", body={"url": "https://a.example", "code": "abcd"}), None)
    change = {"code": "abcd", "body": {"tags": ["x"]}, "headers": {"if-match": '"1"'}}
    assert links(http_event("PUT /links/{code}", **change), None)["headers"]["etag"] == '"2"'  # type: ignore[arg-type]
    assert error(links(http_event("PUT /links/{code}", **change), None)) == (409, "changed_meanwhile")  # type: ignore[arg-type]


def test_disabled_link_answers_410_and_a_browser_gets_a_page(load: Load) -> None:
    links, redirect = load("manage_links"), load("redirect")
    links(http_event("POST /links", body={"url": "https://a.example", "code": "abcd"}), None)
    links(http_event("PUT /links/{code}", code="abcd", body={"state": "disabled"}), None)
    assert error(redirect(http_event("GET /{code}", code="abcd"), None)) == (410, "link_gone")
    page = redirect(http_event("GET /{code}", code="abcd", headers={"accept": "text/html,*/*"}), None)
    assert (page["statusCode"], page["headers"]["content-type"]) == (410, "text/html; charset=utf-8")


def test_front_page_is_ours_or_where_it_was_told(load: Load) -> None:
    assert load("redirect")(http_event("GET /"), None)["statusCode"] == 200
    told = load("redirect", WEB_PAGE_URL="https://web.example")(http_event("GET /"), None)
    assert (told["statusCode"], told["headers"]["location"]) == (302, "https://web.example")


def test_public_url_of_the_stack_leads_to_the_page_and_begins_short_links(account: Account, load: Load) -> None:
    account.client("ssm").put_parameter(Name="/shop/public-url", Value="https://d1.example", Type="String")
    published = {"PUBLIC_BASE_URL": "", "PUBLIC_URL_PARAMETER": "/shop/public-url"}
    front = load("redirect", **published)(http_event("GET /"), None)
    assert (front["statusCode"], front["headers"]["location"]) == (302, "https://d1.example/index.html")
    links = load("manage_links", **published)
    created = links(http_event("POST /links", body={"url": "https://example.com/a", "code": "abcd"}), None)
    assert body(created)["shortUrl"] == "https://d1.example/abcd"
    back = links(http_event("POST /links", body={"url": "https://d1.example/abcd"}), None)
    assert error(back) == (422, "invalid_field")


def test_visitor_behind_the_edge_is_known_by_what_the_edge_says(account: Account, load: Load) -> None:
    links, redirect, process = load("manage_links"), load("redirect"), load("process_clicks")
    links(http_event("POST /links", body={"url": "https://example.com", "code": "abcd"}), None)
    for viewer in (
        {},
        {"cloudfront-viewer-address": "203.0.113.7:46532"},
        {"cloudfront-viewer-address": "2001:db8::1:9"},
    ):
        redirect(http_event("GET /{code}", code="abcd", headers=viewer), None)
    process({"Records": account.stream()}, None)
    s3 = account.client("s3")
    listed = s3.list_objects_v2(Bucket=account.bucket, Prefix="link_clicked/")["Contents"]
    lines = [s3.get_object(Bucket=account.bucket, Key=one["Key"])["Body"].read().decode() for one in listed]
    hashes = [json.loads(line)["ip"] for text in lines for line in text.splitlines()]
    assert len(hashes) == 3
    assert len(set(hashes)) == 2, "the same visitor with and without the edge, and another one"


@pytest.mark.parametrize(
    ("variable", "value", "code", "reason"),
    [
        ("SERVICE_PAUSED", "Moving house until noon", "service_paused", "Moving house until noon"),
        ("EMERGENCY_STOP", "true", "emergency_stop", "The service is paused."),
    ],
)
def test_pause_answers_503_with_its_reason(load: Load, variable: str, value: str, code: str, reason: str) -> None:
    api = load("manage_links", **{variable: value})(http_event("GET /links"), None)
    assert error(api) == (503, code)
    assert body(api)["error"]["message"] == reason
    page = load("redirect", **{variable: value})(http_event("GET /{code}", code="abcd"), None)
    assert page["statusCode"] == 503
    assert page["headers"]["content-type"].startswith("text/html")
    assert reason in page["body"]


def test_backend_that_is_away_is_503_and_not_a_crash(load: Load) -> None:
    away = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    assert error(load("redirect", **away)(http_event("GET /{code}", code="abcd"), None)) == (503, "unavailable")
    assert error(load("manage_links", **away)(http_event("GET /links/{code}", code="abcd"), None)) == (
        503,
        "unavailable",
    )


def test_authorizer_lets_a_valid_token_pass_and_tells_whose_it_is(account: Account, load: Load) -> None:
    authorize = load("authorize")
    token = mint(SECRET, "ada", "admin", account.stage)
    allowed = authorize(http_event("GET /links", headers={"authorization": f"Bearer {token}"}), None)
    assert allowed == {"isAuthorized": True, "context": {"userId": "ada", "role": "admin"}}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic YTpi"])
def test_authorizer_refuses_anything_else(load: Load, header: str) -> None:
    refused = load("authorize")(http_event("GET /links", headers={"authorization": header}), None)
    assert refused == {"isAuthorized": False}


def test_authorizer_refuses_expired_and_foreign_tokens(account: Account, load: Load) -> None:
    authorize = load("authorize")
    for token in (
        mint(SECRET, "ada", "user", account.stage, lifetime_s=-1),
        mint(SECRET, "ada", "user", "elsewhere"),
        mint("another secret of thirty-two bytes", "ada", "user", account.stage),
    ):
        event = http_event("GET /links", headers={"authorization": f"Bearer {token}"})
        assert authorize(event, None) == {"isAuthorized": False}


def test_neither_token_nor_target_reaches_the_log(
    account: Account, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    token = mint(SECRET, "ada", "user", account.stage)
    load("authorize")(http_event("GET /links", headers={"authorization": f"Bearer {token}x"}), None)
    load("manage_links")(http_event("POST /links", body={"url": "https://a.example/?key=secret"}), None)
    logged = capsys.readouterr().out
    assert token.rpartition(".")[2] not in logged
    assert "key=secret" not in logged
    assert all(json.loads(line)["correlationId"] for line in logged.splitlines())
