"""A month of clicks, the same every time: events as the redirect writes them, made from numbers instead of visitors."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from seed.shortener.data import Traffic

BATCH = 25
"""DynamoDB's limit on one BatchWriteItem."""
_KEPT_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Click:
    """One click. `number` counts within its `writer`, whose events must be written in order."""

    writer: str
    number: int
    body: Mapping[str, Any]

    def item(self, now: float) -> dict[str, Any]:
        """The item of the table, as low-level attributes."""
        return {
            "PK": {"S": f"EVENT#{self.writer}"},
            "SK": {"S": f"{self.number:012d}"},
            "event": {"S": json.dumps(self.body, separators=(",", ":"))},
            "ttl": {"N": str(int(now) + _KEPT_S)},
        }


def month(traffic: Traffic, link_ids: Mapping[str, str], until: datetime) -> Iterator[Click]:
    """All clicks in the order of time, the last on the day before `until`. `link_ids` maps codes to ids.

    Neighbours have different writers, so that 25 of them can be written at once and each writer stays in order.
    """
    dice = random.Random(traffic.random_seed)
    codes = sorted(link_ids)
    dice.shuffle(codes)
    popularity = [1 / (rank + 3) for rank in range(len(codes))]
    for index, moment in enumerate(_moments(traffic, until, dice)):
        (code,) = dice.choices(codes, popularity)
        visitor = dice.randrange(traffic.clicks // 2)
        yield _click(traffic, index, moment, code, link_ids[code], visitor, dice)


def batches(clicks: Sequence[Click]) -> list[Sequence[Click]]:
    """Cut for BatchWriteItem."""
    return [clicks[start : start + BATCH] for start in range(0, len(clicks), BATCH)]


def _moments(traffic: Traffic, until: datetime, dice: random.Random) -> list[datetime]:
    first = datetime.combine(until.date() - timedelta(days=traffic.days), time(), UTC)
    found = []
    for _ in range(traffic.clicks):
        # Business grows through the month.
        day = int(traffic.days * dice.random() ** 0.7)
        hour = dice.choice(traffic.hours)
        found.append(first + timedelta(days=day, hours=hour, milliseconds=dice.randrange(3_600_000)))
    return sorted(found)


def _click(
    traffic: Traffic, index: int, moment: datetime, code: str, link_id: str, visitor: int, dice: random.Random
) -> Click:
    writer, number = f"seed-{index % BATCH:02d}", index // BATCH + 1
    campaign = _one_of(traffic.campaigns, dice)
    body = {
        "id": f"{writer}-{number}",
        "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "type": "link_clicked",
        "code": code,
        "linkId": link_id,
        "referrer": _one_of(traffic.referrers, dice),
        "country": _one_of(traffic.countries, dice),
        "device": _one_of(traffic.devices, dice),
        "utm": {"source": "demo", "campaign": campaign} if campaign else {},
        "ip": _hash(f"address {visitor}"),
        "userAgent": _hash(f"agent {visitor % 40}"),
        "correlationId": f"seed-{index}",
    }
    return Click(writer, number, body)


def _one_of(weights: Mapping[str, int], dice: random.Random) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
