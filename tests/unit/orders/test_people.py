"""Registering, profiles, roles, status."""

from __future__ import annotations

import pytest
from orders.domain.errors import ConflictError, InvalidFieldsError, NotFoundError
from orders.domain.idempotency import Request
from orders.domain.people import ProfileChange, Status
from orders.domain.permissions import Permission, Role, person
from orders.services.integrations import ManageKeys, RecogniseKey
from orders.services.people import ManagePeople

from tests.fakes.orders_people import FakeDirectory, FakeKeys, FakeProfiles

ROOT = person("root", [Role.ADMIN])
NOW = 1_800_000_000.0
ONCE = Request("api key", "root", "", "")


class Town:
    """People with their directory and their profiles."""

    def __init__(self) -> None:
        self.directory, self.profiles = FakeDirectory(), FakeProfiles()
        self.manage = ManagePeople(self.directory, self.profiles, lambda: NOW)


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_new_person_is_an_active_customer_with_a_plain_address(town: Town) -> None:
    ada = town.manage.register("Ada@Example.com", "secret", "Ada")
    assert (ada.email, ada.roles, ada.status) == ("ada@example.com", {Role.CUSTOMER}, Status.ACTIVE)
    assert town.manage.read(ada.person_id) == ada


def test_somebody_without_profile_gets_one_from_the_account(town: Town) -> None:
    person_id = town.directory.sign_up("grace@example.com", "secret", "Grace")
    town.directory.set_roles(person_id, frozenset({Role.STAFF}))
    grace = town.manage.read(person_id)
    assert (grace.name, grace.roles) == ("Grace", {Role.STAFF, Role.CUSTOMER})
    assert town.profiles.people[person_id] == grace


def test_nobody_is_not_found(town: Town) -> None:
    with pytest.raises(NotFoundError):
        town.manage.read("nobody")


def test_what_is_left_out_of_a_change_stays(town: Town) -> None:
    ada = town.manage.register("ada@example.com", "secret", "Ada")
    town.manage.change(ada.person_id, ProfileChange(phone="+4930", address="here"))
    changed = town.manage.change(ada.person_id, ProfileChange(address=""))
    assert (changed.name, changed.phone, changed.address, changed.version) == ("Ada", "+4930", "", 3)
    assert "rename" not in town.directory.calls


def test_a_new_name_is_the_pools_too(town: Town) -> None:
    ada = town.manage.register("ada@example.com", "secret", "Ada")
    town.manage.change(ada.person_id, ProfileChange(name="Ada L."))
    assert town.directory.accounts[ada.person_id].name == "Ada L."


def test_a_change_of_what_was_changed_meanwhile_is_refused(town: Town) -> None:
    ada = town.manage.register("ada@example.com", "secret", "Ada")
    town.manage.change(ada.person_id, ProfileChange(phone="+4930"))
    with pytest.raises(ConflictError, match="version 2"):
        town.manage.change(ada.person_id, ProfileChange(phone="+4931", seen_version=1))


def test_a_customer_stays_one_whatever_other_roles_go(town: Town) -> None:
    ada = town.manage.register("ada@example.com", "secret", "Ada")
    assert town.manage.set_roles(ROOT, ada.person_id, frozenset({Role.STAFF})).roles == {Role.STAFF, Role.CUSTOMER}
    assert town.manage.set_roles(ROOT, ada.person_id, frozenset()).roles == {Role.CUSTOMER}


def test_an_admin_takes_the_own_role_or_access_from_nobody(town: Town) -> None:
    with pytest.raises(ConflictError) as role:
        town.manage.set_roles(ROOT, "root", frozenset({Role.STAFF}))
    with pytest.raises(ConflictError) as status:
        town.manage.set_status(ROOT, "root", Status.DISABLED)
    assert (role.value.code, status.value.code) == ("own_role", "own_status")
    assert town.directory.calls == []


def test_a_disabled_person_is_disabled_in_the_pool(town: Town) -> None:
    ada = town.manage.register("ada@example.com", "secret", "Ada")
    assert town.manage.set_status(ROOT, ada.person_id, Status.DISABLED).status is Status.DISABLED
    assert not town.directory.accounts[ada.person_id].enabled


def test_an_issued_key_is_recognised_by_its_text_alone() -> None:
    keys = FakeKeys()
    key, text = ManageKeys(keys, lambda: NOW).issue(ROOT, "ERP", frozenset({Permission.ORDERS_READ}), None, ONCE)
    recognise = RecogniseKey(keys, lambda: NOW)
    assert recognise(text) == key
    assert recognise(f"ok_{key.key_id}_{'x' * 43}") is None
    assert recognise("nonsense") is None
    assert key.created_by == "root"


def test_a_revoked_key_is_no_key() -> None:
    keys = FakeKeys()
    manage = ManageKeys(keys, lambda: NOW)
    key, text = manage.issue(ROOT, "ERP", frozenset({Permission.ORDERS_READ}), NOW + 60, ONCE)
    manage.revoke(key.key_id)
    assert RecogniseKey(keys, lambda: NOW)(text) is None
    with pytest.raises(NotFoundError):
        manage.revoke("0123456789abcdef")


def test_a_key_ends_in_the_future_or_is_refused() -> None:
    with pytest.raises(InvalidFieldsError):
        ManageKeys(FakeKeys(), lambda: NOW).issue(ROOT, "ERP", frozenset({Permission.ORDERS_READ}), NOW, ONCE)
