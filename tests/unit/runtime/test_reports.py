"""What Lambda itself says of an invocation."""

from __future__ import annotations

import json

from emulator.runtime import reports
from emulator.runtime.log_collector import LogCollector
from tests.fakes.still_clock import StillClock


def test_report_bills_whole_milliseconds_and_init():
    usage = reports.Usage(duration_ms=12.01, init_ms=100.5, memory_size_mb=128, memory_used_mb=60)

    line = reports.report("id", usage)

    assert line.split("\t") == [
        "REPORT RequestId: id",
        "Duration: 12.01 ms",
        "Billed Duration: 113 ms",
        "Memory Size: 128 MB",
        "Max Memory Used: 60 MB",
        "Init Duration: 100.50 ms",
        "",
    ]


def test_timeout_names_the_seconds_with_two_digits():
    payload, line = reports.timed_out("id", 3)

    assert json.loads(payload)["errorMessage"] == "RequestId: id Error: Task timed out after 3.00 seconds"
    assert line == "id Task timed out after 3.00 seconds"


def test_exit_by_signal_is_named_as_on_aws():
    payload, _ = reports.exited("id", 9)

    assert json.loads(payload)["errorMessage"] == "RequestId: id Error: Runtime exited with error: signal: killed"


def test_lines_are_cut_and_belong_to_the_invocation_that_printed_them():
    delivered = []
    log = LogCollector("Greeter", StillClock(), delivered.extend)
    for request_id, printed in (("first", b"one\ntw"), ("second", b"o\nthree")):
        log.begin(request_id)
        log._take(printed)
    log.finish_lines()
    log.flush()
    log.close()

    assert [(line.request_id, line.message) for line in delivered] == [
        ("first", "one"),
        ("second", "two"),
        ("second", "three"),
    ]


def test_tail_is_the_last_four_kilobytes():
    log = LogCollector("Greeter", StillClock(), lambda lines: None)
    log.begin("id")
    log._take(b"x" * 5000 + b"\nlast\n")
    log.close()

    assert len(log.tail()) == 4096
    assert log.tail().endswith(b"x\nlast\n")
