"""Logs reach CloudWatch Logs in batches, within a budget, and never hold a function up."""

from __future__ import annotations

import re

from emulator.telemetry.log_courier import BURST_LINES, LogCourier
from tests.fakes.log_shipper import FakeLogShipper
from tests.fakes.moved_clock import MovedClock
from tests.fakes.stacks import function
from tests.unit.telemetry.happenings import lines

GROUP = "/aws/lambda/demo-Worker"
WORKER = function(log_group=GROUP)


def courier() -> tuple[LogCourier, FakeLogShipper, list[str]]:
    shipper, reports = FakeLogShipper(), []
    return LogCourier(shipper, MovedClock(), reports.append), shipper, reports


def test_lines_of_several_invocations_go_in_one_call_in_the_order_of_time() -> None:
    subject, shipper, _ = courier()
    subject.logged(WORKER, lines(WORKER, "r-2", "c", "d", at_ms=2000))
    subject.logged(WORKER, lines(WORKER, "r-1", "a", "b", at_ms=1000))
    subject.start()
    subject.stop()
    ((group, stream, events),) = shipper.puts
    assert group == GROUP
    assert re.fullmatch(r"2023/11/14/\[\$LATEST\][0-9a-f]{32}", stream)
    assert events == [(1000, "a"), (1001, "b"), (2000, "c"), (2001, "d")]
    assert shipper.groups == [GROUP]


def test_function_without_log_group_ships_nothing() -> None:
    subject, shipper, _ = courier()
    subject.logged(function(), lines(function(), "r-1", "a"))
    subject.start()
    subject.stop()
    assert shipper.puts == []


def test_lines_beyond_the_budget_are_left_out_whole_and_said_in_the_stream() -> None:
    subject, shipper, _ = courier()
    for _ in range(BURST_LINES // 3 + 10):
        subject.logged(WORKER, lines(WORKER, "r-1", "START", "text", "END"))
    subject.start()
    subject.stop()
    shipped = shipper.messages(GROUP)
    assert shipped.count("START") == shipped.count("END") == BURST_LINES // 3
    assert shipped[-1].startswith("[terrarium] 30 lines were not shipped")
    assert subject.left_out == 30


def test_backend_that_is_away_is_said_once_and_what_is_lost_is_counted() -> None:
    subject, shipper, reports = courier()
    shipper.away = True
    for text in ("a", "b"):
        subject.logged(WORKER, lines(WORKER, "r-1", text))
        subject._ship()
    assert len(reports) == 1
    shipper.away = False
    subject.logged(WORKER, lines(WORKER, "r-1", "c"))
    subject._ship()
    assert shipper.messages(GROUP)[0] == "c"
    assert "not shipped" in shipper.messages(GROUP)[1]
