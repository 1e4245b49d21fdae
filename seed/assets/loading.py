"""Loads everything, each step only as far as it is missing. An asset is known by its file name."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from seed.assets import data, secret_values
from seed.assets.api import Api
from seed.target import Say, SeedError, Target

_PATIENCE_S = 60.0
_PAUSE_S = 0.05


def load(target: Target, say: Say) -> None:
    """Users, then assets in every state. Raises SeedError."""
    secret_values.ensure(target.client("ssm"), target.stage)
    api = Api(target.api)
    users = data.users()
    created = sum(api.create_user(_user(user)) for user in users)
    say(f"{created} users created, {len(users) - created} there already")
    missing = _missing(api)
    _create(api, missing)
    say(f"{len(missing)} assets created, {len(data.assets()) - len(missing)} there already")


def _user(user: data.DemoUser) -> dict[str, Any]:
    body: dict[str, Any] = {"email": user.email, "name": user.name}
    if user.department is not None:
        body["department"] = user.department
    if user.expires_in_days is not None:
        body["expiresAt"] = (datetime.now(UTC) + timedelta(days=user.expires_in_days)).isoformat()
    return body


def _missing(api: Api) -> Sequence[data.DemoAsset]:
    """Those whose name is not there in their state; a loading that was cut off left some in an earlier one."""
    there = {(asset["fileName"], _state(asset)) for asset in [*api.assets(), *api.assets(status="deleted")]}
    return [asset for asset in data.assets() if (asset.file_name, asset.state) not in there]


def _state(asset: dict[str, Any]) -> str:
    return "rejected" if asset["rejection"] and asset["status"] == "pending" else str(asset["status"])


def _create(api: Api, assets: Sequence[data.DemoAsset]) -> None:
    announced = [
        (asset, api.announce(_announcement(asset)))
        # The last made is the first listed.
        for asset in reversed(assets)
    ]
    for asset, made in announced:
        if asset.state != "pending":
            api.upload(made, asset.content)
    for asset, made in announced:
        if asset.state != "pending":
            _wait_for(api, made["assetId"], asset)
        if asset.state == "deleted":
            api.delete(made["assetId"])


def _announcement(asset: data.DemoAsset) -> dict[str, Any]:
    return {"fileName": asset.file_name, "contentType": asset.content_type, "size": len(asset.content)}


def _wait_for(api: Api, asset_id: str, asset: data.DemoAsset) -> None:
    wanted = "rejected" if asset.state == "rejected" else "uploaded"
    deadline = time.monotonic() + _PATIENCE_S
    while _state(api.read(asset_id)) != wanted:
        if time.monotonic() > deadline:
            raise SeedError(f"The upload of {asset.file_name} was not received within {_PATIENCE_S:.0f} s")
        time.sleep(_PAUSE_S)
