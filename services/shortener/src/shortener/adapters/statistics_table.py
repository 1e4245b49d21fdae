"""The counters: one item per link and month, one attribute per thing counted, so that counting is one ADD.

counters   PK = STATS#<link id>    SK = <YYYY-MM>   clicks, day#01…, ref#<origin>, country#DE, device#mobile
counted    PK = WRITERS#<group>    SK = <lane>      w#<writer>: the last event number that this lane has counted
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from shortener.adapters.attributes import from_item
from shortener.adapters.aws_json import AwsError, AwsJsonClient
from shortener.adapters.event_outbox import KEPT_S
from shortener.domain.errors import ChangedMeanwhileError, CountersFullError, TooManyWritesError, UnavailableError
from shortener.domain.model import Counts
from shortener.domain.ports import Now
from shortener.domain.writers import group_of

STATISTICS_KEPT_S = 400 * 24 * 3600
"""After the month's last click; longer than the longest period anybody can ask for."""
_BATCH = 100


class TableStatistics:
    """Reads the counters of a link: implements the port Statistics."""

    def __init__(self, client: AwsJsonClient, table: str) -> None:
        self._client, self._table = client, table

    def read(self, link_id: str) -> Counts:
        by_prefix: dict[str, Counter[str]] = {name: Counter() for name in ("day", "ref", "country", "device")}
        clicks = 0
        for item in self._months(link_id):
            clicks += item.get("clicks", 0)
            for attribute, count in item.items():
                prefix, _, name = attribute.partition("#")
                if name and prefix in by_prefix:
                    by_prefix[prefix][f"{item['SK'][:7]}-{name}" if prefix == "day" else name] += count
        return Counts(clicks, by_prefix["day"], by_prefix["ref"], by_prefix["country"], by_prefix["device"])

    def _months(self, link_id: str) -> list[dict[str, Any]]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :link",
            "ExpressionAttributeValues": {":link": {"S": f"STATS#{link_id}"}},
        }
        months: list[dict[str, Any]] = []
        while True:
            try:
                answer = self._client.call("Query", request)
            except AwsError as error:
                raise UnavailableError(str(error)) from error
            months += [from_item(item) for item in answer.get("Items", [])]
            if "LastEvaluatedKey" not in answer:
                return months
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class TableLedger:
    """Moves the counters and the writers' positions together: implements the port Ledger."""

    def __init__(self, client: AwsJsonClient, table: str, now: Now) -> None:
        self._client, self._table, self._now = client, table, now

    def counted(self, lane: str, writers: Sequence[str]) -> Mapping[str, int]:
        groups = list(dict.fromkeys(map(group_of, writers)))
        found: dict[str, int] = {}
        for start in range(0, len(groups), _BATCH):
            keys = [_place(group, lane) for group in groups[start : start + _BATCH]]
            while keys:
                request = {self._table: {"Keys": keys, "ConsistentRead": True}}
                answer = self._call("BatchGetItem", {"RequestItems": request})
                for item in answer.get("Responses", {}).get(self._table, []):
                    found |= {name[2:]: int(value["N"]) for name, value in item.items() if name.startswith("w#")}
                keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        return {writer: found[writer] for writer in writers if writer in found}

    def count(
        self,
        lane: str,
        seen: Mapping[str, int],
        now_counted: Mapping[str, int],
        counts: Mapping[tuple[str, str], Counts],
    ) -> None:
        groups: dict[str, dict[str, int]] = {}
        for writer, number in now_counted.items():
            groups.setdefault(group_of(writer), {})[writer] = number
        moves = [self._move(_place(group, lane), seen, moved) for group, moved in groups.items()]
        adds = [self._add(link_id, month, counted) for (link_id, month), counted in counts.items()]
        self._transact([{"Update": update} for update in moves + adds])

    def _move(self, place: Mapping[str, Any], seen: Mapping[str, int], moved: Mapping[str, int]) -> dict[str, Any]:
        """Each writer has a condition of its own: whoever moves others of the group does not stand in the way."""
        names, values, sets, conditions = {"#ttl": "ttl"}, {":ttl": self._in(KEPT_S)}, ["#ttl = :ttl"], []
        for index, (writer, number) in enumerate(moved.items()):
            names[f"#w{index}"], values[f":w{index}"] = f"w#{writer}", {"N": str(number)}
            sets.append(f"#w{index} = :w{index}")
            if writer in seen:
                values[f":s{index}"] = {"N": str(seen[writer])}
                conditions.append(f"#w{index} = :s{index}")
            else:
                conditions.append(f"attribute_not_exists(#w{index})")
        return {
            "TableName": self._table,
            "Key": place,
            "UpdateExpression": f"SET {', '.join(sets)}",
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def _in(self, seconds: int) -> dict[str, str]:
        return {"N": str(int(self._now()) + seconds)}

    def _add(self, link_id: str, month: str, counts: Counts) -> dict[str, Any]:
        added = _attributes(counts)
        names = {f"#a{index}": name for index, name in enumerate(added)}
        values = {f":a{index}": {"N": str(count)} for index, count in enumerate(added.values())}
        adds = ", ".join(f"#a{index} :a{index}" for index in range(len(added)))
        return {
            "TableName": self._table,
            "Key": {"PK": {"S": f"STATS#{link_id}"}, "SK": {"S": month}},
            "UpdateExpression": f"SET #ttl = :ttl ADD {adds}",
            "ExpressionAttributeNames": names | {"#ttl": "ttl"},
            "ExpressionAttributeValues": values | {":ttl": self._in(STATISTICS_KEPT_S)},
        }

    def _transact(self, writes: list[dict[str, Any]]) -> None:
        request = {"TransactItems": writes, "ClientRequestToken": secrets.token_hex(16)}
        try:
            self._client.call("TransactWriteItems", request)
        except AwsError as error:
            if error.code == "ValidationException" and "less than or equal to" in str(error):
                raise TooManyWritesError(str(error)) from error
            found = error.body.get("CancellationReasons", [])
            if any("size" in str(reason.get("Message")) for reason in found if reason.get("Code") == "ValidationError"):
                raise CountersFullError(str(error)) from error
            reasons = {reason.get("Code") for reason in found}
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise ChangedMeanwhileError(str(error)) from error
            raise UnavailableError(str(error)) from error

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._client.call(operation, request)
        except AwsError as error:
            raise UnavailableError(str(error)) from error


def _place(group: str, lane: str) -> dict[str, Any]:
    return {"PK": {"S": f"WRITERS#{group}"}, "SK": {"S": lane}}


def _attributes(counts: Counts) -> dict[str, int]:
    return {
        "clicks": counts.clicks,
        **{f"day#{day[-2:]}": count for day, count in counts.days.items()},
        **{f"ref#{name}": count for name, count in counts.referrers.items()},
        **{f"country#{name}": count for name, count in counts.countries.items()},
        **{f"device#{name}": count for name, count in counts.devices.items()},
    }
