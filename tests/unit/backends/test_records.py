"""Journal records: bytes and back, torn ends, full disks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.backends.embedded.record import Effect, Request, decode, encode_effect, encode_request
from emulator.backends.embedded.segment import Segment, records

TOKEN = st.text("abcdefghijklmnop-", min_size=1, max_size=12).map(str.encode)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.encode)


@given(
    at=st.floats(0, 4e9),
    draws=st.lists(st.binary(max_size=60), max_size=5),
    path=st.text(st.characters(blacklist_characters="\n", blacklist_categories=("Cs",)), max_size=20),
    headers=st.lists(st.tuples(TOKEN, VALUE), max_size=6),
    body=st.binary(max_size=300),
)
def test_request_comes_back_as_it_was(
    at: float, draws: list[bytes], path: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    data = encode_request(at, draws, "PUT", f"/{path}", b"a=b&c", headers, body)
    assert decode(data) == Request(at, tuple(draws), "PUT", f"/{path}", b"a=b&c", tuple(headers), body)


def test_effect_comes_back_as_it_was() -> None:
    effect = Effect(1.5, "received", {"queue": "q", "messages": [{"id": "é"}]}, (b"\n\x00", b""))
    assert decode(encode_effect(effect)) == effect


def test_rubbish_is_no_record() -> None:
    with pytest.raises(ValueError):
        decode(b"R123")


def test_segment_gives_records_in_order(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "1.log")
    for record in (b"one", b"", b"three" * 1000):
        segment.append(record)
    assert list(records(tmp_path / "1.log")) == [b"one", b"", b"three" * 1000]
    assert segment.size == (tmp_path / "1.log").stat().st_size


def test_reopened_segment_is_continued(tmp_path: Path) -> None:
    for record in (b"one", b"two"):
        segment = Segment(tmp_path / "1.log")
        segment.append(record)
        segment.close()
    assert list(records(tmp_path / "1.log")) == [b"one", b"two"]


@given(cut=st.integers(1, 10))
def test_torn_last_record_is_dropped(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "1.log"
    segment = Segment(path)
    segment.append(b"whole")
    segment.append(b"torn")
    path.write_bytes(path.read_bytes()[:-cut])
    assert list(records(path)) == [b"whole"]


def test_damaged_record_ends_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "1.log"
    segment = Segment(path)
    segment.append(b"whole")
    segment.append(b"damaged")
    path.write_bytes(path.read_bytes().replace(b"damaged", b"dumaged"))
    assert list(records(path)) == [b"whole"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_said_and_not_swallowed() -> None:
    with pytest.raises(OSError):
        Segment(Path("/dev/full")).append(b"too much" * os.sysconf("SC_PAGESIZE"))
