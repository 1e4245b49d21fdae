"""Where the rules of managed groups look, by the last word of their names, and how a value is read.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from emulator.gateway.firewall import decoders
from emulator.gateway.firewall.components import Components
from emulator.gateway.firewall.inspection import Inspection

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_MARKS = tuple(bytes([code]) for code in b"%'(=;*\"<>\\^`{|}")
"""Some of them no client should send unescaped, but some do."""
_MOST_SEGMENTS = 8
_HEADERS_OF_THE_CONNECTION = frozenset({b"host", b"cookie", b"content-length", b"connection"})


def _values(pairs: tuple[tuple[bytes, bytes], ...]) -> Iterator[bytes]:
    return (value or name for name, value in pairs)


def _path_from_each_segment(components: Components) -> Iterator[bytes]:
    """An attack on a path parameter begins where a segment does; a path without marks cannot hold one."""
    path = components.uri_path
    yield path
    if any(mark in path for mark in _MARKS):
        start = 1
        for _ in range(_MOST_SEGMENTS):
            yield path[start:]
            start = path.find(b"/", start) + 1
            if start == 0:
                return


def _headers(components: Components) -> Iterator[bytes]:
    for name, value in components.headers[0]:
        if name not in _HEADERS_OF_THE_CONNECTION:
            yield name
            yield value


def _body(components: Components) -> Iterator[bytes]:
    """A body by what it is: the keys and values of JSON, those of a form, else all of it."""
    body = components.body.values[0]
    if not body:
        return
    if body.lstrip()[:1] in (b"{", b"["):
        texts, valid = components.json
        if valid:
            yield from (text for _, text, _ in texts)
            return
    content_type = (components.request.header("content-type") or "").lower()
    if content_type.startswith(_FORM):
        for part in body.split(b"&"):
            name, _, value = part.partition(b"=")
            yield name
            yield value
    if content_type.startswith(_MULTIPART):
        yield from (part.partition(b"\r\n\r\n")[2].rstrip(b"\r\n-") for part in body.split(b"\r\n--"))
    yield body


PLACES: Final[Mapping[str, Callable[[Components], Iterator[bytes]]]] = MappingProxyType(
    {
        "URIPATH": lambda components: iter((components.uri_path,)),
        "SEGMENTS": _path_from_each_segment,
        "QUERYARGUMENTS": lambda components: _values(components.arguments),
        "QUERYSTRING": lambda components: iter((components.query,)),
        "COOKIE": lambda components: _values(components.cookies[0]),
        "HEADER": _headers,
        "BODY": _body,
    }
)


def texts_at(place: str, inspection: Inspection) -> tuple[bytes, ...]:
    """Every text at a place, in every way it may be read; the empty ones left out."""
    found = inspection.places.get(place)
    if found is None:
        texts = (text for text in PLACES[place](inspection.components) if text)
        found = inspection.places[place] = tuple(dict.fromkeys(reading for text in texts for reading in readings(text)))
    return found


def all_at(place: str, inspection: Inspection) -> bytes:
    """The same in lines, for patterns that are looked for in all of them at once.

    A null stands between them, so that no pattern reaches from one into the next over white space; further lines of a
    text begin with 0x01, by which patterns know them from the beginning of a text.
    """
    return b"\n\0\n".join(text.replace(b"\n", b"\n\x01") for text in texts_at(place, inspection))


def readings(text: bytes) -> Iterator[bytes]:
    """The text as it may be read behind the firewall: decoded from a URL once and twice, from HTML, without nulls."""
    once = decoders.url_uni(text)
    yield once
    if b"%" in once:
        twice = decoders.url_uni(once)
        if twice != once:
            yield twice
            once = twice
    if b"&" in once:
        plain = decoders.html_entity(once)
        if plain != once:
            yield plain
    if b"\0" in once:
        yield once.replace(b"\0", b"")
    if b"\\u00" in once or b"\\x" in once:
        yield decoders.js(once)
