"""Generates HTTP requests as no client should send them: the same ones for the same seed.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

INVOKE = b"/2015-03-31/functions/troublesome-AnswersAnything/invocations"
PLACES = (b"/", b"/anything", b"/counts/", b"/_terrarium/status", b"/_api/Nowhere/x", INVOKE, b"/2015-03-31/functions/")
ODD_BYTES = (b"\x00", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\r", b"\n", b"\t", b"\x7f", b" ", "ü€😀".encode())
ODD_PERCENT = (b"%", b"%%", b"%zz", b"%0", b"%00", b"%c3%28", b"%ff", b"%2e%2e%2f", b"%u0041", b"%25%32%35", b"%0d%0a")
ODD_PATHS = (
    b"*", b"//", b"/../../etc/passwd", b"/./././", b"http://[::1", b"http://127.0.0.1/x", b"https://user:pw@evil/x",
    b"example.com:443", b"\\windows", b"/a;b=c;d", b"/" + b"a/" * 900, b"/" + b"x" * 7_000, b"/" + b"y" * 70_000,
    b"/{proxy+}", b"/$default", b"?", b"?&&&===", b"/?a=" + b"b" * 20_000, b"/?" + b"k&" * 3_000, b"/#fragment", b"",
)  # fmt: skip
ODD_METHODS = (
    b"get", b"PRI", b"CONNECT", b"TRACE", b"M-SEARCH", b"", b"G ET", b"GET\x00", b"G" * 300, b"\xff\xff", b"{}",
    b"OPTIONS", b"HEAD", b"PROPFIND", b"$default", b"ANY",
)  # fmt: skip
ODD_VERSIONS = (
    b"HTTP/9.9",
    b"HTTP/0.9",
    b"HTTP/1.1 ",
    b"HTTP/1.",
    b"http/1.1",
    b"",
    b"FTP/1.1",
    b"HTTP/2.0",
    b"HTTP/1.0",
)
ODD_HEADERS = (
    b"no colon here", b" folded: yes", b"name : space", b": no name", b"x\x00y: 1", b"x: \x00", b"x: \xff\xfe", b"x:",
    b"caf\xc3\xa9: 1", b"host: a\r\nhost: b", b"host: ", b"host: \xff", b"host: [::1", b"x: " + b"y" * 20_000,
    b"x: " + b"y" * 200_000, b"\r\n".join(b"h%d: %d" % (n, n) for n in range(400)), b"cookie: ;;;=;a=b=c;\xff",
    b"cookie: " + b"a=b; " * 500, b"x-amzn-trace-id: Root=;;=", b"x-amz-client-context: !!!", b"x-forwarded-for: ,,,",
    b"x-amz-invocation-type: Perhaps", b"x-amz-invocation-type: Event", b"x-amz-log-type: \xff", b"accept: \xf0",
    b"origin: null", b"origin: \xff", b"access-control-request-method: ", b"authorization: Bearer \xff\x00",
    b"expect: 100-continue", b"expect: the worst", b"upgrade: websocket\r\nconnection: upgrade", b"te: \x01",
    b"upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMA", b"content-encoding: gzip",
    b"content-type: multipart/form-data; boundary=\xff", b"content-type: application/json; charset=klingon",
    b"content-type: ;;;", b"connection: close, keep-alive, \x00", b"range: bytes=9-1,-", b"if-modified-since: never",
)  # fmt: skip
ODD_LENGTHS = (
    b"-1",
    b"1e3",
    b"0x10",
    b"5, 5",
    b"5, 6",
    b"9" * 40,
    b"",
    b" ",
    b"abc",
    b"18446744073709551616",
    b"+3",
    b"7",
)
ODD_CHUNKS = (
    b"zz\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n", b"5\r\nhel", b"5;ext=\xff\r\nhello\r\n0\r\n\r\n", b"0\r\n\r\nmore",
    b"ffffffffffffffffff\r\nx", b"5\nhello\n0\n\n", b"5\r\nhelloworld\r\n0\r\n\r\n", b"0\r\ntrailer\r\n\r\n",
    b"\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"1\r\na\r\n" * 50,
)  # fmt: skip
ODD_BODIES = (
    b"\xff\xfe\x00", b"{", b"[" * 100_000, b"null", b'{"a": 1e999}', b'"\\ud800"', b"NaN",
    json.dumps("x" * 5_000).encode(), b"a=%zz&b", b"\x00" * 1_000,
)  # fmt: skip
NOT_HTTP = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x00" * 64, b"\r\n\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n", b"GET /\r\n", b"\xff" * 200, b"GET", b"\n", b"HTTP/1.1 200 OK\r\n\r\n",
)  # fmt: skip

GOOD = b"GET /good HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


class MalformedRequests:
    """Each kind of malformation is a method; `first(n)` gives a mixture."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def first(self, count: int) -> Iterator[bytes]:
        kinds: tuple[Callable[[], bytes], ...] = (
            self.odd_target, self.odd_bytes, self.odd_method, self.odd_version, self.odd_header, self.odd_length,
            self.odd_chunks, self.odd_body, self.truncated, self.pipelined, self.not_http, self.flipped,
        )  # fmt: skip
        for number in range(count):
            yield kinds[number % len(kinds)]()

    def odd_target(self) -> bytes:
        place, odd = self._one(PLACES), self._one(ODD_PERCENT)
        targets = (self._one(ODD_PATHS), place + odd, place + b"?" + odd + b"=" + self._one(ODD_PERCENT), odd + place)
        return self._request(target=self._random.choice(targets))

    def odd_bytes(self) -> bytes:
        target = bytearray(self._one(PLACES))
        at = self._random.randrange(len(target) + 1)
        target[at:at] = self._one(ODD_BYTES)
        return self._request(target=bytes(target))

    def odd_method(self) -> bytes:
        return self._request(method=self._one(ODD_METHODS))

    def odd_version(self) -> bytes:
        return self._request(version=self._one(ODD_VERSIONS))

    def odd_header(self) -> bytes:
        headers = b"\r\n".join(self._random.sample(ODD_HEADERS, self._random.randint(1, 3)))
        return self._request(method=self._one((b"GET", b"POST", b"OPTIONS")), headers=headers)

    def odd_length(self) -> bytes:
        lengths = self._random.sample(ODD_LENGTHS, self._random.randint(1, 2))
        headers = b"\r\n".join(b"content-length: " + length for length in lengths)
        return self._request(method=b"POST", headers=headers, body=b'{"a": 1}')

    def odd_chunks(self) -> bytes:
        coding = self._one((b"chunked", b"chunked", b"gzip, chunked", b"chunked, gzip", b"identity", b"\xff"))
        headers = b"transfer-encoding: " + coding
        if self._random.random() < 0.2:
            headers += b"\r\ncontent-length: 5"
        return self._request(method=b"POST", headers=headers, body=self._one(ODD_CHUNKS))

    def odd_body(self) -> bytes:
        body = self._one(ODD_BODIES)
        headers = b"content-length: %d\r\ncontent-type: application/json" % len(body)
        return self._request(method=b"POST", headers=headers, body=body)

    def truncated(self) -> bytes:
        whole = self._random.choice((self.odd_body, self.odd_header, self.odd_target))()
        return whole[: self._random.randrange(1, len(whole))]

    def pipelined(self) -> bytes:
        others = (GOOD, self.odd_header(), self.odd_target(), self.odd_chunks(), GOOD)
        return b"".join(self._random.sample(others, self._random.randint(2, 5)))

    def not_http(self) -> bytes:
        return self._one(NOT_HTTP) + self._random.randbytes(self._random.randrange(200))

    def flipped(self) -> bytes:
        """An odd request with a few of its bytes replaced by any others."""
        raw = bytearray(self._random.choice((self.odd_body, self.odd_method, self.odd_target))()[:4_000])
        for _ in range(self._random.randint(1, 8)):
            raw[self._random.randrange(len(raw))] = self._random.randrange(256)
        return bytes(raw)

    def _one(self, choices: tuple[bytes, ...]) -> bytes:
        return self._random.choice(choices)

    def _request(
        self,
        method: bytes = b"GET",
        target: bytes | None = None,
        version: bytes = b"HTTP/1.1",
        headers: bytes = b"accept: */*",
        body: bytes = b"",
    ) -> bytes:
        target = self._one(PLACES) if target is None else target
        return b"%b %b %b\r\nhost: 127.0.0.1\r\n%b\r\n\r\n%b" % (method, target, version, headers, body)
