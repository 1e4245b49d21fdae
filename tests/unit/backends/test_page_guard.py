"""Which requests reach the backend, by what a browser says of where they come from."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from emulator.backends.embedded.page_guard import PageGuard, admits

HERE = b"127.0.0.1:4566"


@pytest.mark.parametrize(
    "headers",
    [
        {b"host": HERE},
        {b"host": b"localhost:4566"},
        {b"host": b"[::1]:4566"},
        {b"host": b"photos.s3.localhost:4566"},
        {b"host": b"photos.s3.localhost.localstack.cloud:4566"},
        {},
        {b"host": HERE, b"origin": b"http://localhost:3000", b"sec-fetch-site": b"cross-site"},
        {b"host": HERE, b"origin": b"http://127.0.0.1:3000", b"sec-fetch-site": b"same-site"},
        {b"host": HERE, b"sec-fetch-site": b"none"},
    ],
)
def test_tools_and_pages_of_this_machine_come_in(headers: dict[bytes, bytes]) -> None:
    assert admits("POST", headers, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {b"host": b"evil.example"},
        {b"host": b"127.0.0.1.evil.example:4566"},
        {b"host": b"evillocalhost:4566"},
        {b"host": b""},
        {b"host": b"[::1"},
        {b"host": HERE, b"origin": b"https://evil.example"},
        {b"host": HERE, b"origin": b"https://localhost.evil.example"},
        {b"host": HERE, b"origin": b"null"},
        {b"host": HERE, b"origin": b"\xff"},
        {b"host": HERE, b"sec-fetch-site": b"cross-site"},
    ],
)
def test_pages_of_other_sites_do_not(headers: dict[bytes, bytes]) -> None:
    assert not admits("POST", headers, b"")
    assert not admits("GET", headers, b"Action=SendMessage")


def test_link_to_an_object_may_stand_anywhere() -> None:
    assert admits("GET", {b"host": HERE, b"sec-fetch-site": b"cross-site"}, b"X-Amz-Signature=abc")


@pytest.mark.parametrize(
    ("method", "headers", "query"),
    [
        ("PUT", {b"host": HERE, b"sec-fetch-site": b"cross-site"}, b"X-Amz-Signature=abc"),
        ("GET", {b"host": HERE, b"sec-fetch-site": b"cross-site"}, b"X-Amz-Signature=abc&Action=SendMessage"),
        ("GET", {b"host": HERE, b"origin": b"https://evil.example"}, b"X-Amz-Signature=abc"),
        ("GET", {b"host": b"evil.example"}, b"X-Amz-Signature=abc"),
    ],
)
def test_signature_with_keys_that_everybody_knows_opens_nothing_else(
    method: str, headers: dict[bytes, bytes], query: bytes
) -> None:
    assert not admits(method, headers, query)


@pytest.mark.parametrize(("origin", "status"), [(b"https://evil.example", 403), (b"http://localhost:3000", 200)])
def test_refused_request_never_reaches_the_application(origin: bytes, status: int) -> None:
    sent: list[Any] = []

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": [(b"host", HERE), (b"origin", origin)], "query_string": b""}
    asyncio.run(PageGuard(application)(scope, None, send))  # type: ignore[arg-type]

    assert sent[0]["status"] == status


@pytest.mark.parametrize(
    ("host", "name", "status"), [(b"companion:4567", "companion", 200), (b"companion:4567", "localhost", 403)]
)
def test_container_is_called_by_its_own_name_only(host: bytes, name: str, status: int) -> None:
    seen: list[int] = []

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        seen.append(message.get("status", 0))

    scope = {"type": "http", "method": "POST", "query_string": b"", "headers": [(b"host", host)]}
    asyncio.run(PageGuard(application, name)(scope, None, send))  # type: ignore[arg-type]
    assert seen[0] == status
