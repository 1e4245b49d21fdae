"""People and API keys against a real user pool and real tables."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.orders_account import Handler, OrdersAccount, http_event

PASSWORD = "Correct-Horse-7-Battery"


@pytest.fixture
def api(load_orders: Callable[..., Handler]) -> Handler:
    return load_orders("api")


def answer(handler: Handler, event: dict[str, Any]) -> tuple[int, Any]:
    reply = handler(event, None)
    return reply["statusCode"], json.loads(reply["body"]) if reply.get("body") else None


def registered(api: Handler, **other: str) -> dict[str, Any]:
    body = {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD, "name": "Ada", **other}
    status, user = answer(api, http_event("POST /users", body=body))
    assert status == 201, user
    return dict(user)


def test_a_registered_person_confirms_and_signs_in(api: Handler, orders_account: OrdersAccount) -> None:
    user = registered(api)
    cognito = orders_account.client("cognito-idp")
    assert answer(api, http_event("POST /users/confirm", body={"email": user["email"], "code": "123456"}))[0] == 204
    signed_in = cognito.initiate_auth(
        ClientId=orders_account.variables["USER_POOL_CLIENT_ID"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user["email"], "PASSWORD": PASSWORD},
    )
    assert signed_in["AuthenticationResult"]["AccessToken"]
    assert user["roles"] == ["customer"]


def test_an_address_is_registered_once(api: Handler) -> None:
    user = registered(api)
    body = {"email": user["email"], "password": PASSWORD, "name": "Eve"}
    status, refused = answer(api, http_event("POST /users", body=body))
    assert (status, refused["error"]["code"]) == (409, "email_taken")


def test_a_weak_password_is_refused_with_its_field(api: Handler) -> None:
    body = {"email": f"{uuid.uuid4().hex}@example.com", "password": "weakweakweak", "name": "Ada"}
    status, refused = answer(api, http_event("POST /users", body=body))
    assert (status, refused["error"]["details"][0]["field"]) == (422, "password")


def test_people_change_their_own_profile_and_two_writers_do_not_overwrite_each_other(api: Handler) -> None:
    user = registered(api)
    change = http_event("PUT /users/me", person=user["userId"], body={"phone": "+4930123456", "version": 1})
    assert answer(api, change)[1]["phone"] == "+4930123456"
    assert answer(api, change)[0] == 409
    assert answer(api, http_event("GET /users/me", person=user["userId"]))[1]["version"] == 2


def test_somebody_whom_only_the_pool_knows_gets_a_profile(api: Handler, orders_account: OrdersAccount) -> None:
    email = f"{uuid.uuid4().hex}@example.com"
    made = orders_account.client("cognito-idp").admin_create_user(
        UserPoolId=orders_account.variables["USER_POOL_ID"],
        Username=email,
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "name", "Value": "Grace"}],
        MessageAction="SUPPRESS",
    )["User"]["Username"]
    status, profile = answer(api, http_event("GET /users/me", person=made))
    assert (status, profile["email"], profile["name"]) == (200, email, "Grace")


def test_roles_given_by_an_admin_are_groups_of_the_pool(api: Handler, orders_account: OrdersAccount) -> None:
    user = registered(api)
    give = http_event(
        "PUT /users/{userId}/roles", person="root", roles="[admin]", body={"roles": ["staff"]}, userId=user["userId"]
    )
    assert answer(api, give)[1]["roles"] == ["customer", "staff"]
    groups = orders_account.client("cognito-idp").admin_list_groups_for_user(
        UserPoolId=orders_account.variables["USER_POOL_ID"], Username=user["userId"]
    )["Groups"]
    assert {group["GroupName"] for group in groups} == {"customer", "staff"}


def test_a_disabled_person_cannot_sign_in(api: Handler, orders_account: OrdersAccount) -> None:
    user = registered(api)
    cognito, variables = orders_account.client("cognito-idp"), orders_account.variables
    cognito.admin_confirm_sign_up(UserPoolId=variables["USER_POOL_ID"], Username=user["userId"])
    disable = http_event(
        "PUT /users/{userId}/status", person="root", roles="[admin]", body={"status": "disabled"}, userId=user["userId"]
    )
    assert answer(api, disable)[1]["status"] == "disabled"
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.initiate_auth(
            ClientId=variables["USER_POOL_CLIENT_ID"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user["email"], "PASSWORD": PASSWORD},
        )


def test_admins_list_people_newest_first_page_by_page(api: Handler) -> None:
    ids = [registered(api)["userId"] for _ in range(3)]
    found: list[str] = []
    query = {"limit": "2"}
    while set(ids) - set(found):
        _, page = answer(api, http_event("GET /users", person="root", roles="[admin]", query=query))
        found += [user["userId"] for user in page["users"]]
        query = {"limit": "2", "nextToken": page.get("nextToken") or ""}
    assert found[:3] == ids[::-1]


def test_admins_find_somebody_by_address_however_it_is_written(api: Handler) -> None:
    user = registered(api)
    query = {"email": user["email"].upper()}
    _, page = answer(api, http_event("GET /users", person="root", roles="[admin]", query=query))
    assert [one["userId"] for one in page["users"]] == [user["userId"]]


def test_admins_cannot_lock_themselves_out(api: Handler) -> None:
    event = http_event(
        "PUT /users/{userId}/roles", person="root", roles="[admin]", body={"roles": ["staff"]}, userId="root"
    )
    assert answer(api, event)[1]["error"]["code"] == "own_role"


@pytest.mark.parametrize("route", ["GET /users", "PUT /users/{userId}/roles", "POST /api-keys", "GET /api-keys"])
def test_staff_are_not_admins(api: Handler, route: str) -> None:
    path = {"userId": "somebody"} if "{userId}" in route else {}
    assert answer(api, http_event(route, person="grace", roles="[staff]", body={}, **path))[0] == 403


def test_a_forged_page_token_is_refused(api: Handler) -> None:
    event = http_event("GET /users", person="root", roles="[admin]", query={"nextToken": "QUJD"})
    assert answer(api, event)[1]["error"]["code"] == "invalid_next_token"


def issued(api: Handler, *scopes: str) -> dict[str, Any]:
    body = {"name": "ERP", "scopes": list(scopes)}
    status, key = answer(api, http_event("POST /api-keys", person="root", roles="[admin]", body=body))
    assert status == 201, key
    return dict(key)


def test_an_issued_key_is_recognised_until_it_is_revoked(
    api: Handler, load_orders: Callable[..., Handler], orders_account: OrdersAccount
) -> None:
    key = issued(api, "catalogue:write")
    authorize = load_orders("authorize_key")
    presented = http_event("POST /integrations/products/import", headers={"x-api-key": key["apiKey"]})
    assert authorize(presented, None) == {
        "isAuthorized": True,
        "context": {"keyId": key["keyId"], "scopes": "catalogue:write"},
    }
    revoke = http_event("DELETE /api-keys/{keyId}", person="root", roles="[admin]", keyId=key["keyId"])
    assert answer(api, revoke)[1]["revokedAt"]
    assert authorize(presented, None) == {"isAuthorized": False}


def test_a_key_is_stored_hashed_and_shown_once(api: Handler, orders_account: OrdersAccount) -> None:
    key = issued(api, "orders:read")
    stored = orders_account.client("dynamodb").get_item(
        TableName=orders_account.variables["KEYS_TABLE"], Key={"keyId": {"S": key["keyId"]}}
    )["Item"]
    secret = key["apiKey"].split("_", 2)[2]
    assert secret not in json.dumps(stored)
    _, listed = answer(api, http_event("GET /api-keys", person="root", roles="[admin]"))
    assert key["keyId"] in {one["keyId"] for one in listed["keys"]}
    assert secret not in json.dumps(listed)


def test_the_same_idempotency_key_makes_one_api_key(api: Handler) -> None:
    body, headers = {"name": "ERP", "scopes": ["orders:read"]}, {"idempotency-key": uuid.uuid4().hex}
    event = http_event("POST /api-keys", person="root", roles="[admin]", body=body, headers=headers)
    assert answer(api, event)[0] == 201
    assert answer(api, event)[1]["error"]["code"] == "already_exists"


def test_no_key_can_have_scopes_that_are_for_people(api: Handler) -> None:
    body = {"name": "ERP", "scopes": ["people:manage"]}
    assert answer(api, http_event("POST /api-keys", person="root", roles="[admin]", body=body))[0] == 422


def test_a_key_that_would_be_dead_at_birth_is_refused(api: Handler) -> None:
    body = {"name": "ERP", "scopes": ["orders:read"], "expiresAt": "2020-01-01T00:00:00Z"}
    status, refused = answer(api, http_event("POST /api-keys", person="root", roles="[admin]", body=body))
    assert (status, refused["error"]["details"][0]["field"]) == (422, "expiresAt")


def test_a_key_without_the_scope_may_not(api: Handler) -> None:
    event = http_event(
        "POST /integrations/products/import",
        key={"keyId": "0123456789abcdef", "scopes": "orders:read"},
        headers={"content-type": "text/csv"},
        body="productId\n",
    )
    assert answer(api, event)[0] == 403


def test_everything_answers_when_all_is_well(api: Handler) -> None:
    status, report = answer(api, http_event("GET /health"))
    assert (status, report["status"]) == (200, "ok"), report


def test_without_notifications_the_shop_is_degraded(load_orders: Callable[..., Handler]) -> None:
    api = load_orders("api", EVENTS_TOPIC_ARN="arn:aws:sns:us-east-1:000000000000:gone")
    status, report = answer(api, http_event("GET /health"))
    assert (status, report["status"], report["dependencies"]["notifications"]) == (200, "degraded", "down")


def test_without_its_orders_the_shop_is_down(load_orders: Callable[..., Handler]) -> None:
    api = load_orders("api", ORDERS_TABLE="gone")
    status, report = answer(api, http_event("GET /health"))
    assert (status, report["status"], report["dependencies"]["orders"]) == (503, "down", "down")
