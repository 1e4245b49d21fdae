"""Assets: announced with a form, downloaded with a link, deleted once and for all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assets.domain.errors import (
    AssetGoneError,
    AssetNotFoundError,
    ForgedTokenError,
    InvalidFieldError,
    KeyReusedError,
    NotUploadedError,
)
from assets.domain.managing_assets import ManageAssets, NewAsset
from assets.domain.model import Status, StoredFile
from assets.domain.paging import PageTokens

from tests.fakes.assets_ports import ASSET, NOW, FakeAssets, FakeFiles, FakeNow

WISH = NewAsset("my file.txt", "text/plain", 10)
DAY_S = 24 * 3600


def managing(assets: FakeAssets, files: FakeFiles | None = None) -> ManageAssets:
    tokens = PageTokens(lambda: "secret")
    return ManageAssets(assets, files or FakeFiles(), tokens, FakeNow(), bucket="b", max_size=100)


def test_asset_is_announced_for_thirty_days_under_its_own_folder() -> None:
    asset = managing(FakeAssets()).announce(WISH, None, "c").asset
    assert asset.key == f"assets/{asset.asset_id}/my file.txt"
    assert asset.expires_at == int(NOW) + 30 * DAY_S
    assert (asset.status, asset.correlation_id) == (Status.PENDING, "c")


def test_same_key_gets_the_same_asset_and_form() -> None:
    assets = FakeAssets()
    manage = managing(assets)
    assert manage.announce(WISH, "k", "c") == manage.announce(WISH, "k", "other")
    assert len(assets.by_id) == 1
    with pytest.raises(KeyReusedError):
        manage.announce(replace(WISH, size=9), "k", "c")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (replace(WISH, content_type="text/html"), "contentType"),
        (replace(WISH, size=101), "size"),
        (replace(WISH, file_name="../x"), "fileName"),
    ],
)
def test_what_cannot_be_taken_is_refused(wish: NewAsset, field: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        managing(FakeAssets()).announce(wish, None, "c")
    assert refused.value.field == field


def test_only_an_uploaded_file_can_be_downloaded() -> None:
    with pytest.raises(NotUploadedError):
        managing(FakeAssets(ASSET)).download("a1")
    link = managing(FakeAssets(replace(ASSET, status=Status.UPLOADED))).download("a1")
    assert (link.url, link.expires_at) == ("https://bucket/assets/a1/a.txt?expires=3600", int(NOW) + 3600)


def test_expired_asset_is_not_found() -> None:
    with pytest.raises(AssetNotFoundError):
        managing(FakeAssets(replace(ASSET, expires_at=int(NOW)))).read("a1")


def test_deleting_removes_the_file_also_the_second_time() -> None:
    files = FakeFiles(**{ASSET.key: StoredFile(1, "text/plain", "e", b"a")})
    manage = managing(FakeAssets(ASSET), files)
    manage.delete("a1")
    assert files.by_key == {}
    files.by_key[ASSET.key] = StoredFile(1, "text/plain", "e", b"a")
    manage.delete("a1")
    assert files.by_key == {}
    with pytest.raises(AssetGoneError):
        manage.read("a1")
    with pytest.raises(AssetNotFoundError):
        manage.delete("unknown")


def test_deleted_asset_is_listed_only_when_asked_for() -> None:
    manage = managing(FakeAssets(ASSET, replace(ASSET, asset_id="a2", status=Status.DELETED)))
    assert [asset.asset_id for asset in manage.newest(10, None, None)[0]] == ["a1"]
    assert [asset.asset_id for asset in manage.newest(10, None, Status.DELETED)[0]] == ["a2"]


def test_token_leads_on_in_its_own_list_only() -> None:
    manage = managing(FakeAssets(*(replace(ASSET, asset_id=f"a{n}", created_at=n) for n in range(3))))
    first, token = manage.newest(2, None, None)
    rest, end = manage.newest(2, token, None)
    assert [asset.asset_id for asset in (*first, *rest)] == ["a2", "a1", "a0"]
    assert end is None
    assert token is not None
    for wrong in ("", "!", token[:-1], f"{token}A", "A" + token[1:]):
        with pytest.raises(ForgedTokenError):
            manage.newest(2, wrong, None)
    with pytest.raises(ForgedTokenError):
        manage.newest(2, token, Status.PENDING)
