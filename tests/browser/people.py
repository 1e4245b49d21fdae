"""A browser for the tests of a session, or the reason why there is none, said where nobody overlooks it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from tests.browser.devtools import Browser, chromium, program

MISSING = "no Chromium on this machine, so no web page was tested: apt-get install chromium"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests; each person has a window of their own."""
    if program() is None:
        warnings.warn(MISSING, stacklevel=1)
        pytest.skip(MISSING)
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started
