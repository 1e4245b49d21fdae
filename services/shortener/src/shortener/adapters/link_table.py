"""Links in the single table. Every write carries its event, and an Idempotency-Key's answer, in one transaction.

link    PK = LINK#<code>            SK = LINK    GSI1PK = OWNER#<user>, GSI1SK = <created at>#<code>
answer  PK = ANSWER#<user>#<hash>   SK = ANSWER  one day
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from shortener.adapters.attributes import from_item, to_item
from shortener.adapters.aws_json import AwsError, AwsJsonClient
from shortener.adapters.event_outbox import event_item
from shortener.domain.errors import ChangedMeanwhileError, CodeTakenError, KeyReusedError, UnavailableError
from shortener.domain.model import Event, Link, Page, State
from shortener.domain.ports import Answered, Now

EXPIRED_KEPT_S = 30 * 24 * 3600
"""An expired link still answers 410 for so long; then TTL deletes it, and its code is free again."""
ANSWER_KEPT_S = 24 * 3600
_CONFLICTS_BORNE = 5
_ABSENT = "attribute_not_exists(PK)"


class TableLinks:
    """Implements the port Links."""

    def __init__(self, client: AwsJsonClient, table: str, now: Now) -> None:
        self._client, self._table, self._now = client, table, now

    def find(self, code: str) -> Link | None:
        item = self._get(f"LINK#{code}", "LINK")
        return _link(item) if item else None

    def add(self, link: Link, event: Event, answered: Answered | None) -> None:
        writes = [self._put(_item(link), _ABSENT), self._event(event)]
        if answered is not None:
            writes.append(self._put(self._answer_item(answered), _ABSENT))
        refused = self._transact(writes)
        if len(refused) > 2 and refused[2]:
            raise KeyReusedError("This Idempotency-Key has just been used.")
        if refused and refused[0]:
            raise CodeTakenError(f"The code {link.code} is taken.")

    def replace(self, link: Link, seen_version: int, event: Event) -> None:
        write = self._put(_item(link), "version = :seen AND linkId = :id")
        write["Put"]["ExpressionAttributeValues"] = {":seen": {"N": str(seen_version)}, ":id": {"S": link.link_id}}
        self._changed(link, [write, self._event(event)])

    def remove(self, link: Link, event: Event) -> None:
        delete = {
            "TableName": self._table,
            "Key": {"PK": {"S": f"LINK#{link.code}"}, "SK": {"S": "LINK"}},
            "ConditionExpression": "version = :seen AND linkId = :id",
            "ExpressionAttributeValues": {":seen": {"N": str(link.version)}, ":id": {"S": link.link_id}},
        }
        self._changed(link, [{"Delete": delete}, self._event(event)])

    def owned_by(self, owner: str, limit: int, position: str | None) -> Page:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "GSI1",
            "KeyConditionExpression": "GSI1PK = :owner",
            "ExpressionAttributeValues": {":owner": {"S": f"OWNER#{owner}"}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if position is not None:
            request["ExclusiveStartKey"] = _start_key(owner, position)
        answer = self._call("Query", request)
        links = tuple(_link(from_item(item)) for item in answer.get("Items", []))
        last = answer.get("LastEvaluatedKey")
        return Page(links, from_item(last)["GSI1SK"] if last else None)

    def answered(self, owner: str, key: str) -> Answered | None:
        item = self._get(_answer_key(owner, key), "ANSWER")
        if not item or item["ttl"] <= self._now():
            return None
        return Answered(key, item["fingerprint"], _link(json.loads(item["link"])))

    def _answer_item(self, answered: Answered) -> dict[str, Any]:
        return to_item(
            {
                "PK": _answer_key(answered.link.owner, answered.key),
                "SK": "ANSWER",
                "fingerprint": answered.fingerprint,
                "link": json.dumps(from_item(_item(answered.link))),
                "ttl": int(self._now()) + ANSWER_KEPT_S,
            }
        )

    def _changed(self, link: Link, writes: list[dict[str, Any]]) -> None:
        if any(self._transact(writes)):
            raise ChangedMeanwhileError(f"The link {link.code} has just been changed; read it again.")

    def _put(self, item: dict[str, Any], condition: str) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": condition}}

    def _event(self, event: Event) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": event_item(event, self._now())}}

    def _get(self, pk: str, sk: str) -> dict[str, Any]:
        key = {"PK": {"S": pk}, "SK": {"S": sk}}
        answer = self._call("GetItem", {"TableName": self._table, "Key": key, "ConsistentRead": True})
        return from_item(answer.get("Item", {}))

    def _transact(self, writes: list[dict[str, Any]]) -> list[bool]:
        """Empty when written; else per write whether its own condition refused it."""
        for _ in range(_CONFLICTS_BORNE):
            request = {"TransactItems": writes, "ClientRequestToken": secrets.token_hex(16)}
            try:
                self._client.call("TransactWriteItems", request)
            except AwsError as error:
                failure = error
                reasons = [reason.get("Code") for reason in error.body.get("CancellationReasons", [])]
                if "ConditionalCheckFailed" in reasons:
                    return [reason == "ConditionalCheckFailed" for reason in reasons]
                if "TransactionConflict" not in reasons:
                    break
            else:
                return []
        raise UnavailableError(str(failure)) from failure

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._client.call(operation, request)
        except AwsError as error:
            raise UnavailableError(str(error)) from error


def _answer_key(owner: str, key: str) -> str:
    return f"ANSWER#{owner}#{sha256(key.encode()).hexdigest()}"


def _start_key(owner: str, position: str) -> dict[str, Any]:
    code = position.partition("#")[2]
    return to_item({"PK": f"LINK#{code}", "SK": "LINK", "GSI1PK": f"OWNER#{owner}", "GSI1SK": position})


def _item(link: Link) -> dict[str, Any]:
    expires_at = int(link.expires_at.timestamp()) if link.expires_at else None
    return to_item(
        {
            "PK": f"LINK#{link.code}",
            "SK": "LINK",
            "GSI1PK": f"OWNER#{link.owner}",
            "GSI1SK": f"{link.created_at.isoformat(timespec='microseconds')}#{link.code}",
            "code": link.code,
            "linkId": link.link_id,
            "target": link.target,
            "owner": link.owner,
            "createdAt": link.created_at.isoformat(),
            "updatedAt": link.updated_at.isoformat(),
            "expiresAt": expires_at,
            "state": link.state.value,
            "tags": list(link.tags),
            "version": link.version,
            "ttl": expires_at + EXPIRED_KEPT_S if expires_at else None,
        }
    )


def _link(item: dict[str, Any]) -> Link:
    return Link(
        code=item["code"],
        link_id=item["linkId"],
        target=item["target"],
        owner=item["owner"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
        expires_at=datetime.fromtimestamp(item["expiresAt"], UTC) if item.get("expiresAt") else None,
        state=State(item["state"]),
        tags=tuple(item["tags"]),
        version=item["version"],
    )
