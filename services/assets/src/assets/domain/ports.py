"""What the use cases need from outside. Adapters implement these, tests bring fakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from assets.domain.model import Asset, Status, StoredFile, UploadForm, User

Now = Callable[[], float]
"""Seconds since the epoch."""
Record = TypeVar("Record", User, Asset)


@dataclass(frozen=True, slots=True)
class Page(Generic[Record]):
    """Part of a list, newest first. `position` is where the next page begins, None on the last."""

    records: Sequence[Record]
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What an Idempotency-Key was used for: a fingerprint of the wish, and the answer as JSON."""

    key: str
    fingerprint: str
    answer: str


class Answers(Protocol):
    def answered(self, key: str) -> Answered | None:
        """What this Idempotency-Key was answered before."""


class Users(Answers, Protocol):
    """Users; nobody finds one that expired. Every write keeps e-mail addresses unique in the same transaction."""

    def find(self, user_id: str) -> User | None: ...

    def with_email(self, email: str) -> User | None: ...

    def newest(self, limit: int, position: str | None) -> Page[User]: ...

    def add(self, user: User, answered: Answered | None) -> None:
        """Raises EmailTakenError; KeyReusedError when `answered.key` was stored before."""

    def replace(self, user: User, seen: User) -> None:
        """Raises ChangedMeanwhileError unless `seen` is what is stored, EmailTakenError."""

    def remove(self, seen: User) -> None:
        """Raises ChangedMeanwhileError unless `seen` is what is stored."""


class Assets(Answers, Protocol):
    """Assets; nobody finds one that expired."""

    def find(self, asset_id: str) -> Asset | None: ...

    def newest(self, limit: int, position: str | None, status: Status | None) -> Page[Asset]:
        """Those in one status, or all that are not deleted."""

    def add(self, asset: Asset, answered: Answered | None) -> None:
        """Raises KeyReusedError when `answered.key` was stored before."""

    def settle(self, asset: Asset, sequencer: str) -> bool:
        """Store what came of an arrival: status, size, etag, rejection. False when the asset was deleted meanwhile,
        or a later arrival has been settled before."""

    def mark_deleted(self, asset_id: str, now_ms: int) -> None:
        """Nothing when there is none, or it is deleted already."""


class Files(Protocol):
    """The bucket."""

    def form(self, asset: Asset, lifetime_s: int) -> UploadForm:
        """Accepts only this key and content type, and at most the announced size."""

    def link(self, asset: Asset, lifetime_s: int) -> str:
        """A download that browsers save under the asset's file name."""

    def look(self, key: str, etag: str) -> StoredFile | None:
        """The object as it arrived; None when it is gone or was replaced meanwhile."""

    def quarantine(self, key: str, etag: str, reason: str) -> None:
        """Move the object aside; nothing when it is gone or was replaced meanwhile."""

    def remove(self, key: str) -> None:
        """Delete whatever lies there."""
