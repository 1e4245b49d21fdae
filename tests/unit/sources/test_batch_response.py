"""What a partial batch answer means."""

from __future__ import annotations

import pytest

from emulator.sources.batch_response import failed_identifiers

BATCH = ("1", "2", "3")


@pytest.mark.parametrize("payload", [b"", b"null", b"{}", b'{"batchItemFailures":[]}', b'{"batchItemFailures":null}'])
def test_complete_success(payload: bytes) -> None:
    assert failed_identifiers(payload, BATCH) == frozenset()


@pytest.mark.parametrize(
    "payload",
    [
        b"{",
        b'"text"',
        b"[]",
        b"7",
        b'{"batchItemFailures":{}}',
        b'{"batchItemFailures":[{"itemIdentifier":""}]}',
        b'{"batchItemFailures":[{"itemIdentifier":null}]}',
        b'{"batchItemFailures":[{"itemIdentifier":2}]}',
        b'{"batchItemFailures":[{"wrongKey":"2"}]}',
        b'{"batchItemFailures":["2"]}',
        b'{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"unknown"}]}',
    ],
)
def test_complete_failure(payload: bytes) -> None:
    assert failed_identifiers(payload, BATCH) == frozenset(BATCH)


def test_partial_failure() -> None:
    assert failed_identifiers(b'{"batchItemFailures":[{"itemIdentifier":"2"}]}', BATCH) == {"2"}
