"""What becomes of an upload, whenever and however often it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assets.domain.model import Arrival, Status, StoredFile
from assets.domain.receiving import Outcome, ReceiveUploads

from tests.fakes.assets_ports import ASSET, FakeAssets, FakeFiles, FakeNow

FILE = StoredFile(5, "text/plain", "e1", b"hello")
ARRIVAL = Arrival(ASSET.key, "e1", "0A")


def receiving(assets: FakeAssets, files: FakeFiles) -> ReceiveUploads:
    return ReceiveUploads(assets, files, FakeNow())


def test_announced_file_becomes_an_uploaded_asset() -> None:
    assets, files = FakeAssets(ASSET), FakeFiles(**{ASSET.key: FILE})
    received = receiving(assets, files)(ARRIVAL)
    assert received.outcome is Outcome.UPLOADED
    stored = assets.by_id["a1"]
    assert (stored.status, stored.size, stored.etag) == (Status.UPLOADED, 5, "e1")


def test_being_told_twice_changes_nothing() -> None:
    assets, files = FakeAssets(ASSET), FakeFiles(**{ASSET.key: FILE})
    receive = receiving(assets, files)
    receive(ARRIVAL)
    once = dict(assets.by_id)
    assert receive(ARRIVAL).outcome is Outcome.UPLOADED
    assert assets.by_id == once


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (replace(FILE, size=11), "it is larger than announced"),
        (replace(FILE, content_type="text/html"), "it was stored with another content type than announced"),
        (replace(FILE, head=b"\x7fELF\x00"), "its content is not text/plain"),
    ],
)
def test_file_that_is_not_the_announced_one_is_quarantined(file: StoredFile, reason: str) -> None:
    assets, files = FakeAssets(ASSET), FakeFiles(**{ASSET.key: file})
    received = receiving(assets, files)(ARRIVAL)
    assert (received.outcome, received.reason) == (Outcome.QUARANTINED, reason)
    assert files.quarantined == {ASSET.key: reason}
    assert (assets.by_id["a1"].status, assets.by_id["a1"].rejection) == (Status.PENDING, reason)


@pytest.mark.parametrize("key", ["assets/unknown/a.txt", "assets/a1/b.txt", "assets/a1", "assets/", "other/a1/a.txt"])
def test_object_that_nobody_announced_is_quarantined(key: str) -> None:
    assets, files = FakeAssets(ASSET), FakeFiles(**{key: FILE})
    assert receiving(assets, files)(replace(ARRIVAL, key=key)).outcome is Outcome.QUARANTINED
    assert files.quarantined == {key: "nobody announced it"}
    assert assets.by_id["a1"] == ASSET


def test_file_of_a_deleted_asset_is_removed() -> None:
    assets = FakeAssets(replace(ASSET, status=Status.DELETED))
    files = FakeFiles(**{ASSET.key: FILE})
    assert receiving(assets, files)(ARRIVAL).outcome is Outcome.REMOVED
    assert (files.by_key, files.quarantined) == ({}, {})


def test_asset_deleted_while_its_file_is_checked_stays_deleted() -> None:
    assets, files = FakeAssets(ASSET), FakeFiles(**{ASSET.key: FILE})
    assets.before_settle = lambda: assets.mark_deleted("a1", 2_000)
    assert receiving(assets, files)(ARRIVAL).outcome is Outcome.REMOVED
    assert files.by_key == {}
    assert assets.by_id["a1"].status is Status.DELETED


def test_file_that_is_gone_or_replaced_is_left_to_the_next_arrival() -> None:
    for files in (FakeFiles(), FakeFiles(**{ASSET.key: replace(FILE, etag="e2")})):
        assets = FakeAssets(ASSET)
        assert receiving(assets, files)(ARRIVAL).outcome is Outcome.OVERTAKEN
        assert assets.by_id["a1"] == ASSET


def test_arrival_told_late_does_not_undo_a_later_one() -> None:
    assets, files = FakeAssets(ASSET), FakeFiles(**{ASSET.key: FILE})
    later = replace(ASSET, status=Status.UPLOADED, size=9, etag="e2")
    assets.before_settle = lambda: assets.by_id.update(a1=later) or assets.sequencers.update(a1="0B".ljust(64, "0"))
    assert receiving(assets, files)(ARRIVAL).outcome is Outcome.OVERTAKEN
    assert assets.by_id["a1"] == later


def test_bad_file_over_a_good_one_leaves_nothing_to_download() -> None:
    uploaded = replace(ASSET, status=Status.UPLOADED, size=3, etag="e0")
    assets, files = FakeAssets(uploaded), FakeFiles(**{ASSET.key: replace(FILE, head=b"\0")})
    receiving(assets, files)(ARRIVAL)
    assert (assets.by_id["a1"].status, assets.by_id["a1"].etag) == (Status.PENDING, None)


def test_file_over_a_smaller_one_may_have_the_announced_size() -> None:
    uploaded = replace(ASSET, status=Status.UPLOADED, size=3, etag="e0")
    assets, files = FakeAssets(uploaded), FakeFiles(**{ASSET.key: replace(FILE, size=10)})
    assert receiving(assets, files)(ARRIVAL).outcome is Outcome.UPLOADED
    assert assets.by_id["a1"].size == 10
