"""The web ACL before the shortener's distribution, the same on AWS and here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import requests
from urllib3.util import SKIP_HEADER

from tests.fakes.web_acls import probes, seed_traffic
from tests.parity.conftest import Shortener

Ask = Callable[[str], dict]

PLACES: list[Ask] = [
    lambda text: {"method": "GET", "url": f"/python-tutorial?utm_source={quote(text, safe='')}"},
    lambda text: {"method": "POST", "url": "/links", "json": {"url": "https://example.com/", "tags": [text]}},
    lambda text: {"method": "GET", "url": "/python-tutorial", "headers": {"cookie": f"q={quote(text, safe='')}"}},
    lambda text: {"method": "GET", "url": f"/{quote(text, safe='')}"},
]


class Visitor:
    """Somebody at the distribution, on one connection; redirects are not followed."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url, self._session = url, session

    def ask(self, method: str, url: str, **values) -> requests.Response:
        return self._session.request(method, f"{self._url}{url}", timeout=30, allow_redirects=False, **values)


def is_blocked(answer: requests.Response) -> bool:
    """By CloudFront itself, with its page: the system's own 403 is JSON."""
    return answer.status_code == 403 and "Request blocked" in answer.text


@pytest.fixture(scope="module")
def visitor(shortener: Shortener) -> Iterator[Visitor]:
    with requests.Session() as session:
        yield Visitor(shortener.public_url, session)


def test_public_probes_are_blocked_by_the_distribution(visitor: Visitor, tell: Callable[[str], None]) -> None:
    """Each in one of four places, in turn: together they stay below the rate that the web ACL allows an address."""
    texts = [
        probe.decode("utf-8", "replace") for name in ("sql_injection", "cross_site_scripting") for probe in probes(name)
    ]
    passed = [
        text for index, text in enumerate(texts) if not is_blocked(visitor.ask(**PLACES[index % len(PLACES)](text)))
    ]
    tell(f"{len(texts) - len(passed)} of {len(texts)} public probes blocked")
    assert passed == []


def test_seed_traffic_passes_the_distribution(visitor: Visitor, tell: Callable[[str], None]) -> None:
    """With tokens that nobody issued: the API refuses them itself, which is to have passed the web ACL."""
    traffic = [one for one in seed_traffic() if len(one.body) <= 8_192]
    stopped = []
    for one in traffic:
        url = f"{one.path}?{one.query}" if one.query else one.path
        if is_blocked(visitor.ask(one.method, url, headers=one.headers, data=one.body)):
            stopped.append((one.system, url))
    tell(f"{len(traffic) - len(stopped)} of {len(traffic)} requests of the seeds let through")
    assert stopped == []


def test_block_says_nothing_but_that_it_is_one(visitor: Visitor) -> None:
    answer = visitor.ask("GET", "/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert is_blocked(answer)
    assert answer.headers["x-cache"] == "Error from cloudfront"
    assert "script" not in answer.text.lower()


def test_client_without_a_name_is_blocked(visitor: Visitor) -> None:
    assert is_blocked(visitor.ask("GET", "/style.css", headers={"user-agent": SKIP_HEADER}))
