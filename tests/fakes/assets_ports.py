"""The ports of assets in memory; tests/integration/assets holds fakes and the real ones to one contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assets.domain.errors import ChangedMeanwhileError, EmailTakenError, KeyReusedError
from assets.domain.model import Asset, Status, StoredFile, UploadForm, User
from assets.domain.ports import Answered, Page, Record

NOW = 1_772_000_000.0
USER = User("u1", "ada@example.com", "Ada", None, 1_000, 1_000)
ASSET = Asset(
    asset_id="a1",
    file_name="a.txt",
    content_type="text/plain",
    announced_size=10,
    size=10,
    key="assets/a1/a.txt",
    bucket="b",
    status=Status.PENDING,
    created_at=1_000,
    updated_at=1_000,
    expires_at=int(NOW) + 100,
    correlation_id="c1",
)


class FakeNow:
    """A clock that stands still until told otherwise."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class FakeAnswers:
    """Answers in a dictionary."""

    def __init__(self) -> None:
        self.answers: dict[str, Answered] = {}

    def answered(self, key: str) -> Answered | None:
        return self.answers.get(key)

    def keep(self, answered: Answered | None) -> None:
        if answered is None:
            return
        if answered.key in self.answers:
            raise KeyReusedError
        self.answers[answered.key] = answered


class FakeUsers(FakeAnswers):
    """Users in a dictionary. `before_write` happens just before each write: somebody else's turn."""

    def __init__(self, now: FakeNow | None = None) -> None:
        super().__init__()
        self.by_id: dict[str, User] = {}
        self.before_write: Callable[[], None] = lambda: None
        self._now = now or FakeNow()

    def find(self, user_id: str) -> User | None:
        user = self.by_id.get(user_id)
        return user if user is not None and not self._expired(user) else None

    def with_email(self, email: str) -> User | None:
        return next((user for user in self.by_id.values() if user.email == email and not self._expired(user)), None)

    def newest(self, limit: int, position: str | None) -> Page[User]:
        alive = [user for user in self.by_id.values() if not self._expired(user)]
        return _page(sorted(alive, key=lambda user: -user.created_at), limit, position)

    def add(self, user: User, answered: Answered | None) -> None:
        self.before_write()
        if answered is not None and answered.key in self.answers:
            raise KeyReusedError
        self._check_email(user)
        self.keep(answered)
        self.by_id[user.user_id] = user

    def replace(self, user: User, seen: User) -> None:
        self.before_write()
        self._check_seen(seen)
        self._check_email(user)
        self.by_id[user.user_id] = user

    def remove(self, seen: User) -> None:
        self.before_write()
        self._check_seen(seen)
        del self.by_id[seen.user_id]

    def _check_seen(self, seen: User) -> None:
        stored = self.by_id.get(seen.user_id)
        if stored is None or stored.updated_at != seen.updated_at:
            raise ChangedMeanwhileError

    def _check_email(self, user: User) -> None:
        holder = self.with_email(user.email)
        if holder is not None and holder.user_id != user.user_id:
            raise EmailTakenError

    def _expired(self, user: User) -> bool:
        return user.expires_at is not None and user.expires_at <= self._now()


class FakeAssets(FakeAnswers):
    """Assets in a dictionary. `before_settle` happens just before an arrival is settled: somebody else's turn."""

    def __init__(self, *assets: Asset, now: FakeNow | None = None) -> None:
        super().__init__()
        self.by_id = {asset.asset_id: asset for asset in assets}
        self.sequencers: dict[str, str] = {}
        self.before_settle: Callable[[], None] = lambda: None
        self._now = now or FakeNow()

    def find(self, asset_id: str) -> Asset | None:
        asset = self.by_id.get(asset_id)
        return asset if asset is not None and asset.expires_at > self._now() else None

    def newest(self, limit: int, position: str | None, status: Status | None) -> Page[Asset]:
        alive = [asset for asset in self.by_id.values() if asset.expires_at > self._now()]
        listed = [
            asset
            for asset in alive
            if asset.status is status or (status is None and asset.status is not Status.DELETED)
        ]
        return _page(sorted(listed, key=lambda asset: -asset.created_at), limit, position)

    def add(self, asset: Asset, answered: Answered | None) -> None:
        self.keep(answered)
        self.by_id[asset.asset_id] = asset

    def settle(self, asset: Asset, sequencer: str) -> bool:
        self.before_settle()
        stored, settled = self.by_id.get(asset.asset_id), self.sequencers.get(asset.asset_id, "")
        if stored is None or stored.status is Status.DELETED or sequencer.ljust(64, "0") < settled:
            return False
        self.by_id[asset.asset_id] = asset
        self.sequencers[asset.asset_id] = sequencer.ljust(64, "0")
        return True

    def mark_deleted(self, asset_id: str, now_ms: int) -> None:
        asset = self.by_id.get(asset_id)
        if asset is not None and asset.status is not Status.DELETED:
            self.by_id[asset_id] = replace(asset, status=Status.DELETED, updated_at=now_ms)


class FakeFiles:
    """Objects in a dictionary, and those in quarantine with the reason."""

    def __init__(self, **stored: StoredFile) -> None:
        self.by_key: dict[str, StoredFile] = dict(stored)
        self.quarantined: dict[str, str] = {}

    def form(self, asset: Asset, lifetime_s: int) -> UploadForm:
        return UploadForm("https://bucket", {"key": asset.key}, int(NOW) + lifetime_s)

    def link(self, asset: Asset, lifetime_s: int) -> str:
        return f"https://bucket/{asset.key}?expires={lifetime_s}"

    def look(self, key: str, etag: str) -> StoredFile | None:
        file = self.by_key.get(key)
        return file if file is not None and file.etag == etag else None

    def quarantine(self, key: str, etag: str, reason: str) -> None:
        if self.look(key, etag) is not None:
            del self.by_key[key]
            self.quarantined[key] = reason

    def remove(self, key: str) -> None:
        self.by_key.pop(key, None)


def _page(records: Sequence[Record], limit: int, position: str | None) -> Page[Record]:
    start = int(position or "0")
    more = len(records) > start + limit
    return Page(records[start : start + limit], str(start + limit) if more else None)
