"""People: registering, profiles, roles."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.fakes.waiting import wait_for
from tests.parity.orders_system import PASSWORD, OrdersSystem


def registered(orders: OrdersSystem) -> dict[str, Any]:
    body = {"email": f"new-{uuid.uuid4().hex[:12]}@example.com", "password": PASSWORD, "name": "Ada"}
    answer = orders.call("POST", "/users", json=body)
    assert answer.status_code == 201, answer.text
    user: dict[str, Any] = answer.json()
    return user


def signed_in(orders: OrdersSystem, email: str, kind: str = "AccessToken") -> str:
    answer = orders.client("cognito-idp").initiate_auth(
        ClientId=orders.system.parameter("user-pool-client"),
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"][kind])


def confirmed(orders: OrdersSystem, user: dict[str, Any]) -> None:
    """As the code from the e-mail does it."""
    pool = orders.system.parameter("user-pool")
    orders.client("cognito-idp").admin_confirm_sign_up(UserPoolId=pool, Username=user["userId"])


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_who_registers_and_confirms_signs_in_and_sees_the_own_profile(orders: OrdersSystem, kind: str) -> None:
    user = registered(orders)
    confirmed(orders, user)
    headers = {"authorization": f"Bearer {signed_in(orders, user['email'], kind)}"}
    me = orders.call("GET", "/users/me", headers=headers).json()
    assert (me["userId"], me["email"], me["roles"]) == (user["userId"], user["email"], ["customer"])


def test_who_did_not_confirm_cannot_sign_in(orders: OrdersSystem) -> None:
    user = registered(orders)
    cognito = orders.client("cognito-idp")
    with pytest.raises(cognito.exceptions.UserNotConfirmedException):
        signed_in(orders, user["email"])


def test_an_address_is_registered_once(orders: OrdersSystem) -> None:
    user = registered(orders)
    body = {"email": user["email"], "password": PASSWORD, "name": "Eve"}
    answer = orders.call("POST", "/users", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "email_taken")


def test_the_password_policy_is_the_pools(orders: OrdersSystem) -> None:
    body = {"email": f"new-{uuid.uuid4().hex[:12]}@example.com", "password": "alllowercase", "name": "Ada"}
    answer = orders.call("POST", "/users", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "password"


def test_a_profile_changes_only_as_it_was_seen(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    assert orders.call("GET", "/users/me", somebody).json()["version"] == 1
    change = {"phone": "+4930123456", "version": 1}
    assert orders.call("PUT", "/users/me", somebody, json=change).json()["phone"] == "+4930123456"
    assert orders.call("PUT", "/users/me", somebody, json=change).status_code == 409


def test_a_role_counts_from_the_next_token_on(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    assert orders.call("GET", "/audit", somebody).status_code == 403
    path = f"/users/{somebody.person_id}/roles"
    given = orders.call("PUT", path, orders.admin, json={"roles": ["staff"]})
    assert given.json()["roles"] == ["customer", "staff"], given.text
    headers = {"authorization": f"Bearer {signed_in(orders, somebody.email)}"}
    assert orders.call("GET", "/audit", headers=headers).status_code == 200


def test_only_admins_manage_people(orders: OrdersSystem) -> None:
    for who in (orders.customer(), orders.staff):
        assert orders.call("GET", "/users", who).status_code == 403
    assert orders.call("GET", "/users", orders.admin, params={"limit": "1"}).status_code == 200
    assert orders.call("GET", "/users").status_code == 401


def test_admins_find_people(orders: OrdersSystem) -> None:
    user = registered(orders)

    def found() -> bool:
        page = orders.call("GET", "/users", orders.admin, params={"email": user["email"].upper()}).json()
        return [one["userId"] for one in page["users"]] == [user["userId"]]

    assert wait_for(found, 20, every_s=0.2)


def test_whoever_is_disabled_cannot_sign_in_until_enabled(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    cognito, path = orders.client("cognito-idp"), f"/users/{somebody.person_id}/status"
    assert orders.call("PUT", path, orders.admin, json={"status": "disabled"}).json()["status"] == "disabled"
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        signed_in(orders, somebody.email)
    assert orders.call("PUT", path, orders.admin, json={"status": "active"}).status_code == 200
    assert signed_in(orders, somebody.email)
