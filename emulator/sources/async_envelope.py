"""An asynchronous event as a message body: everything needed to invoke later, in any restart of this process.

A large event is kept in a file beside the message, because queues take 1 MiB at most and some only 256 KB.
"""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emulator.errors import DiskFullError
from emulator.model import QueueMessage
from emulator.sources.async_ledger import Parcel

INLINE_BYTES = 200_000
"""Bodies above this go to a file; with its attributes a message stays below 256 KB."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`accepted_s` is when the caller was told 202, in seconds since the epoch; `trigger` is that of Invocation."""

    payload: bytes
    request_id: str
    trace_id: str
    accepted_s: float
    trigger: str = "async"


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A message the function does not get: it is deleted once its parcels, if any, are sent."""

    parcels: tuple[Parcel, ...] = ()


class Messages(Protocol):
    """How the messages of one queue are read."""

    def read(self, message: QueueMessage) -> Envelope | Unwanted | None:
        """The same each time; None when the message makes no sense."""

    def forget(self, message: QueueMessage) -> None:
        """The message is settled and deleted."""


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Writes and reads the messages of functions' own queues; `folder` holds the large events."""

    folder: Path

    def write(self, envelope: Envelope) -> str:
        """The message body, ASCII only: SQS refuses some characters that JSON allows."""
        fields: dict[str, object] = {
            "requestId": envelope.request_id,
            "traceId": envelope.trace_id,
            "acceptedAt": envelope.accepted_s,
        }
        # Whatever bytes were sent come back the same: invalid UTF-8 travels as escaped surrogates.
        body = json.dumps({**fields, "payload": envelope.payload.decode("utf-8", "surrogateescape")})
        if len(body) <= INLINE_BYTES:
            return body
        return json.dumps({**fields, "payloadFile": self._keep(envelope.payload)})

    def read(self, message: QueueMessage) -> Envelope | None:
        """None when the body is none of ours, or its file is gone."""
        try:
            fields = json.loads(message.body)
            payload = self._payload(fields)
            return Envelope(payload, fields["requestId"], fields["traceId"], float(fields["acceptedAt"]))
        except (ValueError, KeyError, TypeError, OSError):
            return None

    def forget(self, message: QueueMessage) -> None:
        """Remove the file of an event that is done, where it has one."""
        fields = json.loads(message.body)
        if "payloadFile" in fields:
            (self.folder / Path(fields["payloadFile"]).name).unlink(missing_ok=True)

    def _payload(self, fields: dict[str, str]) -> bytes:
        if "payloadFile" in fields:
            return (self.folder / Path(fields["payloadFile"]).name).read_bytes()
        return fields["payload"].encode("utf-8", "surrogateescape")

    def _keep(self, payload: bytes) -> str:
        name = f"{uuid.uuid4()}.event"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / name).open("xb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise DiskFullError(
                "A large asynchronous event cannot be stored",
                where=str(self.folder),
                found=str(error),
                fix="Free some space and send it again.",
            ) from error
        return name
