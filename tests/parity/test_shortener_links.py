"""The links API, the same on AWS and here."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.parity.conftest import Shortener


def somebody() -> str:
    return f"user-{uuid.uuid4().hex[:12]}"


def some_code() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


def error(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error", "requestId"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, body["error"]["code"]


def test_created_link_can_be_read_listed_and_deleted(shortener: Shortener) -> None:
    user, code = somebody(), some_code()
    created = shortener.create(user, code=code, tags=["one"])
    assert shortener.call("GET", f"/links/{code}", user).json() == created
    assert shortener.call("GET", "/links", user).json() == {"links": [created]}
    assert shortener.call("DELETE", f"/links/{code}", user).status_code == 204
    assert error(shortener.call("GET", f"/links/{code}", user)) == (404, "link_not_found")


def test_generated_code_has_seven_characters(shortener: Shortener) -> None:
    assert len(shortener.create(somebody())["code"]) == 7


def test_target_is_another_word_for_url(shortener: Shortener) -> None:
    answer = shortener.call("POST", "/links", somebody(), json={"target": "https://example.com/t"})
    assert answer.json()["url"] == "https://example.com/t"


def test_short_url_begins_where_people_find_the_page(shortener: Shortener) -> None:
    created = shortener.create(somebody())
    assert created["shortUrl"] == f"{shortener.public_url}/{created['code']}"


@pytest.mark.parametrize(("method", "path"), [("GET", "/links"), ("POST", "/links"), ("DELETE", "/links/abcd")])
@pytest.mark.parametrize("token", [None, "Bearer nonsense", "Bearer a.b.c"])
def test_without_a_valid_token_nothing_is_told(shortener: Shortener, method: str, path: str, token: str | None) -> None:
    answer = shortener.call(method, path, headers={"authorization": token} if token else {})
    assert answer.status_code == (403 if token else 401)
    assert answer.json() == {"message": "Forbidden" if token else "Unauthorized"}


def test_somebody_elses_link_is_403(shortener: Shortener) -> None:
    code = shortener.create(somebody())["code"]
    stranger = somebody()
    for method, body in (("GET", None), ("PUT", {"tags": []}), ("DELETE", None)):
        assert error(shortener.call(method, f"/links/{code}", stranger, json=body)) == (403, "not_owner")
    assert error(shortener.call("GET", f"/links/{code}/stats", stranger)) == (403, "not_owner")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "https://example.com", "code": "a"}, "code"),
        ({"url": "https://example.com", "code": "links"}, "code"),
        ({"url": "https://example.com", "expiresAt": "2001-01-01T00:00:00Z"}, "expiresAt"),
        ({"url": "https://example.com", "expiresAt": "soon"}, "expiresAt"),
        ({"url": "https://example.com", "tags": [""]}, "tags.0"),
        ({"url": "https://example.com", "color": "red"}, "color"),
    ],
)
def test_wrong_field_is_422_and_named(shortener: Shortener, body: dict[str, Any], field: str) -> None:
    answer = shortener.call("POST", "/links", somebody(), json=body)
    assert error(answer) == (422, "invalid_field")
    assert [one["field"] for one in answer.json()["error"]["details"]] == [field]


def test_target_that_points_back_is_422(shortener: Shortener) -> None:
    answer = shortener.call("POST", "/links", somebody(), json={"url": f"{shortener.url}/abcd"})
    assert error(answer) == (422, "invalid_field")


def test_malformed_body_is_400_and_other_kinds_415(shortener: Shortener) -> None:
    kind = {"content-type": "application/json"}
    assert error(shortener.call("POST", "/links", somebody(), data="{", headers=kind)) == (400, "malformed_request")
    other = shortener.call("POST", "/links", somebody(), data="url=a", headers={"content-type": "text/plain"})
    assert error(other) == (415, "unsupported_media_type")


def test_large_body_is_413(shortener: Shortener) -> None:
    answer = shortener.call("POST", "/links", somebody(), json={"url": "https://example.com/" + "x" * 20_000})
    assert error(answer) == (413, "too_large")


def test_of_many_at_once_one_gets_the_code(shortener: Shortener) -> None:
    code = some_code()

    def want(_: int) -> int:
        body = {"url": "https://example.com", "code": code}
        return shortener.call("POST", "/links", somebody(), json=body).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(want, range(6))) == [201] + [409] * 5


def test_same_idempotency_key_gives_the_first_answer_even_at_once(shortener: Shortener) -> None:
    user, key = somebody(), {"idempotency-key": uuid.uuid4().hex}

    def create(_: int) -> str:
        answer = shortener.call("POST", "/links", user, json={"url": "https://example.com"}, headers=key)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(create, range(4)))) == 1
    other = shortener.call("POST", "/links", user, json={"url": "https://example.com/b"}, headers=key)
    assert error(other) == (422, "idempotency_key_reused")


def test_pages_are_complete_and_their_tokens_cannot_be_forged(shortener: Shortener) -> None:
    user = somebody()
    made = [shortener.create(user)["code"] for _ in range(5)]
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = shortener.call("GET", "/links", user, params=query).json()
        seen += [link["code"] for link in page["links"]]
        if "nextToken" not in page:
            break
        query["nextToken"] = page["nextToken"]
    assert seen == made[::-1]
    for token in ("forged", query["nextToken"][:-2] + "AA"):
        answer = shortener.call("GET", "/links", user, params={"nextToken": token})
        assert error(answer) == (400, "invalid_next_token")
    stranger = shortener.call("GET", "/links", somebody(), params=query)
    assert error(stranger) == (400, "invalid_next_token")


def test_change_is_seen_and_an_outdated_one_refused(shortener: Shortener) -> None:
    user = somebody()
    code = shortener.create(user)["code"]
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    first = {"url": "https://example.com/b", "expiresAt": expires, "state": "disabled"}
    changed = shortener.call("PUT", f"/links/{code}", user, json=first, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (changed.json()["url"], changed.json()["state"]) == ("https://example.com/b", "disabled")
    late = shortener.call("PUT", f"/links/{code}", user, json={"tags": ["x"]}, headers={"if-match": '"1"'})
    assert error(late) == (409, "changed_meanwhile")


def test_openapi_document_is_public_and_names_the_routes(shortener: Shortener) -> None:
    document = shortener.call("GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert {"/links", "/links/{code}", "/links/{code}/stats", "/{code}"} <= set(document["paths"])


def test_correlation_id_comes_back(shortener: Shortener) -> None:
    answer = shortener.call("GET", "/links", somebody(), headers={"x-correlation-id": "mine-1"})
    assert answer.headers["x-correlation-id"] == "mine-1"
