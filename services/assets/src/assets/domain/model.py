"""Users, assets and what goes between them and the outside. Times are milliseconds since the epoch, expiries
seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class User:
    """A person. `updated_at` grows with every change, so it also tells versions apart."""

    user_id: str
    email: str
    name: str
    department: str | None
    created_at: int
    updated_at: int
    expires_at: int | None = None


class Status(StrEnum):
    """The life of an asset, in this order."""

    PENDING = "pending"
    UPLOADED = "uploaded"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: announced, then uploaded. `size` is the announced one until the file is there, then the file's.

    `rejection` says why the last upload was put into quarantine; `correlation_id` is that of the announcement.
    """

    asset_id: str
    file_name: str
    content_type: str
    announced_size: int
    size: int
    key: str
    bucket: str
    status: Status
    created_at: int
    updated_at: int
    expires_at: int
    correlation_id: str
    etag: str | None = None
    rejection: str | None = None


@dataclass(frozen=True, slots=True)
class UploadForm:
    """What a browser posts, with the file as the last field.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
    """

    url: str
    fields: Mapping[str, str]
    expires_at: int


@dataclass(frozen=True, slots=True)
class Announced:
    """A new asset and how to upload its file."""

    asset: Asset
    form: UploadForm


@dataclass(frozen=True, slots=True)
class DownloadLink:
    """Where the file can be had until `expires_at`."""

    asset: Asset
    url: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An object as it lies in the bucket: its size, the type it was stored with, and its first bytes."""

    size: int
    content_type: str
    etag: str
    head: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that was created, as the bucket told: `sequencer` orders the arrivals at one key."""

    key: str
    etag: str
    sequencer: str
