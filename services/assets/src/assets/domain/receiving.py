"""Receives uploads: what was announced and is what it says becomes an uploaded asset, anything else goes to quarantine.

Notifications come at least once, in any order, and late: each is checked against the object as it lies there now, and
only the latest arrival at a key settles the asset.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from assets.domain import content_types
from assets.domain.model import Arrival, Asset, Status, StoredFile
from assets.domain.ports import Assets, Files, Now


class Outcome(StrEnum):
    """What became of an arrival."""

    UPLOADED = "uploaded"
    QUARANTINED = "quarantined"
    REMOVED = "removed"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Received:
    """`reason` says why it is not uploaded; `asset` is None for an object nobody announced."""

    outcome: Outcome
    asset: Asset | None = None
    reason: str = ""


class ReceiveUploads:
    """The use case behind the bucket's notifications."""

    def __init__(self, assets: Assets, files: Files, now: Now) -> None:
        self._assets, self._files, self._now = assets, files, now

    def __call__(self, arrival: Arrival) -> Received:
        """Doing it again changes nothing. Raises UnavailableError."""
        asset = self._announced(arrival.key)
        if asset is not None and asset.status is Status.DELETED:
            return self._removed(asset)
        file = self._files.look(arrival.key, arrival.etag)
        if file is None:
            return Received(Outcome.OVERTAKEN, asset, "it is gone, or was replaced meanwhile")
        if asset is None:
            return self._quarantined(arrival, None, "nobody announced it")
        objection = _objection(asset, file)
        if not objection and asset.status is Status.UPLOADED and asset.etag == file.etag:
            return Received(Outcome.UPLOADED, asset)
        settled = self._assets.settle(self._settled(asset, file, objection), arrival.sequencer)
        if not settled:
            return self._too_late(asset)
        if objection:
            return self._quarantined(arrival, asset, objection)
        return Received(Outcome.UPLOADED, asset)

    def _announced(self, key: str) -> Asset | None:
        """The asset whose file belongs exactly there."""
        folder, _, rest = key.partition("/")
        asset = self._assets.find(rest.partition("/")[0]) if folder == "assets" else None
        return asset if asset is not None and asset.key == key else None

    def _settled(self, asset: Asset, file: StoredFile, objection: str) -> Asset:
        now_ms = max(int(self._now() * 1000), asset.updated_at)
        if objection:
            # An earlier file was replaced by this one: there is nothing to download any more.
            return replace(asset, status=Status.PENDING, updated_at=now_ms, etag=None, rejection=objection)
        return replace(asset, status=Status.UPLOADED, size=file.size, etag=file.etag, updated_at=now_ms, rejection=None)

    def _too_late(self, asset: Asset) -> Received:
        now = self._assets.find(asset.asset_id)
        if now is None or now.status is Status.DELETED:
            return self._removed(asset)
        return Received(Outcome.OVERTAKEN, asset, "a later upload was received before")

    def _removed(self, asset: Asset) -> Received:
        self._files.remove(asset.key)
        return Received(Outcome.REMOVED, asset, "the asset was deleted")

    def _quarantined(self, arrival: Arrival, asset: Asset | None, reason: str) -> Received:
        self._files.quarantine(arrival.key, arrival.etag, reason)
        return Received(Outcome.QUARANTINED, asset, reason)


def _objection(asset: Asset, file: StoredFile) -> str:
    """Why a file is not the announced one; empty when it is."""
    if file.size > asset.announced_size:
        return "it is larger than announced"
    if file.content_type != asset.content_type:
        return "it was stored with another content type than announced"
    if not content_types.matches(asset.content_type, file.head):
        return f"its content is not {asset.content_type}"
    return ""
