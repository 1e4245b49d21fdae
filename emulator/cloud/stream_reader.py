"""Reads DynamoDB Streams.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling, code_of
from emulator.cloud.wanted import call
from emulator.errors import StreamIteratorExpiredError, StreamPositionLostError
from emulator.model import StreamShard

_SERVICE = "dynamodbstreams"
_UNPARSED = "Unparsed"
_LOST = ("TrimmedDataAccessException",)
_EXPIRED = ("ExpiredIteratorException",)


class StreamReader:
    """Implements the port of the same name in sources."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        clients.get(_SERVICE).meta.events.register("before-parse.dynamodb-streams.GetRecords", _leave_unparsed)

    def shards(self, stream_arn: str) -> Sequence[StreamShard]:
        """Every shard, oldest first."""
        found: list[StreamShard] = []
        last = None
        with self._reading(stream_arn):
            while True:
                page = call(
                    self._clients, _SERVICE, "describe_stream", StreamArn=stream_arn, ExclusiveStartShardId=last
                )["StreamDescription"]
                found += [_shard(raw) for raw in page.get("Shards") or ()]
                last = page.get("LastEvaluatedShardId")
                if not last:
                    return found

    def iterator(self, stream_arn: str, shard_id: str, kind: str, sequence_number: str | None = None) -> str:
        """A shard iterator of `kind`; raises StreamPositionLostError when the sequence number is not there."""
        with self._reading(stream_arn):
            answer = call(
                self._clients,
                _SERVICE,
                "get_shard_iterator",
                StreamArn=stream_arn,
                ShardId=shard_id,
                ShardIteratorType=kind,
                SequenceNumber=sequence_number,
            )
        return str(answer["ShardIterator"])

    def records(self, iterator: str) -> tuple[Sequence[dict[str, Any]], str | None]:
        """Up to 1,000 records as the service writes them; the next iterator, or None at the end of a closed shard."""
        with self._reading("iterator"):
            answer = call(self._clients, _SERVICE, "get_records", ShardIterator=iterator)
        page = json.loads(answer[_UNPARSED])
        return page.get("Records") or [], page.get("NextShardIterator")

    @contextmanager
    def _reading(self, where: str) -> Iterator[None]:
        with calling(self._clients.url(_SERVICE)):
            try:
                yield
            except ClientError as problem:
                found = str(problem.response.get("Error", {}).get("Message", ""))
                if code_of(problem) in _LOST:
                    what = "The stream no longer holds that record"
                    raise StreamPositionLostError(what, where=where, found=found) from problem
                if code_of(problem) in _EXPIRED:
                    what = "The shard iterator has expired"
                    raise StreamIteratorExpiredError(what, where=where, found=found) from problem
                raise


def _leave_unparsed(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Functions get records as the service writes them: making the SDK's types and unmaking them costs much more."""
    if response_dict["status_code"] < 300:
        customized_response_dict[_UNPARSED] = response_dict["body"]
        response_dict["body"] = b"{}"


def _shard(raw: dict[str, Any]) -> StreamShard:
    span = raw.get("SequenceNumberRange") or {}
    return StreamShard(
        id=raw["ShardId"],
        parent=raw.get("ParentShardId"),
        first_sequence=span.get("StartingSequenceNumber"),
        last_sequence=span.get("EndingSequenceNumber"),
    )
