"""Makes HTTP requests that no honest client sends; the same seed makes the same ones.

Most have one or two faults, so that they get past the server's parser and reach the gateway.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

METHODS = [b"GET", b"GET", b"POST", b"PUT", b"OPTIONS", b"HEAD", b"FOO", b"get", b"TRACE", b"A" * 300]
BROKEN_METHODS = [b"", b"G\x00T", b"CONNECT", b"G T"]
PATH_PARTS = [
    *(b"/", b"//", b"/a", b"/../..", b"/%", b"/%2", b"/%zz", b"/%25", b"/%25%32", b"/%00", b"/%ff%fe", b"/%c3%28"),
    *(b"/%ED%A0%80", b"/%252F", b"/$default", b"/_api/Api", b"/_api/", b"/links/", b"/guarded/", b";x=y", b"/%5B"),
    *(b"/2015-03-31/functions", b"/2015-03-31/functions/worker/invocations", b"/_terrarium/status", b"/" + b"a" * 900),
]
BROKEN_PATHS = [
    b"/\x00",
    b"/\xff\xfe",
    b"/ b",
    b"/a#b",
    b"\\",
    b"",
    b"*",
    b"http://evil/",
    b"/\x7f",
    b"/" + b"a" * 70_000,
]
QUERIES = [
    b"",
    b"?",
    b"?a=%",
    b"?%ff=%fe",
    b"?a=1&a=2&&=",
    b"?" + b"x" * 5_000,
    b"?a=%00",
    b"?a=%F0%9F",
    b"?Qualifier=%00",
]
BROKEN_QUERIES = [b"?\xff", b"? "]
VERSIONS = [b"HTTP/1.1"]
BROKEN_VERSIONS = [b"HTTP/1.0", b"HTTP/9.9", b"HTP/1.1", b"", b"HTTP/2.0"]
HEADERS = [
    *(b"Host: \xff", b"Host:", b"Host: a, b", b"Cookie: a=\xff; ;;=;", b"Cookie: " + b"a=b;" * 900, b"X-\x60: a"),
    *(b"Content-Type: text/plain; charset=\xff", b"Content-Type: application/json", b"Content-Type: ;;;", b"Range: -"),
    *(b"Origin: \xc3\x28", b"Origin: null", b"Access-Control-Request-Method: \xff", b"If-None-Match: \xff", b"TE: x"),
    *(b"Authorization: Bearer a.b.c", b"Authorization: Bearer \xff..", b"Authorization:", b"X-Amzn-Trace-Id: Root=1-z"),
    *(b"X-Long: " + b"x" * 12_000, b"Expect: 100-continue", b"Upgrade: websocket", b"X-Forwarded-For: ,,,"),
    *(
        b"X-Amz-Invocation-Type: \xff",
        b"X-Amz-Invocation-Type: Event",
        b"X-Amz-Client-Context: %%%",
        b"Connection: close",
    ),
]
BROKEN_HEADERS = [
    *(b"Content-Length: -1", b"Content-Length: abc", b"Content-Length: 99999999999999999999", b"Content-Length: 5"),
    *(
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: \x00",
        b"No colon",
        b" Folded: yes",
        b"X-Null: a\x00b",
        b": empty",
    ),
    *(b"Content-Type: \x01", b"X-\xff: a", b"Transfer-Encoding: chunked"),
]
BODIES = [
    b"",
    b"",
    b"abc",
    b"{",
    b'{"a":1}',
    b"\xff\xfe",
    b"\x00" * 100,
    b"[" * 9_000,
    b'{"a":"\\ud800"}',
    b"9" * 5_000,
]


def malformed_requests(count: int, seed: int) -> Iterator[bytes]:
    """So many requests as bytes for the wire."""
    chance = random.Random(seed)
    for _ in range(count):
        request = _request(chance)
        yield _damaged(request, chance) if chance.random() < 0.1 else request


def _request(chance: random.Random) -> bytes:
    paths = [_one(chance, PATH_PARTS, BROKEN_PATHS) for _ in range(chance.randint(1, 2))]
    target = b"".join(paths) + _one(chance, QUERIES, BROKEN_QUERIES)
    line = b" ".join((_one(chance, METHODS, BROKEN_METHODS), target, _one(chance, VERSIONS, BROKEN_VERSIONS)))
    headers = [_one(chance, HEADERS, BROKEN_HEADERS) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.8:
        headers = [b"Host: 127.0.0.1", *headers]
    body = chance.choice(BODIES)
    if body and chance.random() < 0.9:
        headers.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([line, *headers, b"", body])


def _one(chance: random.Random, strange: Sequence[bytes], broken: Sequence[bytes]) -> bytes:
    return chance.choice(broken if chance.random() < 0.05 else strange)


def _damaged(request: bytes, chance: random.Random) -> bytes:
    """The request with a few bytes changed, or cut off."""
    if chance.random() < 0.3:
        return request[: chance.randint(0, len(request))]
    damaged = bytearray(request)
    for _ in range(chance.randint(1, 5)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)
