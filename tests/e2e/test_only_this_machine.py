"""Nobody else reaches in: sockets listen on 127.0.0.1 only, and pages of other origins cannot use the control
endpoints, whatever a browser lets them send without asking.

https://fetch.spec.whatwg.org/#simple-header
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

import psutil
import pytest
import requests

from tests.e2e.conftest import Neighbourhood
from tests.e2e.terrarium_command import aws

SIMPLE_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None)
"""What a page may POST anywhere without a preflight."""
FOREIGN = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "another port of this machine": {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-site"},
    "a sandboxed frame or a file": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "an old browser": {"Origin": "http://evil.example"},
    "an image or a link, which send no origin": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "a name that was rebound to 127.0.0.1": {"Host": "evil.example", "Origin": "http://evil.example"},
    "a rebound name that says it is the same": {"Host": "evil.example:80", "Sec-Fetch-Site": "same-origin"},
    "a name that only begins like ours": {"Host": "127.0.0.1.evil.example"},
    "a name that only ends like ours": {"Host": "evillocalhost"},
}


@pytest.fixture
def url(neighbourhood: Neighbourhood) -> str:
    return neighbourhood.url("troublesome")


def calls(url: str) -> int:
    """How often the function has been called, this call included: it has one environment that counts."""
    return int(requests.get(f"{url}/counts", timeout=15).text)


def invocations(url: str) -> str:
    return f"{url}/2015-03-31/functions/troublesome-Counts/invocations"


def bound_sockets(processes: list[psutil.Process]) -> Iterator[tuple[psutil.Process, str, int]]:
    """Every socket that others could send to: listening TCP, and UDP that is bound but not connected."""
    for process in processes:
        with suppress(psutil.Error):
            for one in process.net_connections("inet"):
                if one.status == psutil.CONN_LISTEN or (one.type == socket.SOCK_DGRAM and not one.raddr and one.laddr):
                    yield process, one.laddr.ip, one.laddr.port


def test_every_socket_of_the_run_is_bound_to_loopback(neighbourhood: Neighbourhood) -> None:
    requests.get(f"{neighbourhood.url('troublesome')}/counts", timeout=15)

    bound = list(bound_sockets(neighbourhood.terrarium.processes()))

    assert {port for _, _, port in bound} >= set(neighbourhood.terrarium.ports[:4])
    assert [(process.cmdline(), ip, port) for process, ip, port in bound if not ip_address(ip).is_loopback] == []


@pytest.mark.parametrize("page", FOREIGN)
@pytest.mark.parametrize("content_type", SIMPLE_TYPES)
def test_page_of_another_origin_cannot_invoke_a_function(url: str, page: str, content_type: str | None) -> None:
    before = calls(url)
    headers = {**FOREIGN[page], "Content-Type": content_type}

    answers = [
        requests.post(invocations(url), data=b'{"now": "yes"}', headers=headers, timeout=15),
        requests.post(invocations(url), data=b"", headers={**headers, "X-Amz-Invocation-Type": "Event"}, timeout=15),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not any("access-control-allow-origin" in answer.headers for answer in answers)
    assert calls(url) == before + 1


@pytest.mark.parametrize("page", FOREIGN)
@pytest.mark.parametrize(
    "path", ["/_terrarium/status", "/2015-03-31/functions/", "/2015-03-31/functions/troublesome-Counts"]
)
def test_page_of_another_origin_learns_nothing(url: str, page: str, path: str) -> None:
    answer = requests.get(f"{url}{path}", headers=FOREIGN[page], timeout=15)

    assert answer.status_code == 403
    assert "troublesome" not in answer.text


@pytest.mark.parametrize("page", ["another site", "another port of this machine", "a sandboxed frame or a file"])
def test_browser_that_asks_first_is_told_no(url: str, page: str) -> None:
    asks = {**FOREIGN[page], "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}

    answer = requests.options(invocations(url), headers=asks, timeout=15)

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:{port}"},
        {"Host": "127.0.0.1:{port}", "Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_tools_and_the_address_bar_are_let_in(url: str, headers: dict[str, str]) -> None:
    port = url.rpartition(":")[2]
    filled = {name: value.replace("{port}", port) for name, value in headers.items()}

    answer = requests.post(invocations(url), data=b"{}", headers=filled, timeout=15)

    assert answer.status_code == 200
    assert json.loads(answer.text)["statusCode"] == 200


def test_systems_own_api_is_open_to_pages_as_on_aws(url: str) -> None:
    answer = requests.get(f"{url}/anything", headers=FOREIGN["another site"], timeout=15)

    assert answer.text == "fine"


@pytest.fixture
def backend(neighbourhood: Neighbourhood, own_backend: None) -> str:
    return str(neighbourhood.terrarium.status()["backend"]["endpoint"])


FOREIGN_TO_THE_BACKEND = [page for page in FOREIGN if page != "another port of this machine"]
"""A page that this machine serves may use the backend: it uploads to buckets and signs in with Cognito."""


@pytest.mark.parametrize("page", FOREIGN_TO_THE_BACKEND)
def test_page_of_another_site_cannot_use_the_backend(neighbourhood: Neighbourhood, backend: str, page: str) -> None:
    scan = {"X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": "text/plain"}
    send = {"Action": "SendMessage", "QueueUrl": f"{backend}/000000000000/any", "MessageBody": "{}"}

    answers = [
        requests.post(f"{backend}/_ministack/reset", headers=FOREIGN[page], timeout=15),
        requests.post(backend, data='{"TableName": "library-Shelf"}', headers={**FOREIGN[page], **scan}, timeout=15),
        requests.post(backend, data=send, headers=FOREIGN[page], timeout=15),
        requests.get(backend, params=send, headers=FOREIGN[page], timeout=15),
        requests.get(backend, headers=FOREIGN[page], timeout=15),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    table = aws("dynamodb", backend).describe_table(TableName="library-Shelf")["Table"]
    assert table["TableStatus"] == "ACTIVE"


def test_page_of_this_machine_uploads_with_a_presigned_url_and_any_page_links_to_it(
    neighbourhood: Neighbourhood, backend: str
) -> None:
    item = {"Bucket": neighbourhood.terrarium.system("weather")["outputs"]["Bucket"], "Key": "from-a-page"}
    put, get = (aws("s3", backend).generate_presigned_url(name, Params=item) for name in ("put_object", "get_object"))
    page, link = {"Origin": "http://localhost:3000"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert requests.put(put, data=b"x", headers=page, timeout=15).status_code == 200
    assert requests.get(get, headers=link, timeout=15).content == b"x"
    assert requests.put(put, data=b"y", headers=FOREIGN["another site"], timeout=15).status_code == 403
