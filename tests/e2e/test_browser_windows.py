"""The people of the other tests: what they ask of a page that moves under them."""

from __future__ import annotations

import pytest

from tests.browser.devtools import Browser, PageLeft
from tests.e2e.browser import site

pytestmark = pytest.mark.slow


def test_what_is_asked_of_a_page_that_is_being_left_is_asked_of_the_next(browser: Browser) -> None:
    with site() as first, site() as second:
        leaving = f"location.href = '{second.origin}/'; new Promise(() => {{}})"
        window = browser.person()
        window.visit(first.origin)
        with pytest.raises(PageLeft):
            window.run(leaving)
        window.visit(first.origin)
        asked = iter([leaving])
        window.waits_until(lambda: window.run(next(asked, "location.origin")) == second.origin)
        window.close()
