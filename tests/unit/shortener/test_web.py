from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from shortener.domain.model import Link
from shortener.domain.statistics import Report
from shortener.journal import Journal
from shortener.web import models, openapi, parsing, replies
from shortener.web.request import correlation_id, own_hosts


def event(body: str | None = "{}", kind: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"headers": {"content-type": kind, **more.pop("headers", {})}, "body": body, **more}


def refused(event_: dict[str, Any], model: Any = models.CreateLink) -> parsing.BadRequestError:
    with pytest.raises(parsing.BadRequestError) as failure:
        parsing.body(event_, model)
    return failure.value


def test_url_may_be_called_target() -> None:
    assert parsing.body(event('{"target": "https://a"}'), models.CreateLink).url == "https://a"


def test_base64_body_is_decoded() -> None:
    raw = base64.b64encode(b'{"url": "https://a"}').decode()
    assert parsing.body(event(raw, isBase64Encoded=True), models.CreateLink).url == "https://a"


@pytest.mark.parametrize("body", [None, "", "{", "[]", "7", '"a"', "[" * 9000])
def test_malformed_body_is_400(body: str | None) -> None:
    assert refused(event(body)).code == "malformed_request"


def test_broken_base64_is_400() -> None:
    assert refused(event("%%%", isBase64Encoded=True)).code == "malformed_request"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_body_that_is_not_json_is_415(kind: str) -> None:
    assert refused(event(kind=kind)).code == "unsupported_media_type"


def test_large_body_is_413() -> None:
    assert refused(event(json.dumps({"url": "x" * 20_000}))).code == "too_large"


def test_every_wrong_field_is_named() -> None:
    failure = refused(
        event(json.dumps({"url": "", "code": "a b", "expiresAt": "2026-01-01T00:00:00", "tags": ["", 7], "x": 1}))
    )
    assert failure.code == "invalid_field"
    assert {field for field, _ in failure.details} == {"url", "code", "expiresAt", "tags.0", "tags.1", "x"}


def test_change_must_change_something() -> None:
    assert refused(event("{}"), models.UpdateLink).code == "invalid_field"


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"page": "2"}])
def test_wrong_query_is_422(query: dict[str, str]) -> None:
    with pytest.raises(parsing.BadRequestError) as failure:
        parsing.query({"queryStringParameters": query}, models.ListQuery)
    assert failure.value.code == "invalid_field"


def test_callers_correlation_id_is_taken_unless_it_could_do_harm() -> None:
    context = {"requestContext": {"requestId": "r-1"}}
    assert correlation_id({"headers": {"x-correlation-id": "abc-1"}, **context}) == "abc-1"
    assert correlation_id({"headers": {"x-correlation-id": "a\nb"}, **context}) == "r-1"
    assert correlation_id({"headers": {"x-correlation-id": "x" * 129}, **context}) == "r-1"
    assert correlation_id({"headers": {}, **context}) == "r-1"


def test_own_hosts_are_those_of_the_request_and_of_the_configuration() -> None:
    found = own_hosts({"headers": {"host": "a:1"}, "requestContext": {"domainName": "b"}}, "https://c/d")
    assert found == ("a:1", "b", "c")


def test_page_shows_a_reason_without_running_it() -> None:
    assert "&lt;script&gt;" in replies.page(503, "Back soon", "<script>", "c")["body"]


def test_active_link_that_expired_says_so() -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC)
    link = Link("abcd", "L1", "https://a", "ada", then, then, expires_at=then)
    shown = models.LinkView.of(link, "https://short", now=then.timestamp())
    assert (shown.state, shown.short_url) == ("expired", "https://short/abcd")


def test_openapi_document_describes_every_route_with_schemas_that_exist() -> None:
    document = openapi.document("https://short")
    routes = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert ("put", "/links/{code}") in routes
    assert len(routes) == 9
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(document["components"]["schemas"])


def test_openapi_document_names_fields_as_the_api_does() -> None:
    schemas = openapi.document("https://short")["components"]["schemas"]
    view = models.StatsView.of("abcd", Report(0, (), (), (), ())).model_dump(by_alias=True)
    assert set(schemas["StatsView"]["properties"]) == set(view)
    assert "expiresAt" in schemas["CreateLink"]["properties"]


def test_log_line_is_json_and_carries_its_metrics() -> None:
    stream = io.StringIO()
    Journal("Redirect", stream, {"STAGE": "prod"}).note("INFO", "redirected", "c-1", {"Redirects": 1}, code="abcd")
    line = json.loads(stream.getvalue())
    assert (line["correlationId"], line["code"], line["stage"]) == ("c-1", "abcd", "prod")
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Metrics"] == [{"Name": "Redirects", "Unit": "Count"}]
    assert all(name in line for names in directive["Dimensions"] for name in names)


def test_lines_below_the_level_are_left_out_unless_they_measure() -> None:
    stream = io.StringIO()
    journal = Journal("Redirect", stream, {"LOG_LEVEL": "ERROR"})
    journal.note("INFO", "quiet", "c")
    assert stream.getvalue() == ""
    journal.note("INFO", "measured", "c", {"Redirects": 1})
    assert "measured" in stream.getvalue()
