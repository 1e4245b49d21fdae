"""The web pages are plain files that a strict content security policy lets through, without a build step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
PAGES = sorted(path for path in SERVICES.glob("*/web") if path.is_dir())
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\bstyle=|\bon[a-z]+=|javascript:", re.IGNORECASE)
TEXT_AS_CODE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"on"
)
ELSEWHERE = re.compile(
    r"(?:src|href|action)=\"(?:https?:)?//|\burl\(|@import|from \"(?!\./)|import\(|fetch\(\"http", re.IGNORECASE
)
KEPT_FOR_EVER = re.compile(r"localStorage|document\.cookie|indexedDB")
REFERENCES = re.compile(r"(?:src|href)=\"/?([^\"#:]+)\"|from \"\./([^\"]+)\"")


def found(folder: Path, pattern: re.Pattern[str], *kinds: str) -> list[str]:
    """Where files of these kinds match."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in kinds)
    return [f"{path.relative_to(SERVICES)}: {match}" for path in paths for match in pattern.findall(path.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_page_has_no_inline_code_or_style(page: Path) -> None:
    assert found(page, INLINE, ".html", ".svg") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_page_never_takes_text_for_code(page: Path) -> None:
    assert found(page, TEXT_AS_CODE, ".js") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_page_loads_nothing_from_elsewhere(page: Path) -> None:
    assert found(page, ELSEWHERE, ".html", ".css", ".js") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_page_keeps_nothing_beyond_its_tab(page: Path) -> None:
    assert found(page, KEPT_FOR_EVER, ".js") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_file_that_is_named_is_there_and_every_file_is_named(page: Path) -> None:
    texts = [path.read_text() for path in page.rglob("*") if path.suffix in (".html", ".js")]
    named = {first or second for text in texts for first, second in REFERENCES.findall(text)}
    there = {path.relative_to(page).as_posix() for path in page.rglob("*") if path.is_file()}
    # The distribution names these two.
    assert there - named == {"index.html", "unavailable.html"}
    assert named - there == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_modules_stay_small(page: Path) -> None:
    assert [path.name for path in page.rglob("*.js") if len(path.read_text().splitlines()) > 300] == []
