"""Events as JSON lines in the events bucket; the one place that needs the SDK's S3 client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shortener.domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable


class BucketArchive:
    """Implements the port EventArchive. The client is made at the first write."""

    def __init__(self, bucket: str, make_client: Callable[[], Any] | None = None) -> None:
        self._bucket = bucket
        self._make_client = make_client or _s3
        self._client: Any = None

    def write(self, folder: str, name: str, lines: Sequence[str]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        self._client = self._client or self._make_client()
        body = "".join(f"{line}\n" for line in lines).encode()
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=f"{folder}/{name}.jsonl", Body=body, ContentType="application/x-ndjson"
            )
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(f"The events bucket refused {folder}/{name}: {error}") from error


def _s3() -> Any:
    import boto3

    return boto3.client("s3")
