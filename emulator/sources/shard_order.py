"""Which shards may be read now: a child only after its parent is finished, so that a key's changes stay in order.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Processing
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from emulator.model import StreamShard


def readable(shards: Iterable[StreamShard], finished: Collection[str]) -> list[StreamShard]:
    """Shards neither finished nor behind an unfinished parent. A parent no longer listed is trimmed: done."""
    listed = list(shards)
    open_ids = {shard.id for shard in listed} - set(finished)
    return [shard for shard in listed if shard.id in open_ids and shard.parent not in open_ids]
