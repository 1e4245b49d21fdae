"""Following links and counting, the same on AWS and here."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.waiting import wait_for
from tests.parity.conftest import Shortener

OWNER = f"user-{uuid.uuid4().hex[:12]}"


def stats(shortener: Shortener, code: str) -> Any:
    return shortener.call("GET", f"/links/{code}/stats", OWNER).json()


def test_code_redirects_without_a_token(shortener: Shortener) -> None:
    code = shortener.create(OWNER, url="https://example.com/a?b=c")["code"]
    answer = shortener.call("GET", f"/{code}")
    assert (answer.status_code, answer.headers["location"]) == (302, "https://example.com/a?b=c")
    assert "cache-control" in answer.headers


def test_unknown_code_is_404(shortener: Shortener) -> None:
    answer = shortener.call("GET", "/no-such-code")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "link_not_found")
    assert shortener.call("GET", "/favicon.ico").status_code == 404


def test_disabled_link_is_410_soon_and_works_again(shortener: Shortener) -> None:
    code = shortener.create(OWNER)["code"]
    assert shortener.call("GET", f"/{code}").status_code == 302
    for state, status in (("disabled", 410), ("active", 302)):
        shortener.call("PUT", f"/links/{code}", OWNER, json={"state": state})

        def answers(status: int = status) -> bool:
            return shortener.call("GET", f"/{code}").status_code == status

        assert wait_for(answers, within_s=30, every_s=0.2)


def test_expired_link_is_410_on_time(shortener: Shortener) -> None:
    expires = datetime.now(UTC) + timedelta(seconds=2)
    code = shortener.create(OWNER, expiresAt=expires.isoformat())["code"]
    assert shortener.call("GET", f"/{code}").status_code == 302
    assert wait_for(lambda: shortener.call("GET", f"/{code}").status_code == 410, within_s=10, every_s=0.1)
    assert datetime.now(UTC) >= expires.replace(microsecond=0)


def test_front_page_answers(shortener: Shortener) -> None:
    assert shortener.call("GET", "/").status_code in (200, 302)


def test_every_click_is_counted_once_by_day_referrer_and_device(shortener: Shortener) -> None:
    code = shortener.create(OWNER)["code"]
    headers = {"referer": "https://news.example.com/story?reader=ada", "user-agent": "Mozilla/5.0 (iPhone) Mobile"}

    def click(_: int) -> int:
        return shortener.call("GET", f"/{code}", headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(200))) == {302}
    assert wait_for(lambda: stats(shortener, code)["total"] >= 200, within_s=60, every_s=0.2)
    counted = stats(shortener, code)
    assert counted["total"] == 200
    assert counted["perReferrer"] == [{"referrer": "https://news.example.com", "clicks": 200}]
    assert counted["perDevice"] == [{"device": "mobile", "clicks": 200}]
    assert sum(day["clicks"] for day in counted["perDay"]) == 200
    assert len(counted["perDay"]) == 30


def test_click_reaches_the_events_bucket_without_the_visitors_address(shortener: Shortener) -> None:
    code = shortener.create(OWNER)["code"]
    correlation = f"trace-{uuid.uuid4().hex}"
    shortener.call("GET", f"/{code}?utm_source=mail&private=secret", headers={"x-correlation-id": correlation})
    event = wait_for(lambda: archived(shortener, correlation), within_s=60, every_s=0.5)
    assert event is not None
    assert (event["type"], event["code"], event["utm"]) == ("link_clicked", code, {"source": "mail"})
    assert "secret" not in json.dumps(event)
    assert "127.0.0.1" not in json.dumps(event)


def test_deleted_codes_clicks_are_not_its_successors(shortener: Shortener) -> None:
    code = f"again-{uuid.uuid4().hex[:8]}"
    shortener.create(OWNER, code=code)
    shortener.call("GET", f"/{code}")
    assert wait_for(lambda: stats(shortener, code)["total"] == 1, within_s=60, every_s=0.2)
    shortener.call("DELETE", f"/links/{code}", OWNER)
    shortener.create(OWNER, code=code)
    assert stats(shortener, code)["total"] == 0


def archived(shortener: Shortener, correlation: str) -> dict[str, Any] | None:
    """The archived click of one request; only today's folder is searched."""
    s3 = shortener.client("s3")
    prefix = f"link_clicked/dt={datetime.now(UTC):%Y-%m-%d}/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=shortener.bucket, Prefix=prefix)
    names = [one["Key"] for page in pages for one in page.get("Contents", [])]
    for name in names:
        text = s3.get_object(Bucket=shortener.bucket, Key=name)["Body"].read().decode()
        for line in text.splitlines():
            if correlation in line:
                found: dict[str, Any] = json.loads(line)
                return found
    return None
