"""A file is what its first bytes say."""

from __future__ import annotations

import io
import zipfile

import pytest
from assets.domain import content_types

from seed.assets.files import content


def an_archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REAL = {
    "application/json": b' {"a": 1}',
    "application/pdf": content("application/pdf", "Title"),
    EXCEL: an_archive("[Content_Types].xml", "xl/workbook.xml"),
    WORD: an_archive("[Content_Types].xml", "word/document.xml"),
    "application/zip": an_archive("a.txt"),
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/png": content("image/png", "red"),
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "text/csv": "größe;1\n".encode(),
    "text/plain": "Grüße\n".encode(),
    "video/mp4": b"\x00\x00\x00\x18ftypmp42",
}


def test_there_is_an_example_of_every_type() -> None:
    assert tuple(sorted(REAL)) == content_types.supported()


@pytest.mark.parametrize("content_type", REAL)
def test_real_file_is_recognised(content_type: str) -> None:
    assert content_types.matches(content_type, REAL[content_type])


TEXTS, ARCHIVES = {"text/csv", "text/plain"}, {"application/zip", WORD, EXCEL}


@pytest.mark.parametrize("content_type", REAL)
def test_file_of_another_type_is_not(content_type: str) -> None:
    related = next(
        (kinds for kinds in (TEXTS | {"application/json"}, ARCHIVES) if content_type in kinds), {content_type}
    )
    others = [other for other in REAL if other not in related]
    assert [other for other in others if content_types.matches(content_type, REAL[other])] == []


def test_plain_archive_is_no_document() -> None:
    assert not content_types.matches(WORD, REAL["application/zip"])
    assert not content_types.matches(EXCEL, REAL["application/zip"])


@pytest.mark.parametrize("head", [b"\x00", b"abc\x00def", b"\xff\xfea\x00", b"Gr\xfc\xdfe", b"\x7fELF\x02\x01\x01"])
def test_binary_file_is_no_text(head: bytes) -> None:
    assert not content_types.matches("text/plain", head)


def test_text_may_be_cut_within_a_character() -> None:
    head = ("ä" * content_types.HEAD_BYTES).encode()[1:]
    whole = b"a" + "ä".encode() * content_types.HEAD_BYTES
    assert content_types.matches("text/plain", whole[: content_types.HEAD_BYTES])
    assert not content_types.matches("text/plain", head[: content_types.HEAD_BYTES])
    assert not content_types.matches("text/plain", "ä".encode()[:1])


def test_unknown_type_matches_nothing() -> None:
    assert not content_types.matches("application/octet-stream", b"anything")
