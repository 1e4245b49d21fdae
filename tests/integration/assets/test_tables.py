"""The contract of the ports of assets: fakes and real ones must pass the same tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from assets.adapters.asset_table import TableAssets
from assets.adapters.bucket import BucketFiles
from assets.adapters.transactions import transact
from assets.adapters.user_table import TableUsers
from assets.domain.errors import ChangedMeanwhileError, EmailTakenError, KeyReusedError, UnavailableError
from assets.domain.model import Status
from assets.domain.ports import Answered

from tests.fakes.assets_account import Account
from tests.fakes.assets_ports import ASSET, NOW, USER, FakeAssets, FakeNow, FakeUsers

KINDS = pytest.mark.parametrize("kind", ["fake", "table"])
ANSWERED = Answered("key", "fingerprint", "{}")


@pytest.fixture
def now() -> FakeNow:
    return FakeNow()


@pytest.fixture
def users(kind: str, account: Account, now: FakeNow) -> Any:
    return FakeUsers(now) if kind == "fake" else TableUsers(account.client("dynamodb"), account.users_table, now)


@pytest.fixture
def assets(kind: str, account: Account, now: FakeNow) -> Any:
    if kind == "fake":
        return FakeAssets(now=now)
    return TableAssets(account.client("dynamodb"), account.assets_table, now)


@KINDS
def test_user_that_was_added_is_found(users: Any) -> None:
    user = replace(USER, department="Research", expires_at=int(NOW) + 1)
    users.add(user, None)
    assert users.find("u1") == user
    assert users.with_email("ada@example.com") == user
    assert users.find("u2") is None
    assert users.with_email("nobody@example.com") is None


@KINDS
def test_address_is_taken_until_its_user_is_gone(users: Any) -> None:
    users.add(USER, None)
    other = replace(USER, user_id="u2")
    with pytest.raises(EmailTakenError):
        users.add(other, None)
    users.remove(USER)
    users.add(other, None)
    assert users.with_email(USER.email) == other


@KINDS
def test_address_follows_a_change(users: Any) -> None:
    users.add(USER, None)
    changed = replace(USER, email="new@example.com", updated_at=2_000)
    users.replace(changed, USER)
    users.add(replace(USER, user_id="u2"), None)
    third = replace(USER, user_id="u3", email="third@example.com")
    users.add(third, None)
    with pytest.raises(EmailTakenError):
        users.replace(replace(third, email="new@example.com", updated_at=3_000), third)
    assert users.find("u3") == third


@KINDS
def test_only_what_was_seen_is_replaced_or_removed(users: Any) -> None:
    users.add(USER, None)
    stale = replace(USER, updated_at=500)
    with pytest.raises(ChangedMeanwhileError):
        users.replace(replace(USER, name="b", updated_at=2_000), stale)
    with pytest.raises(ChangedMeanwhileError):
        users.remove(stale)
    assert users.find("u1") == USER


@KINDS
def test_expired_user_is_nowhere_and_its_address_is_free(users: Any, now: FakeNow) -> None:
    users.add(replace(USER, expires_at=int(NOW) + 5), None)
    now.now += 6
    assert users.find("u1") is None
    assert users.with_email(USER.email) is None
    assert users.newest(10, None).records == []
    users.add(replace(USER, user_id="u2"), None)


@KINDS
def test_answer_is_kept_with_what_was_made(users: Any) -> None:
    assert users.answered("key") is None
    users.add(USER, ANSWERED)
    assert users.answered("key") == ANSWERED
    with pytest.raises(KeyReusedError):
        users.add(replace(USER, user_id="u2", email="other@example.com"), ANSWERED)
    assert users.find("u2") is None


@KINDS
def test_key_counts_before_the_address(users: Any) -> None:
    users.add(USER, ANSWERED)
    with pytest.raises(KeyReusedError):
        users.add(replace(USER, user_id="u2"), ANSWERED)


@KINDS
def test_users_are_listed_newest_first_in_pages(users: Any) -> None:
    made = [replace(USER, user_id=f"u{n}", email=f"{n}@example.com", created_at=1_000 + n // 2) for n in range(5)]
    for user in made:
        users.add(user, None)
    found, position = [], None
    for _ in range(3):
        page = users.newest(2, position)
        found += page.records
        position = page.position
    assert position is None
    assert {user.user_id for user in found} == {f"u{n}" for n in range(5)}
    assert [user.created_at for user in found] == [1_002, 1_001, 1_001, 1_000, 1_000]


@KINDS
def test_asset_is_settled_once_per_arrival_and_never_backwards(assets: Any) -> None:
    assets.add(ASSET, None)
    uploaded = replace(ASSET, status=Status.UPLOADED, size=5, etag="e1", updated_at=2_000)
    assert assets.settle(uploaded, "0B")
    assert assets.settle(uploaded, "0B")
    assert not assets.settle(replace(uploaded, etag="e0"), "0A")
    assert assets.settle(replace(uploaded, etag="e2"), "0B01")
    assert assets.find("a1").etag == "e2"


@KINDS
def test_rejection_is_forgotten_when_a_good_file_comes(assets: Any) -> None:
    assets.add(ASSET, None)
    assert assets.settle(replace(ASSET, rejection="no"), "0A")
    assert assets.find("a1").rejection == "no"
    good = replace(ASSET, status=Status.UPLOADED, etag="e")
    assert assets.settle(good, "0B")
    assert assets.find("a1") == good


@KINDS
def test_deleted_asset_is_settled_no_more(assets: Any) -> None:
    assets.add(ASSET, None)
    assets.mark_deleted("a1", 2_000)
    assets.mark_deleted("a1", 3_000)
    assert not assets.settle(replace(ASSET, status=Status.UPLOADED, etag="e"), "0B")
    assert assets.find("a1") == replace(ASSET, status=Status.DELETED, updated_at=2_000)


@KINDS
def test_unknown_asset_is_neither_settled_nor_deleted(assets: Any) -> None:
    assert not assets.settle(ASSET, "0A")
    assets.mark_deleted("a1", 2_000)
    assert assets.find("a1") is None


@KINDS
def test_assets_are_listed_by_status(assets: Any) -> None:
    for number in range(4):
        assets.add(replace(ASSET, asset_id=f"a{number}", created_at=number), None)
    assets.mark_deleted("a0", 9)
    assets.settle(replace(ASSET, asset_id="a1", created_at=1, status=Status.UPLOADED, etag="e"), "0A")

    def listed(status: Status | None) -> list[str]:
        return [asset.asset_id for asset in assets.newest(10, None, status).records]

    assert listed(None) == ["a3", "a2", "a1"]
    assert listed(Status.PENDING) == ["a3", "a2"]
    assert listed(Status.UPLOADED) == ["a1"]
    assert listed(Status.DELETED) == ["a0"]


@KINDS
def test_hidden_assets_do_not_shorten_a_page(assets: Any) -> None:
    for number in range(6):
        assets.add(replace(ASSET, asset_id=f"a{number}", created_at=number), None)
    for number in (1, 2, 3, 4):
        assets.mark_deleted(f"a{number}", 9)
    page = assets.newest(2, None, None)
    assert ([asset.asset_id for asset in page.records], page.position) == (["a5", "a0"], None)


def test_answer_is_forgotten_after_an_hour(account: Account, now: FakeNow) -> None:
    users = TableUsers(account.client("dynamodb"), account.users_table, now)
    users.add(USER, ANSWERED)
    now.now += 3_601
    assert users.answered("key") is None
    users.add(replace(USER, user_id="u2", email="b@example.com"), ANSWERED)
    assert users.answered("key") == ANSWERED


def test_object_is_looked_at_quarantined_and_removed_only_as_it_arrived(account: Account, now: FakeNow) -> None:
    s3 = account.client("s3")
    files = BucketFiles(s3, s3, account.bucket, now)
    key = "assets/a1/größe 1+2.txt"
    old = s3.put_object(Bucket=account.bucket, Key=key, Body=b"old", ContentType="text/plain")["ETag"].strip('"')
    new = s3.put_object(Bucket=account.bucket, Key=key, Body=b"n" * 9_000, ContentType="text/csv")["ETag"].strip('"')
    assert files.look(key, old) is None
    found = files.look(key, new)
    assert found is not None
    assert (found.size, found.content_type, found.etag, found.head) == (9_000, "text/csv", new, b"n" * 4_096)
    files.quarantine(key, old, "it was replaced")
    assert files.look(key, new) == found
    files.quarantine(key, new, "because")
    files.quarantine(key, new, "because")
    assert files.look(key, new) is None
    stored = s3.get_object(Bucket=account.bucket, Key=f"quarantine/{key}")
    assert (stored["ContentType"], stored["Metadata"]) == ("application/octet-stream", {"reason": "because"})
    files.remove(key)


def test_empty_object_has_no_first_byte(account: Account, now: FakeNow) -> None:
    s3 = account.client("s3")
    etag = s3.put_object(Bucket=account.bucket, Key="assets/a1/empty.txt", Body=b"")["ETag"].strip('"')
    found = BucketFiles(s3, s3, account.bucket, now).look("assets/a1/empty.txt", etag)
    assert found is not None
    assert (found.size, found.head) == (0, b"")


def test_missing_table_is_told_as_unavailable(account: Account, now: FakeNow) -> None:
    with pytest.raises(UnavailableError):
        TableUsers(account.client("dynamodb"), "nothing-there", now).find("u1")


def test_transaction_on_a_missing_table_is_told_as_unavailable(account: Account) -> None:
    write = {"Put": {"TableName": "nothing-there", "Item": {"userId": {"S": "a"}}}}
    with pytest.raises(UnavailableError):
        transact(account.client("dynamodb"), [write])
