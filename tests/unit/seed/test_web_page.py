"""What is uploaded of a web page, how it is labelled, and when caches are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from seed.target import SeedError
from seed.web_page import Place, publish
from tests.fakes.web_account import WebAccount

PUBLISHED = {"/shop/web/bucket": "pages", "/shop/web/distribution": "E1", "/shop/web/config": '{"apiUrl": "https://x"}'}


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """One system, `shop`, with a page."""
    web = tmp_path / "shop" / "web"
    (web / "parts").mkdir(parents=True)
    for name in ("index.html", "style.css", "parts/page.js", "icon.svg", ".draft", ".notes/idea.txt"):
        (web / name).parent.mkdir(exist_ok=True)
        (web / name).write_text(name)
    return tmp_path


@pytest.fixture
def account() -> WebAccount:
    return WebAccount(PUBLISHED)


def upload(services: Path, account: WebAccount) -> str | None:
    return publish("shop", Place("shop", account.client), services)


def test_every_file_but_hidden_ones_is_there_with_the_configuration(services: Path, account: WebAccount) -> None:
    assert upload(services, account) == "web page: 5 files, 5 changed"
    assert set(account.objects) == {"index.html", "style.css", "parts/page.js", "icon.svg", "config.json"}
    assert {one["Bucket"] for one in account.objects.values()} == {"pages"}
    assert account.objects["config.json"]["Body"] == b'{"apiUrl": "https://x"}'


def test_each_file_says_what_it_is_and_how_long_it_is_good_for(services: Path, account: WebAccount) -> None:
    upload(services, account)
    said = {key: (one["ContentType"], one["CacheControl"]) for key, one in account.objects.items()}
    kept = "public, max-age=0, s-maxage=86400, must-revalidate"
    assert said == {
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "config.json": ("application/json", "no-cache"),
        "style.css": ("text/css; charset=utf-8", kept),
        "parts/page.js": ("text/javascript; charset=utf-8", kept),
        "icon.svg": ("image/svg+xml", kept),
    }


def test_page_comes_after_what_it_leads_to(services: Path, account: WebAccount) -> None:
    upload(services, account)
    assert set(account.put[-2:]) == {"index.html", "config.json"}


def test_same_page_again_changes_nothing_and_tells_no_cache(services: Path, account: WebAccount) -> None:
    upload(services, account)
    before = dict(account.objects)
    assert upload(services, account) == "web page: 5 files, 0 changed"
    assert (account.objects, account.invalidated) == (before, ["E1"])


def test_changed_and_removed_files_are_told_to_caches(services: Path, account: WebAccount) -> None:
    upload(services, account)
    (services / "shop" / "web" / "style.css").write_text("changed")
    (services / "shop" / "web" / "icon.svg").unlink()
    assert upload(services, account) == "web page: 4 files, 2 changed"
    assert (account.deleted, account.invalidated) == (["icon.svg"], ["E1", "E1"])


def test_system_without_a_page_needs_no_place_for_one(services: Path) -> None:
    assert publish("orders", Place("orders", WebAccount({}).client), services) is None


def test_stack_without_a_place_for_its_page_is_refused(services: Path) -> None:
    with pytest.raises(SeedError, match="no parameter /shop/web/distribution: is the stack shop deployed"):
        upload(services, WebAccount({key: PUBLISHED[key] for key in ("/shop/web/bucket", "/shop/web/config")}))
