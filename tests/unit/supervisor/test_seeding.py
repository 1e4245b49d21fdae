"""When demo data and web page of a system are loaded again, and what the loading is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.model import Endpoints
from emulator.supervisor.seeding import Seed

SCRIPT = """\
import json, os, sys
print(json.dumps([sys.argv[1:], os.environ["AWS_ENDPOINT_URL_CLOUDFRONT"], os.environ["AWS_ENDPOINT_URL"]]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With one system, `shop`, that has demo data and a web page."""
    for name, text in (
        ("seed/load.py", SCRIPT),
        ("seed/shop/loading.py", ""),
        ("seed/data/shop/people.csv", "ada"),
        ("services/shop/web/index.html", "<!doctype html>"),
        (".terrarium/logs/terrarium.log", ""),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def seed(project: Path, data: str | None = "embedded") -> Seed:
    state, endpoints = project / ".terrarium", Endpoints("http://127.0.0.1:4566")
    return Seed("shop", project / "seed" / "load.py", state, "us-east-1", endpoints, "dev", data)


def test_what_was_loaded_is_not_loaded_again(project: Path) -> None:
    assert not seed(project).planted()
    seed(project).mark()
    assert seed(project).planted()


@pytest.mark.parametrize("name", ["seed/data/shop/people.csv", "seed/shop/loading.py", "services/shop/web/index.html"])
def test_changed_data_or_page_is_loaded_again(project: Path, name: str) -> None:
    seed(project).mark()
    (project / name).write_text("changed")
    assert not seed(project).planted()


def test_other_data_of_the_backend_are_filled_again(project: Path) -> None:
    seed(project).mark()
    assert not seed(project, "another backend").planted()
    assert not seed(project, None).planted()


def test_loading_finds_api_account_and_the_caches_of_distributions(project: Path) -> None:
    loading = seed(project)
    assert loading.start("http://127.0.0.1:3001/live", "shop").wait(30) == 0
    arguments, cloudfront, account = json.loads(loading.last_words())
    assert arguments[:3] == ["shop", "--api", "http://127.0.0.1:3001/live"]
    assert (cloudfront, account) == ("http://127.0.0.1:3001", "http://127.0.0.1:4566")
