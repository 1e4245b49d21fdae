"""A system's web page: the files of services/<system>/web, and config.json, in the bucket its distribution reads.

Where they go and what the page must know its template says, in Parameter Store:
/<stack>/web/bucket, /<stack>/web/distribution, and /<stack>/web/config, the whole text of config.json.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seed.target import Say, SeedError

SERVICES = Path(__file__).parents[1] / "services"
CONFIG = "config.json"
ALWAYS_ASKED_FOR = ("index.html", CONFIG)
"""A browser asks for these on every visit, and a cache on the way too; of all others a cache may keep a copy for a day:
an invalidation follows every change."""
_TYPES = {".js": "text/javascript", ".json": "application/json", ".webmanifest": "application/manifest+json"}
_KEPT_BY_CACHES = "public, max-age=0, s-maxage=86400, must-revalidate"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page goes: a deployed stack, and what makes boto3 clients for its account."""

    stack: str
    client: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class WebFile:
    """One object. `key` is its path in the bucket, with / between folders."""

    key: str
    body: bytes

    @property
    def content_type(self) -> str:
        kind = _TYPES.get(Path(self.key).suffix) or mimetypes.guess_type(self.key)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    @property
    def cache_control(self) -> str:
        return "no-cache" if self.key in ALWAYS_ASKED_FOR else _KEPT_BY_CACHES

    @property
    def etag(self) -> str:
        """As S3 answers it for an object that was put in one piece, encrypted or not with S3's own keys.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
        """
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


def folder_of(system: str, services: Path = SERVICES) -> Path | None:
    """Where the page's files lie; None for a system without one."""
    folder = services / system / "web"
    return folder if folder.is_dir() else None


def publish(system: str, place: Place, services: Path = SERVICES) -> str | None:
    """Bring the bucket to what the folder holds; a sentence that says what was done, None for a system without a page.

    Idempotent. Raises SeedError when the stack has no place for a page.
    """
    folder = folder_of(system, services)
    if folder is None:
        return None
    published = _published(place)
    files = [*_files(folder), WebFile(CONFIG, published["config"].encode())]
    changed = _bring(place.client("s3"), published["bucket"], files)
    if changed:
        _invalidate(place.client("cloudfront"), published["distribution"], files)
    return f"web page: {len(files)} files, {changed} changed"


def publish_changes(system: str, place: Place, say: Say) -> None:
    """Publish again after every change in the folder, until interrupted."""
    from watchfiles import watch

    folder = folder_of(system)
    if folder is not None:
        for _ in watch(folder, raise_interrupt=False):
            say(str(publish(system, place)))


def _published(place: Place) -> Mapping[str, str]:
    names = {f"/{place.stack}/web/{name}": name for name in ("bucket", "config", "distribution")}
    answer = place.client("ssm").get_parameters(Names=list(names))
    found = {names[one["Name"]]: str(one["Value"]) for one in answer["Parameters"]}
    if len(found) < len(names):
        missing = ", ".join(name for name, short in names.items() if short not in found)
        raise SeedError(f"There is no parameter {missing}: is the stack {place.stack} deployed here?")
    return found


def _files(folder: Path) -> list[WebFile]:
    """Names that begin with a dot stay here."""
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    shown = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    return [WebFile(name.as_posix(), (folder / name).read_bytes()) for name in shown]


def _bring(s3: Any, bucket: str, files: list[WebFile]) -> int:
    """How many objects were new, different or gone. What others lead to comes first, index.html last."""
    there = {one["Key"]: one["ETag"] for page in _pages(s3, bucket) for one in page.get("Contents", [])}
    for file in sorted(files, key=lambda file: file.key in ALWAYS_ASKED_FOR):
        s3.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.body,
            ContentType=file.content_type,
            CacheControl=file.cache_control,
        )
    gone = there.keys() - {file.key for file in files}
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
    different = [file for file in files if there.get(file.key) != file.etag]
    return len(gone) + len(different)


def _pages(s3: Any, bucket: str) -> Any:
    return s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)


def _invalidate(cloudfront: Any, distribution: str, files: list[WebFile]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html"""
    digest = hashlib.sha256("".join(file.key + file.etag for file in files).encode()).hexdigest()
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": digest}
    cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
