"""Roles of people and scopes of API keys."""

from __future__ import annotations

import pytest
from orders.domain.permissions import KEY_SCOPES, Permission, Role, integration, person, roles_in


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ("[admin staff]", {Role.ADMIN, Role.STAFF}),
        ("[staff]", {Role.STAFF}),
        ("staff", {Role.STAFF}),
        ("[admin, staff]", {Role.ADMIN, Role.STAFF}),
        ('["customer","staff"]', {Role.CUSTOMER, Role.STAFF}),
        (["customer", "admin"], {Role.CUSTOMER, Role.ADMIN}),
        ("[]", set()),
        ("", set()),
        (None, set()),
        (7, set()),
        ("[us-east-1_abc_Google administrators]", set()),
        ("[ADMIN]", set()),
    ],
)
def test_roles_are_read_from_the_groups_claim_however_it_is_written(groups: object, roles: set[Role]) -> None:
    assert roles_in(groups) == roles


def test_whoever_is_signed_in_is_a_customer() -> None:
    somebody = person("ada", [])
    assert somebody.may(Permission.ORDERS_OWN)
    assert not somebody.may(Permission.CATALOGUE_WRITE)


def test_staff_run_the_shop_but_not_the_people() -> None:
    clerk = person("grace", [Role.STAFF])
    assert clerk.may(Permission.CATALOGUE_WRITE)
    assert clerk.may(Permission.AUDIT_READ)
    assert not clerk.may(Permission.PEOPLE_MANAGE)
    assert not clerk.may(Permission.KEYS_MANAGE)


def test_an_admin_may_everything() -> None:
    assert person("root", [Role.ADMIN]).permissions == frozenset(Permission)


def test_a_key_gets_only_scopes_that_keys_may_have() -> None:
    caller = integration("0123", ["orders:read", "people:manage", "nonsense"])
    assert caller.permissions == {Permission.ORDERS_READ}
    assert caller.caller_id == "key:0123"


def test_no_key_can_manage_people_or_keys_or_order_for_somebody() -> None:
    kept_back = {Permission.PEOPLE_MANAGE, Permission.KEYS_MANAGE, Permission.ORDERS_OWN, Permission.OWN_ACCOUNT}
    assert not kept_back & KEY_SCOPES
