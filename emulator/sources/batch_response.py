"""What a function that reports partial failures says of its batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any


def failed_identifiers(payload: bytes, batch: Collection[str]) -> frozenset[str]:
    """Identifiers of `batch` that failed; all of them when the answer cannot be understood.

    Success is null, an empty object, or batchItemFailures empty or null. An identifier that is empty, null,
    not a string or not of this batch fails the whole batch, as does an answer that is not an object.
    """
    everything = frozenset(batch)
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return everything
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else answer
    if failures is None:
        return frozenset()
    if not isinstance(failures, list) or not isinstance(answer, dict):
        return everything
    identifiers = [_identifier(failure) for failure in failures]
    if any(identifier not in everything for identifier in identifiers):
        return everything
    return frozenset(identifier for identifier in identifiers if identifier is not None)


def _identifier(failure: Any) -> str | None:
    identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
    return identifier if isinstance(identifier, str) else None
