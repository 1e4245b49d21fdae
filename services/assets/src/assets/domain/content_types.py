"""The content types we take, each with the test that a file's first bytes must pass: the name proves nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

HEAD_BYTES = 4096
"""How much of a file the tests look at."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WORD, _EXCEL = b"word/", b"xl/"


def supported() -> tuple[str, ...]:
    """In alphabetical order."""
    return tuple(sorted(_TESTS))


def matches(content_type: str, head: bytes) -> bool:
    """True when a file that begins with `head` is of this type."""
    test = _TESTS.get(content_type)
    return test is not None and test(head)


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_pdf(head: bytes) -> bool:
    """Readers take a header anywhere in the first 1,024 bytes."""
    return b"%PDF-" in head[:1024]


def _is_zip_with(folder: bytes) -> Callable[[bytes], bool]:
    """Office documents are ZIP archives; their first entry is [Content_Types].xml or lies in a folder of its own."""
    return lambda head: _is_zip(head) and (folder in head or b"[Content_Types].xml" in head)


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; the last character may be cut by the end of `head`."""
    if _BINARY.search(head) or any(test(head) for test in _NOT_TEXT):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == HEAD_BYTES and error.start > len(head) - 4 and error.reason == "unexpected end of data"
    return True


def _is_json(head: bytes) -> bool:
    return _is_text(head) and head.lstrip()[:1] in b'{["-0123456789tfn' and bool(head.strip())


_is_zip = _begins(b"PK\x03\x04", b"PK\x05\x06")
_NOT_TEXT = (_begins(b"%PDF-"), _begins(b"GIF8"), _is_zip)

_TESTS: Mapping[str, Callable[[bytes], bool]] = {
    "application/json": _is_json,
    "application/pdf": _is_pdf,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _is_zip_with(_EXCEL),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _is_zip_with(_WORD),
    "application/zip": _is_zip,
    "image/gif": _begins(b"GIF87a", b"GIF89a"),
    "image/jpeg": _begins(b"\xff\xd8\xff"),
    "image/png": _begins(b"\x89PNG\r\n\x1a\n"),
    "image/webp": _is_webp,
    "text/csv": _is_text,
    "text/plain": _is_text,
    "video/mp4": _is_mp4,
}
