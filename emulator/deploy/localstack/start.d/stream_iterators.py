"""Run by LocalStack when it starts (https://docs.localstack.cloud/aws/capabilities/config/initialization-hooks/).

DynamoDB Local 1.x writes "000|" before the ARN in a shard iterator, and LocalStack's streams provider, made for 2.x,
cuts it off again, so that GetRecords answers "Invalid ShardIterator". Kept here; 2.x has no such prefix: no effect.
"""

from __future__ import annotations

from localstack.services.dynamodbstreams.v2.provider import DynamoDBStreamsProvider

_local_arn = DynamoDBStreamsProvider.modify_stream_arn_for_ddb_local


def _with_prefix(self: DynamoDBStreamsProvider, stream_arn: str) -> str:
    head, bar, rest = stream_arn.partition("|arn:")
    return f"{head}|{_local_arn(self, f'arn:{rest}')}" if bar else _local_arn(self, stream_arn)


DynamoDBStreamsProvider.modify_stream_arn_for_ddb_local = _with_prefix
