"""What nobody moved for too long is moved on, and days that are over are archived."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from orders.domain.audit import AuditEntry
from orders.domain.order import Order, Refund, Status
from orders.gateways.archive_bucket import BucketArchive
from orders.services.archiving import ArchiveAudit
from orders.services.cleaning import CleanUpOrders

from tests.fakes.shop import MemoryOrders, MemoryQueue, StoppedClock, an_order

MINUTE = timedelta(minutes=1)


@dataclass
class Night:
    """A cleaner, some orders, and nobody else awake."""

    orders: MemoryOrders = field(default_factory=lambda: MemoryOrders({"mug": 0}))
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    clock: StoppedClock = field(default_factory=StoppedClock)

    def clean(self, may_go_on: bool = True) -> dict[str, int]:
        cleaner = CleanUpOrders(self.orders, self.queue, abandon=60 * MINUTE, look_again=MINUTE, now=self.clock)
        return dict(cleaner.run(lambda: may_go_on))

    def with_order(self, **changes: Any) -> Order:
        order = replace(an_order(), **changes)
        self.orders.add(order)
        return order


@pytest.fixture
def night() -> Night:
    return Night()


def test_order_that_is_not_due_is_left_alone(night: Night) -> None:
    night.with_order()
    assert night.clean() == {}


def test_pending_order_is_handed_over_again(night: Night) -> None:
    night.with_order()
    night.clock.later(minutes=1)

    assert night.clean() == {"enqueued_again": 1}
    assert night.queue.enqueued == ["o1 pending"]


def test_pending_order_is_abandoned_after_an_hour(night: Night) -> None:
    night.with_order()
    night.clock.later(minutes=60)

    assert night.clean() == {"abandoned": 1}
    order = night.orders.kept["o1"]
    assert (order.status, order.reason, order.refund) == (Status.CANCELLED, "abandoned", Refund.NONE)
    assert night.orders.stock == {"mug": 0}


def test_reservation_expires_with_its_units_and_a_refund_for_what_may_have_been_taken(night: Night) -> None:
    night.with_order(status=Status.RESERVED, due_at=night.clock() + 15 * MINUTE)
    night.clock.later(minutes=15)

    assert night.clean() == {"expired": 1}
    order = night.orders.kept["o1"]
    assert (order.status, order.reason, order.refund) == (Status.CANCELLED, "reservation_expired", Refund.DUE)
    assert night.orders.stock == {"mug": 2}
    assert night.queue.enqueued == ["o1 cancelled"]


def test_refund_that_is_due_is_handed_over_again(night: Night) -> None:
    night.with_order(status=Status.CANCELLED, refund=Refund.DUE, due_at=night.clock())

    assert night.clean() == {"enqueued_again": 1}


def test_cleaning_stops_when_time_is_up_and_goes_on_next_time(night: Night) -> None:
    night.with_order(due_at=night.clock())

    assert night.clean(may_go_on=False) == {}
    assert night.clean() == {"enqueued_again": 1}


def test_what_was_looked_at_when_time_is_up_is_handed_over_and_the_rest_next_time(night: Night) -> None:
    for order_id in ("o1", "o2"):
        night.with_order(order_id=order_id, due_at=night.clock())
    spare = iter([True, False, False])
    cleaner = CleanUpOrders(night.orders, night.queue, abandon=60 * MINUTE, look_again=MINUTE, now=night.clock)

    assert cleaner.run(lambda: next(spare)) == {"enqueued_again": 1}
    assert night.queue.enqueued == ["o1 pending"]
    assert night.clean() == {"enqueued_again": 2}


@dataclass
class Days:
    """Implements the port AuditDays."""

    entries: dict[str, list[AuditEntry]]
    archived: set[str] = field(default_factory=set)

    def pages_of(self, day: str) -> Iterator[Sequence[AuditEntry]]:
        entries = self.entries.get(day, [])
        yield from ([one] for one in entries)

    def is_archived(self, day: str) -> bool:
        return day in self.archived

    def note_archived(self, day: str) -> None:
        self.archived.add(day)


@dataclass
class Bucket:
    """S3, as far as the archive needs it."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put_object(self, **asked: Any) -> None:
        self.objects[asked["Key"]] = asked["Body"]


def entry(day: str, event_id: str) -> AuditEntry:
    return AuditEntry(event_id, "OrderPaid", "order#o1", f"{day}T10:00:00+00:00", "c1", {}, person_id="ada")


def test_days_that_are_over_are_archived_once_and_without_people() -> None:
    clock, bucket = StoppedClock(), Bucket()
    yesterday = (clock() - timedelta(days=1)).date().isoformat()
    days = Days({yesterday: [entry(yesterday, "e1"), entry(yesterday, "e2")]})
    archive = ArchiveAudit(days, BucketArchive(bucket, "archive"), clock)

    assert archive.run(lambda: True) == 7
    assert archive.run(lambda: True) == 0

    assert sorted(bucket.objects) == [f"audit/dt={yesterday}/part-000{part}.jsonl.gz" for part in range(2)]
    lines = [json.loads(gzip.decompress(body)) for body in bucket.objects.values()]
    assert [line["event_id"] for line in lines] == ["e1", "e2"]
    assert all("ada" not in json.dumps(line) for line in lines)


def test_today_is_not_archived() -> None:
    clock, bucket = StoppedClock(), Bucket()
    today = clock().date().isoformat()
    days = Days({today: [entry(today, "e1")]})

    ArchiveAudit(days, BucketArchive(bucket, "archive"), clock).run(lambda: True)

    assert (bucket.objects, today in days.archived) == ({}, False)


def test_day_that_was_cut_off_begins_anew() -> None:
    clock, bucket = StoppedClock(), Bucket()
    yesterday = (clock() - timedelta(days=1)).date().isoformat()
    days = Days({yesterday: [entry(yesterday, "e1"), entry(yesterday, "e2")]})
    archive = ArchiveAudit(days, BucketArchive(bucket, "archive"), clock)
    answers = iter([True, False])

    archive.run(lambda: next(answers))
    assert yesterday not in days.archived

    archive.run(lambda: True)
    assert yesterday in days.archived
    assert len(bucket.objects) == 2
