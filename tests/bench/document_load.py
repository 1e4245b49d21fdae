"""The load test of the customer's document: 50,000 redirects from 1,000 concurrent users in 60 s, on the shortener.

Open loop, a little above the document's 833 requests a second; `flat_out` adds a closed loop of the same users, which
shows what there is above that. The redirects are those of the seeded links that answer 302.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import boto3

from tests.bench import bars
from tests.bench.arrivals import open_loop
from tests.bench.contender import UnavailableError
from tests.bench.findings import Bar, Figure, Findings, Verdict
from tests.bench.http_wire import Target, target
from tests.bench.load import Load, closed_loop
from tests.bench.processes import head_of
from tests.bench.processor_time import children_s, listener, own_s, used_s
from tests.bench.race import Progress
from tests.bench.terrarium import Terrarium, command, running

SECTION = "the document's load"
SYSTEM = "shortener"
USERS = 1_000
RATE_PER_S = 840.0
"""A little above the document's 833, so that waiting for the very last answer does not count as being slower."""
WARM_UP_S = 5.0
FLAT_OUT_S = 20.0
UNTHROTTLED = ("--parameter", "ThrottlingRate=100000", "--parameter", "ThrottlingBurst=100000")
"""The stage's own throttling (50 requests a second) is not what this measures."""
BARS = (bars.LOAD_P95, bars.LOAD_SUCCESS, bars.LOAD_RATE)


def measure(progress: Progress, *, requests: int, flat_out: bool) -> Findings:
    """Up, warm, load, down."""
    try:
        command("reset")
        with running(Terrarium(("--stack", SYSTEM, *UNTHROTTLED))) as terrarium:
            goals = _redirects(terrarium)
            progress(f"{SECTION}: warming up")
            open_loop(goals, users=USERS, rate=RATE_PER_S, requests=int(RATE_PER_S * WARM_UP_S))
            progress(f"{SECTION}: {requests:,} redirects at {RATE_PER_S:.0f} a second")
            before = _processor_time(terrarium)
            load = open_loop(goals, users=USERS, rate=RATE_PER_S, requests=requests)
            spent = _difference(before, _processor_time(terrarium), load.requests)
            if flat_out:
                progress(f"{SECTION}: flat out")
            extra = [closed_loop(goals[0], connections=USERS, seconds=FLAT_OUT_S)] if flat_out else []
    except (OSError, UnavailableError) as error:
        failed = tuple(Verdict(bar, None, str(error)) for bar in BARS)
        return Findings(SECTION, (Figure("redirects", "terrarium", "ms", reason=str(error)),), failed)
    figures = [*_figures(load), _spent(spent), *(figure for run in extra for figure in _figures(run, ", closed loop"))]
    remark = f"{len(goals)} seeded links in turn; latency from the moment a request was due"
    return Findings(SECTION, tuple(figures), _verdicts(load), (remark,))


def _verdicts(load: Load) -> tuple[Verdict, ...]:
    measured: Sequence[tuple[Bar, float]] = (
        (bars.LOAD_P95, load.p95_ms),
        (bars.LOAD_SUCCESS, load.success_percent),
        (bars.LOAD_RATE, load.rate),
    )
    return tuple(Verdict(bar, value) for bar, value in measured)


def _processor_time(terrarium: Terrarium) -> dict[str, float]:
    """Seconds so far of the system process, its execution environments and a backend on this machine."""
    system = listener(urlsplit(terrarium.url()).port or 80)
    backend = listener(urlsplit(terrarium.status()["backend"]["endpoint"]).port or 80)
    return {"system_us": own_s(system), "environments_us": children_s(system), "backend_us": used_s(backend)}


def _difference(before: dict[str, float], after: dict[str, float], requests: int) -> dict[str, float]:
    """Microseconds for one request."""
    return {name: (after[name] - before[name]) * 1e6 / requests for name in before}


def _spent(spent: dict[str, float]) -> Figure:
    return Figure("processor time for one redirect", "terrarium", "µs", sum(spent.values()), detail=spent)


def _figures(load: Load, how: str = "") -> tuple[Figure, ...]:
    name = f"{load.requests:,} redirects, {USERS:,} users{how}"
    detail = {f"status {status}": count for status, count in sorted(load.statuses.items()) if count}
    latencies = {"p95_ms": load.p95_ms, "p99_ms": load.p99_ms, "slowest_ms": load.max_ms}
    return (
        Figure(f"{name}: p50", "terrarium", "ms", load.p50_ms, detail=latencies),
        Figure(f"{name}: answered", "terrarium", "req/s", load.rate, detail=detail),
        Figure(f"{name}: success", "terrarium", "%", load.success_percent, detail={"generator_us": load.generator_us}),
    )


def _redirects(terrarium: Terrarium) -> list[Target]:
    """The seeded links that redirect; UnavailableError when there is none."""
    url = terrarium.url()
    goals = [target(f"{url}/{code}", status=302) for code in _codes(terrarium.status())]
    found = [goal for goal in goals if head_of(goal).startswith(b"HTTP/1.1 302")]
    if not found:
        raise UnavailableError(f"none of {len(goals)} links in the table redirects")
    return found


def _codes(status: dict[str, Any]) -> list[str]:
    """Codes of all links in the system's table: items whose PK is LINK#<code>."""
    endpoint, resources = status["backend"]["endpoint"], set(status["stacks"][0]["resources"].values())
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    codes: list[str] = []
    for table in sorted(resources & set(dynamodb.list_tables()["TableNames"])):
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            keys = [item["PK"].get("S", "") for item in page["Items"] if "PK" in item]
            codes += [key.removeprefix("LINK#") for key in keys if key.startswith("LINK#")]
    return sorted(set(codes))
