"""The users API, the same on AWS and here."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fakes.waiting import wait_for
from tests.parity.assets_system import PATIENCE_S, AssetsSystem, an_address, error


def a_key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def test_created_user_can_be_read_changed_and_deleted(assets: AssetsSystem) -> None:
    created = assets.user(department="Research")
    path = f"/users/{created['userId']}"
    assert assets.call("GET", path).json() == created
    changed = assets.call("PUT", path, json={"name": "Ada King", "department": None}).json()
    assert (changed["name"], changed["department"], changed["email"]) == ("Ada King", None, created["email"])
    assert assets.call("GET", path).json() == changed
    assert assets.call("DELETE", path).status_code == 204
    for method in ("GET", "DELETE"):
        assert error(assets.call(method, path)) == (404, "user_not_found")
    assert error(assets.call("PUT", path, json={"name": "a"})) == (404, "user_not_found")


def test_creating_tells_where_the_user_is_and_repeats_the_correlation_id(assets: AssetsSystem) -> None:
    body = {"email": an_address(), "name": "Grace"}
    answer = assets.call("POST", "/users", json=body, headers={"x-correlation-id": "from-a-test"})
    assert answer.headers["location"] == f"/users/{answer.json()['userId']}"
    assert answer.headers["x-correlation-id"] == "from-a-test"
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'


def test_user_is_found_by_address_whatever_its_case(assets: AssetsSystem) -> None:
    created = assets.user()

    def found() -> list[dict[str, Any]]:
        users: list[dict[str, Any]] = assets.call("GET", "/users", params={"email": created["email"].upper()}).json()[
            "users"
        ]
        return users

    assert wait_for(found, within_s=PATIENCE_S) == [created]
    assert assets.call("GET", "/users", params={"email": an_address()}).json() == {"users": []}


def test_address_belongs_to_one_user_only(assets: AssetsSystem) -> None:
    first = assets.user()
    body = {"email": first["email"].upper(), "name": "b"}
    assert error(assets.call("POST", "/users", json=body)) == (409, "email_taken")
    second = assets.user()
    taken = assets.call("PUT", f"/users/{second['userId']}", json={"email": first["email"]})
    assert error(taken) == (409, "email_taken")


def test_address_is_free_again_when_its_user_took_another_or_was_deleted(assets: AssetsSystem) -> None:
    user = assets.user()
    old, new = user["email"], an_address()
    path = f"/users/{user['userId']}"
    assert assets.call("PUT", path, json={"email": new}).json()["email"] == new
    assets.user(email=old)
    assert assets.call("DELETE", path).status_code == 204
    assets.user(email=new)


def test_of_twenty_at_once_one_gets_the_address(assets: AssetsSystem) -> None:
    body = {"email": an_address(), "name": "c"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: assets.call("POST", "/users", json=body).status_code, range(20)))
    assert sorted(answers) == [201] + [409] * 19


def test_changes_of_different_fields_at_once_all_count(assets: AssetsSystem) -> None:
    path = f"/users/{assets.user()['userId']}"
    changes: list[dict[str, str]] = [{"name": "new"}, {"department": "new"}, {"email": an_address()}]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda change: assets.call("PUT", path, json=change).status_code, changes))
    assert answers == [200, 200, 200]
    user = assets.call("GET", path).json()
    assert (user["name"], user["department"], user["email"]) == ("new", "new", changes[2]["email"])


def test_change_of_a_version_that_is_no_more_is_refused(assets: AssetsSystem) -> None:
    user = assets.user()
    path, seen = f"/users/{user['userId']}", {"if-match": f'"{user["version"]}"'}
    assert assets.call("PUT", path, json={"name": "b"}, headers=seen).status_code == 200
    assert error(assets.call("PUT", path, json={"name": "c"}, headers=seen)) == (409, "changed_meanwhile")
    assert error(assets.call("PUT", path, json={"name": "c"}, headers={"if-match": "x"})) == (422, "invalid_field")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a"}, "email"),
        ({"email": "nobody", "name": "a"}, "email"),
        ({"email": "a@b", "name": "a"}, "email"),
        ({"email": "a b@example.com", "name": "a"}, "email"),
        ({"email": "a@example.com"}, "name"),
        ({"email": "a@example.com", "name": " "}, "name"),
        ({"email": "a@example.com", "name": 5}, "name"),
        ({"email": "a@example.com", "name": "a", "expiresAt": "2001-01-01T00:00:00Z"}, "expiresAt"),
        ({"email": "a@example.com", "name": "a", "expiresAt": "soon"}, "expiresAt"),
        ({"email": "a@example.com", "name": "a", "admin": True}, "admin"),
    ],
)
def test_wrong_field_is_named(assets: AssetsSystem, body: dict[str, object], field: str) -> None:
    answer = assets.call("POST", "/users", json=body)
    assert error(answer) == (422, "invalid_field")
    assert [one["field"] for one in answer.json()["error"]["details"]] == [field]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "malformed_request"),
        ("", "application/json", 400, "malformed_request"),
        ("[]", "application/json", 400, "malformed_request"),
        ('{"name": "a"}', "text/plain", 415, "unsupported_media_type"),
        ('{"name": "' + "a" * 20_000 + '"}', "application/json", 413, "too_large"),
        ("{}", "application/json", 422, "invalid_field"),
    ],
)
def test_body_that_is_none_is_refused(
    assets: AssetsSystem, body: str, content_type: str, status: int, code: str
) -> None:
    answer = assets.call("POST", "/users", data=body, headers={"content-type": content_type})
    assert error(answer) == (status, code)


def test_same_idempotency_key_gets_the_first_answer(assets: AssetsSystem) -> None:
    body, key = {"email": an_address(), "name": "d"}, a_key()
    first = assets.call("POST", "/users", json=body, headers=key)
    again = assets.call("POST", "/users", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = assets.call("POST", "/users", json={**body, "name": "e"}, headers=key)
    assert error(other) == (422, "idempotency_key_reused")


def test_same_idempotency_key_at_once_makes_one_user(assets: AssetsSystem) -> None:
    body, key = {"email": an_address(), "name": "f"}, a_key()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: assets.call("POST", "/users", json=body, headers=key), range(8)))
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["userId"] for answer in answers}) == 1


def test_list_is_newest_first_and_pages_without_gaps(assets: AssetsSystem) -> None:
    made = [assets.user()["userId"] for _ in range(5)]

    def newest() -> list[str]:
        found: list[str] = []
        query = {"limit": "2"}
        while len(found) < len(made):
            page = assets.call("GET", "/users", params=query).json()
            found += [user["userId"] for user in page["users"]]
            query["nextToken"] = page.get("nextToken", "")
        return found[: len(made)]

    assert wait_for(lambda: newest() == made[::-1], within_s=PATIENCE_S)


@pytest.mark.parametrize("token", ["x", "a" * 60, "!", "%00"])
def test_forged_token_is_refused(assets: AssetsSystem, token: str) -> None:
    assert error(assets.call("GET", "/users", params={"nextToken": token})) == (400, "invalid_next_token")


def test_token_of_one_list_is_none_of_another(assets: AssetsSystem) -> None:
    assets.user(), assets.user()
    token = wait_for(lambda: assets.call("GET", "/users?limit=1").json().get("nextToken"), within_s=PATIENCE_S)
    assert error(assets.call("GET", "/assets", params={"nextToken": token})) == (400, "invalid_next_token")
    assert error(assets.call("GET", "/users", params={"nextToken": token[:-2]})) == (400, "invalid_next_token")


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_limit_is_from_one_to_a_hundred(assets: AssetsSystem, limit: str) -> None:
    assert error(assets.call("GET", f"/users?limit={limit}")) == (422, "invalid_field")


def test_expiry_is_the_items_ttl_and_can_be_taken_away(assets: AssetsSystem) -> None:
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    user = assets.user(expiresAt=expires.isoformat())
    assert datetime.fromisoformat(user["expiresAt"]) == expires
    key = {"userId": {"S": user["userId"]}}

    def item() -> dict[str, Any]:
        found = assets.system.client("dynamodb").get_item(TableName=assets.users_table, Key=key, ConsistentRead=True)
        stored: dict[str, Any] = found["Item"]
        return stored

    assert item()["ttl"] == {"N": str(int(expires.timestamp()))}
    kept = assets.call("PUT", f"/users/{user['userId']}", json={"expiresAt": None}).json()
    assert kept["expiresAt"] is None
    assert "ttl" not in item()


def test_items_of_the_tables_own_are_no_users(assets: AssetsSystem) -> None:
    user = assets.user()
    assert error(assets.call("GET", f"/users/email%23{user['email']}"))[0] == 404
