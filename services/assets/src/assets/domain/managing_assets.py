"""Announces, lists, reads and deletes assets; lends upload forms and download links."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import uuid4

from assets.domain import content_types, file_names
from assets.domain.errors import AssetGoneError, AssetNotFoundError, InvalidFieldError, NotUploadedError
from assets.domain.idempotency import once
from assets.domain.model import Announced, Asset, DownloadLink, Status, UploadForm
from assets.domain.paging import PageTokens
from assets.domain.ports import Answered, Assets, Files, Now

LENT_S = 3600
"""How long an upload form and a download link work."""
KEPT_S = 30 * 24 * 3600
"""How long an asset lasts; the bucket's lifecycle says the same of its file."""


@dataclass(frozen=True, slots=True)
class NewAsset:
    """What a caller wants to upload; `size` in bytes."""

    file_name: str
    content_type: str
    size: int


class ManageAssets:
    """The use cases behind /assets. `max_size` is the largest file in bytes."""

    def __init__(
        self, assets: Assets, files: Files, tokens: PageTokens, now: Now, *, bucket: str, max_size: int
    ) -> None:
        self._assets, self._files, self._tokens, self._now = assets, files, tokens, now
        self._bucket, self._max_size = bucket, max_size

    def announce(self, wish: NewAsset, key: str | None, correlation_id: str) -> Announced:
        """A new asset and its upload form, or those this Idempotency-Key got before.

        Raises InvalidFieldError, KeyReusedError, UnavailableError.
        """

        def do(answered: Callable[[str], Answered | None]) -> Announced:
            asset = self._made(wish, correlation_id)
            announced = Announced(asset, self._files.form(asset, LENT_S))
            self._assets.add(asset, answered(json.dumps(asdict(announced))))
            return announced

        return once(self._assets, key, asdict(wish), do, _read)

    def read(self, asset_id: str) -> Asset:
        """Raises AssetNotFoundError, AssetGoneError."""
        asset = self._assets.find(asset_id)
        if asset is None:
            raise AssetNotFoundError("There is no asset with this id.")
        if asset.status is Status.DELETED:
            raise AssetGoneError("This asset was deleted.")
        return asset

    def newest(self, limit: int, token: str | None, status: Status | None) -> tuple[list[Asset], str | None]:
        """One page, newest first, and the nextToken; raises ForgedTokenError."""
        list_name = f"assets {status or 'all'}"
        page = self._assets.newest(limit, self._tokens.position(list_name, token), status)
        return list(page.records), self._tokens.sign(list_name, page.position)

    def download(self, asset_id: str) -> DownloadLink:
        """Raises as `read`, NotUploadedError."""
        asset = self.read(asset_id)
        if asset.status is not Status.UPLOADED:
            raise NotUploadedError("The file of this asset was not uploaded yet.")
        return DownloadLink(asset, self._files.link(asset, LENT_S), int(self._now()) + LENT_S)

    def delete(self, asset_id: str) -> None:
        """Deleting once more is fine, and removes what came in between. Raises AssetNotFoundError."""
        asset = self._assets.find(asset_id)
        if asset is None:
            raise AssetNotFoundError("There is no asset with this id.")
        # Marked first: an upload that arrives from now on is removed by whoever receives it.
        self._assets.mark_deleted(asset_id, int(self._now() * 1000))
        self._files.remove(asset.key)

    def _made(self, wish: NewAsset, correlation_id: str) -> Asset:
        if wish.content_type not in content_types.supported():
            raise InvalidFieldError("contentType", f"must be one of {', '.join(content_types.supported())}")
        if wish.size > self._max_size:
            raise InvalidFieldError("size", f"must be at most {self._max_size} bytes")
        name, asset_id, now_ms = file_names.safe(wish.file_name), str(uuid4()), int(self._now() * 1000)
        return Asset(
            asset_id=asset_id,
            file_name=name,
            content_type=wish.content_type,
            announced_size=wish.size,
            size=wish.size,
            key=f"assets/{asset_id}/{name}",
            bucket=self._bucket,
            status=Status.PENDING,
            created_at=now_ms,
            updated_at=now_ms,
            expires_at=now_ms // 1000 + KEPT_S,
            correlation_id=correlation_id,
        )


def _read(answer: str) -> Announced:
    stored = json.loads(answer)
    asset = Asset(**{**stored["asset"], "status": Status(stored["asset"]["status"])})
    return Announced(asset, UploadForm(**stored["form"]))
