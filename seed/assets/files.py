"""Makes small real files, the same every time: pictures, documents, text."""

from __future__ import annotations

import json
import struct
import zlib

_COLOURS = {
    "blue": (36, 92, 168),
    "green": (52, 140, 84),
    "sand": (214, 190, 148),
    "red": (188, 64, 48),
    "white": (240, 240, 240),
    "grey": (128, 128, 128),
}
_WIDTH, _HEIGHT = 48, 32


def content(content_type: str, maker: str) -> bytes:
    """A file of this type; `maker` is a colour for pictures, else its title."""
    if content_type == "image/png" and maker in _COLOURS:
        return _picture(_COLOURS[maker])
    if content_type == "application/pdf":
        return _document(maker)
    if content_type == "text/csv":
        return b"department,people\nEngineering,4\nResearch,4\nProduct,2\nInfrastructure,1\n"
    if content_type == "application/json":
        return json.dumps({"title": maker, "theme": "light", "columns": 3}, indent=2).encode() + b"\n"
    return f"{maker}\n{'=' * len(maker)}\n\nNothing to see here, but real text it is.\n".encode()


def _picture(colour: tuple[int, int, int]) -> bytes:
    """A PNG that fades from the colour to black. https://www.w3.org/TR/png-3/"""
    rows = []
    for row in range(_HEIGHT):
        shade = bytes(part * (_HEIGHT - row) // _HEIGHT for part in colour)
        rows.append(b"\0" + shade * _WIDTH)
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _document(title: str) -> bytes:
    """A PDF of one page with one line. https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf"""
    drawn = f"BT /F1 24 Tf 72 720 Td ({title}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    text, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(text))
    return text + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
