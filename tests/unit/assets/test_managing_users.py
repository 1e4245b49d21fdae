"""Users: idempotent creation, changes that do not undo each other, expiry."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assets.domain.errors import (
    ChangedMeanwhileError,
    EmailTakenError,
    InvalidFieldError,
    KeyReusedError,
    UserNotFoundError,
)
from assets.domain.managing_users import ManageUsers, NewUser, UserChange
from assets.domain.paging import PageTokens

from tests.fakes.assets_ports import NOW, USER, FakeNow, FakeUsers

WISH = NewUser("Ada@Example.com ", "Ada")


@pytest.fixture
def now() -> FakeNow:
    return FakeNow()


@pytest.fixture
def users(now: FakeNow) -> FakeUsers:
    return FakeUsers(now)


@pytest.fixture
def manage(users: FakeUsers, now: FakeNow) -> ManageUsers:
    return ManageUsers(users, PageTokens(lambda: "secret"), now)


def test_address_is_kept_in_small_letters(manage: ManageUsers) -> None:
    assert manage.create(WISH, None).email == "ada@example.com"
    assert manage.with_email("ADA@example.COM")[0].name == "Ada"


def test_same_key_makes_one_user(manage: ManageUsers, users: FakeUsers) -> None:
    assert manage.create(WISH, "k") == manage.create(WISH, "k")
    assert len(users.by_id) == 1


def test_same_key_with_another_wish_is_refused(manage: ManageUsers) -> None:
    manage.create(WISH, "k")
    with pytest.raises(KeyReusedError):
        manage.create(replace(WISH, name="Grace"), "k")


def test_whoever_comes_second_with_a_key_gets_the_first_answer(manage: ManageUsers, users: FakeUsers) -> None:
    winner = ManageUsers(users, PageTokens(lambda: "secret"), FakeNow())
    made = []

    def somebody_is_faster() -> None:
        users.before_write = lambda: None
        made.append(winner.create(WISH, "k"))

    users.before_write = somebody_is_faster
    assert [manage.create(WISH, "k")] == made


def test_first_answer_stays_though_the_user_changed(manage: ManageUsers) -> None:
    first = manage.create(WISH, "k")
    manage.change(first.user_id, UserChange(name="Countess"))
    assert manage.create(WISH, "k") == first


def test_taken_address_is_refused(manage: ManageUsers) -> None:
    manage.create(WISH, None)
    with pytest.raises(EmailTakenError):
        manage.create(WISH, None)


@pytest.mark.parametrize("seconds", [0, -1])
def test_expiry_must_be_in_the_future(manage: ManageUsers, seconds: int) -> None:
    with pytest.raises(InvalidFieldError):
        manage.create(replace(WISH, expires_at=int(NOW) + seconds), None)


def test_expired_user_is_not_found_and_its_address_is_free(manage: ManageUsers, now: FakeNow) -> None:
    user = manage.create(replace(WISH, expires_at=int(NOW) + 10), None)
    now.now += 11
    with pytest.raises(UserNotFoundError):
        manage.read(user.user_id)
    assert manage.create(WISH, None).user_id != user.user_id


def test_change_on_top_of_somebody_elses_keeps_both(manage: ManageUsers, users: FakeUsers) -> None:
    users.by_id["u1"] = USER

    def somebody_changes_the_department() -> None:
        users.before_write = lambda: None
        users.by_id["u1"] = replace(USER, department="Research", updated_at=2_000)

    users.before_write = somebody_changes_the_department
    changed = manage.change("u1", UserChange(name="Countess"))
    assert (changed.name, changed.department) == ("Countess", "Research")


def test_change_of_another_version_is_refused(manage: ManageUsers, users: FakeUsers) -> None:
    users.by_id["u1"] = USER
    with pytest.raises(ChangedMeanwhileError):
        manage.change("u1", UserChange(name="a", seen_version=USER.updated_at - 1))


def test_version_grows_though_the_clock_stands_still(manage: ManageUsers, users: FakeUsers) -> None:
    users.by_id["u1"] = replace(USER, updated_at=int(NOW * 1000))
    first = manage.change("u1", UserChange(name="a"))
    assert manage.change("u1", UserChange(name="b")).updated_at > first.updated_at > NOW * 1000


def test_department_and_expiry_can_be_taken_away(manage: ManageUsers, users: FakeUsers) -> None:
    users.by_id["u1"] = replace(USER, department="Research", expires_at=int(NOW) + 9)
    changed = manage.change("u1", UserChange(forget_department=True, forget_expiry=True))
    assert (changed.department, changed.expires_at) == (None, None)


def test_endless_changes_by_others_are_reported(manage: ManageUsers, users: FakeUsers) -> None:
    users.by_id["u1"] = USER

    def somebody_changes_it_again() -> None:
        seen = users.by_id["u1"]
        users.by_id["u1"] = replace(seen, updated_at=seen.updated_at + 1)

    users.before_write = somebody_changes_it_again
    with pytest.raises(ChangedMeanwhileError):
        manage.change("u1", UserChange(name="a"))


def test_user_deleted_by_two_is_not_found_by_the_second(manage: ManageUsers, users: FakeUsers) -> None:
    users.by_id["u1"] = USER

    def somebody_deletes_it() -> None:
        users.before_write = lambda: None
        del users.by_id["u1"]

    users.before_write = somebody_deletes_it
    with pytest.raises(UserNotFoundError):
        manage.delete("u1")
