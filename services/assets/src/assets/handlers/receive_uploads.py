"""The bucket's notifications: one S3 ObjectCreated record at a time, keys URL-encoded, at least once and in any order.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from assets import wiring
from assets.domain.model import Arrival
from assets.domain.receiving import Outcome, Received
from assets.journal import Journal
from assets.web.warming import is_warming

_receive = wiring.receive_uploads(wiring.environment())
_journal = Journal("UploadListener")
_COUNTED = {
    Outcome.UPLOADED: "AssetsUploaded",
    Outcome.QUARANTINED: "ObjectsQuarantined",
    Outcome.REMOVED: "LateUploadsRemoved",
    Outcome.OVERTAKEN: "NotificationsOvertaken",
}


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Raises when something does not answer: Lambda calls again, and in the end keeps the event in a queue."""
    if is_warming(event):
        return
    for record in event.get("Records", []):
        stored = record["s3"]["object"]
        arrival = Arrival(unquote_plus(stored["key"]), stored["eTag"].strip('"'), stored.get("sequencer", "0"))
        _note(_receive(arrival), str(getattr(context, "aws_request_id", "")))


def _note(received: Received, request_id: str) -> None:
    """Logged under the correlation id of the request that announced the asset."""
    asset = received.asset
    level = "WARNING" if received.outcome is Outcome.QUARANTINED else "INFO"
    _journal.note(
        level,
        received.outcome.value,
        asset.correlation_id if asset is not None else request_id,
        {_COUNTED[received.outcome]: 1},
        assetId=asset.asset_id if asset is not None else None,
        why=received.reason,
    )
