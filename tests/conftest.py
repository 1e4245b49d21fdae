"""What tests counted is shown at the end of a run, whoever ran them: a worker's own output is seen by nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.browser.people import browser

__all__ = ["browser"]

_FIGURES = "figures"

Tell = Callable[[str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Tells one line of figures to who runs the tests."""
    return partial(record_property, _FIGURES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        (report.nodeid.split("::")[-1], line)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
        for name, line in report.user_properties
        if name == _FIGURES
    ]
    if told:
        terminalreporter.section("figures")
    for test, line in told:
        terminalreporter.line(f"{test}: {line}")
