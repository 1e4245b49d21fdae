"""The bucket: presigned forms and links for people, the objects themselves for the listener."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from assets.adapters.clients import code_of, reaching
from assets.domain.content_types import HEAD_BYTES
from assets.domain.model import Asset, StoredFile, UploadForm
from assets.domain.ports import Now

_GONE = {"NoSuchKey", "404", "PreconditionFailed", "412", "ConditionalRequestConflict"}
_QUARANTINE = "quarantine/"


class BucketFiles:
    """The port Files on one bucket. `signer` makes presigned requests, `s3` the others."""

    def __init__(self, s3: Any, signer: Any, bucket: str, now: Now) -> None:
        self._s3, self._signer, self._bucket, self._now = s3, signer, bucket, now

    def form(self, asset: Asset, lifetime_s: int) -> UploadForm:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html"""
        fixed = {"Content-Type": asset.content_type, "success_action_status": "201"}
        with reaching("S3"):
            made = self._signer.generate_presigned_post(
                self._bucket,
                asset.key,
                Fields=fixed,
                Conditions=[
                    *({name: value} for name, value in fixed.items()),
                    ["content-length-range", 1, asset.announced_size],
                ],
                ExpiresIn=lifetime_s,
            )
        return UploadForm(made["url"], made["fields"], int(self._now()) + lifetime_s)

    def link(self, asset: Asset, lifetime_s: int) -> str:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
        asked = {
            "Bucket": self._bucket,
            "Key": asset.key,
            "ResponseContentDisposition": _attachment(asset.file_name),
            "ResponseContentType": asset.content_type,
        }
        with reaching("S3"):
            return str(self._signer.generate_presigned_url("get_object", Params=asked, ExpiresIn=lifetime_s))

    def look(self, key: str, etag: str) -> StoredFile | None:
        asked = {"Bucket": self._bucket, "Key": key, "IfMatch": f'"{etag}"'}
        with reaching("S3"):
            try:
                found = self._s3.get_object(**asked, Range=f"bytes=0-{HEAD_BYTES - 1}")
            except ClientError as error:
                if code_of(error) == "InvalidRange":
                    # There is no first byte in an empty object.
                    found = self._s3.get_object(**asked)
                elif code_of(error) in _GONE:
                    return None
                else:
                    raise
            head = found["Body"].read()
        size = int(str(found.get("ContentRange", f"/{len(head)}")).rpartition("/")[2])
        return StoredFile(size, str(found.get("ContentType", "")), found["ETag"].strip('"'), head)

    def quarantine(self, key: str, etag: str, reason: str) -> None:
        """Copies and deletes only what arrived; what came to its place meanwhile stays for its own notification."""
        with reaching("S3"):
            try:
                self._s3.copy_object(
                    Bucket=self._bucket,
                    Key=_QUARANTINE + key,
                    CopySource={"Bucket": self._bucket, "Key": key},
                    CopySourceIfMatch=f'"{etag}"',
                    MetadataDirective="REPLACE",
                    # Nobody's browser shall open it.
                    ContentType="application/octet-stream",
                    Metadata={"reason": reason},
                )
                self._delete_as_arrived(key, etag)
            except ClientError as error:
                if code_of(error) not in _GONE:
                    raise

    def remove(self, key: str) -> None:
        with reaching("S3"):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _delete_as_arrived(self, key: str, etag: str) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html"""
        arrived = {"Bucket": self._bucket, "Key": key, "IfMatch": f'"{etag}"'}
        try:
            self._s3.delete_object(**arrived)
        except ClientError as error:
            if code_of(error) != "NotImplemented":
                raise
            # S3 learned it in 2025, stores that speak its language not all yet: there the check comes just before.
            self._s3.head_object(**arrived)
            self._s3.delete_object(Bucket=self._bucket, Key=key)


def _attachment(file_name: str) -> str:
    """Both spellings: old clients read the first, the others the second. https://www.rfc-editor.org/rfc/rfc6266"""
    plain = file_name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
