"""Puts lines into CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from botocore.exceptions import ClientError

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling, code_of
from emulator.cloud.wanted import call, find

_EXISTS = ("ResourceAlreadyExistsException",)
_ABSENT = ("ResourceNotFoundException",)
_MOST_EVENTS, _MOST_BYTES, _EVENT_OVERHEAD_BYTES, _LONGEST_EVENT_BYTES = 10_000, 1_048_576, 26, 262_118

Event = tuple[int, str]
"""Milliseconds since the epoch, and the message."""


class LogShipper:
    """Groups and streams are made when first needed."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def ensure_group(self, name: str) -> None:
        """Create the log group where absent, as Lambda does for a function without one."""
        with calling(self._clients.url("logs")):
            find(self._clients, "logs", "create_log_group", _EXISTS, logGroupName=name)

    def put(self, group: str, stream: str, events: Sequence[Event]) -> None:
        """Store the events, oldest first, in as many calls as their size needs."""
        with calling(self._clients.url("logs")):
            for batch in _batches(sorted(events, key=lambda event: event[0])):
                self._put(group, stream, batch)

    def _put(self, group: str, stream: str, batch: Sequence[Event]) -> None:
        entries = [{"timestamp": at, "message": message} for at, message in batch]
        parameters = {"logGroupName": group, "logStreamName": stream}
        try:
            call(self._clients, "logs", "put_log_events", **parameters, logEvents=entries)
        except ClientError as problem:
            if code_of(problem) not in _ABSENT:
                raise
            find(self._clients, "logs", "create_log_group", _EXISTS, logGroupName=group)
            find(self._clients, "logs", "create_log_stream", _EXISTS, **parameters)
            call(self._clients, "logs", "put_log_events", **parameters, logEvents=entries)


def _batches(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Within the limits of one call; a message that is too long is cut, an empty one (not allowed) is a space."""
    batch: list[Event] = []
    size = 0
    for at, message in events:
        fitted = message.encode()[:_LONGEST_EVENT_BYTES].decode(errors="ignore") or " "
        cost = len(fitted.encode()) + _EVENT_OVERHEAD_BYTES
        if batch and (size + cost > _MOST_BYTES or len(batch) == _MOST_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append((at, fitted))
        size += cost
    if batch:
        yield batch
