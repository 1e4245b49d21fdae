"""The demo data of assets: real files, the same every time, one for every state."""

from __future__ import annotations

import pytest
from assets.domain import content_types, file_names

from seed.assets import data


@pytest.mark.parametrize("asset", data.assets(), ids=lambda asset: asset.file_name)
def test_file_is_what_it_says_unless_it_is_to_be_rejected(asset: data.DemoAsset) -> None:
    assert content_types.matches(asset.content_type, asset.content) == (asset.state != "rejected")
    assert file_names.safe(asset.file_name) == asset.file_name
    assert len(asset.content) < 4_096


def test_files_are_the_same_every_time() -> None:
    assert data.assets() == data.assets()


def test_there_is_a_file_in_every_state() -> None:
    assert {asset.state for asset in data.assets()} == {"pending", "rejected", "uploaded", "deleted"}


def test_names_and_addresses_are_unique() -> None:
    names = [asset.file_name for asset in data.assets()]
    addresses = [user.email for user in data.users()]
    assert (len(set(names)), len(set(addresses))) == (len(names), len(addresses))
