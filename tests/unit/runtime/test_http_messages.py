"""The Runtime API's requests, from bytes as they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.runtime.http_messages import BadRequestError, Request, RequestReader, response

POST = b"POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"


def read_all(data: bytes, cuts: list[int], max_body: int = 100) -> list[Request]:
    reader, found, start = RequestReader(max_body), [], 0
    for cut in [*sorted(cuts), len(data)]:
        reader.feed(data[start:cut])
        start = max(start, cut)
        while (request := reader.take()) is not None:
            found.append(request)
    return found


@given(st.lists(st.integers(0, 3 * len(POST)), max_size=8))
def test_requests_are_the_same_however_the_bytes_are_cut(cuts):
    requests = read_all(POST * 3, cuts)

    assert [request.body for request in requests] == [b"hello"] * 3


def test_body_above_the_limit_is_dropped_and_the_next_request_is_read():
    large = b"POST /x HTTP/1.1\r\nContent-Length: 300\r\n\r\n" + b"y" * 300

    first, second = read_all(large + POST, [50, 60, 340])

    assert (first.size, first.body) == (300, b"")
    assert second.body == b"hello"


def test_chunks_are_put_together():
    data = b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    [request] = read_all(data, [55, 62])

    assert (request.body, request.size) == (b"abcde", 5)


def test_error_type_is_read_from_its_header():
    head = b"POST /x/error HTTP/1.1\r\nLambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\n"
    data = head + b"Content-Length: 0\r\n\r\n"

    assert read_all(data, [])[0].error_type == "Runtime.ImportModuleError"


@given(st.binary(min_size=1, max_size=200))
def test_garbage_never_brings_anything_but_bad_request(data):
    try:
        read_all(data + b"\r\n\r\n", [])
    except BadRequestError:
        pass


def test_response_announces_its_length():
    assert response("202 Accepted", b"ok", (("A", "b"),)).endswith(b"Content-Length: 2\r\nA: b\r\n\r\nok")


def test_chunk_without_a_size_is_a_bad_request():
    with pytest.raises(BadRequestError, match="chunk"):
        read_all(b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", [])
