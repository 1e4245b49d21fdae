"""People and their sessions in the single table.

person    PK = USER#<user>         SK = USER      issuer, subject, email, name, role
session   PK = SESSION#<id>        SK = SESSION   the hash of the refresh token that works now
"""

from __future__ import annotations

import secrets
from typing import Any

from shortener.adapters.attributes import from_item, to_item
from shortener.adapters.aws_json import AwsError, AwsJsonClient
from shortener.adapters.event_outbox import event_item
from shortener.domain.errors import ChangedMeanwhileError, UnavailableError
from shortener.domain.events import timestamp
from shortener.domain.model import Caller, Event
from shortener.domain.ports import Now
from shortener.domain.signing_in import Identity, Session


class TablePeople:
    """Implements the port People."""

    def __init__(self, client: AwsJsonClient, table: str, now: Now) -> None:
        self._client, self._table, self._now = client, table, now

    def signed_in(self, identity: Identity, session: Session, event: Event) -> Caller:
        writes = [
            {"Update": self._upsert(identity)},
            {"Put": {"TableName": self._table, "Item": _session_item(session)}},
            {"Put": {"TableName": self._table, "Item": event_item(event, self._now())}},
        ]
        self._call("TransactWriteItems", {"TransactItems": writes, "ClientRequestToken": secrets.token_hex(16)})
        return self.caller(identity.user_id) or Caller(identity.user_id)

    def caller(self, user_id: str) -> Caller | None:
        item = self._get(f"USER#{user_id}", "USER")
        return Caller(user_id, item["role"]) if item else None

    def session(self, session_id: str) -> Session | None:
        item = self._get(f"SESSION#{session_id}", "SESSION")
        return Session(session_id, item["userId"], item["fingerprint"], item["ttl"]) if item else None

    def rotate(self, session: Session, seen_fingerprint: str) -> None:
        request = {
            "TableName": self._table,
            "Item": _session_item(session),
            "ConditionExpression": "fingerprint = :seen",
            "ExpressionAttributeValues": {":seen": {"S": seen_fingerprint}},
        }
        try:
            self._client.call("PutItem", request)
        except AwsError as error:
            if error.code == "ConditionalCheckFailedException":
                raise ChangedMeanwhileError("The session was refreshed meanwhile.") from error
            raise UnavailableError(str(error)) from error

    def end(self, session_id: str) -> None:
        key = {"PK": {"S": f"SESSION#{session_id}"}, "SK": {"S": "SESSION"}}
        self._call("DeleteItem", {"TableName": self._table, "Key": key})

    def _upsert(self, identity: Identity) -> dict[str, Any]:
        told = {"#email": identity.email, "#name": identity.name}
        known = {name: value for name, value in told.items() if value}
        kept = [f"{name} = :{name[1:]}" for name in known]
        # What the provider does not tell any more is not kept.
        gone = f" REMOVE {', '.join(name for name in told if name not in known)}" if len(known) < len(told) else ""
        values = {":issuer": identity.issuer, ":subject": identity.subject, ":user": "user"}
        values |= {":now": timestamp(self._now()), **{f":{name[1:]}": value for name, value in known.items()}}
        first = ["#role = if_not_exists(#role, :user)", "createdAt = if_not_exists(createdAt, :now)"]
        always = ["issuer = :issuer", "subject = :subject", "signedInAt = :now"]
        return {
            "TableName": self._table,
            "Key": {"PK": {"S": f"USER#{identity.user_id}"}, "SK": {"S": "USER"}},
            "UpdateExpression": f"SET {', '.join(always + first + kept)}{gone}",
            "ExpressionAttributeNames": {"#name": "name", "#email": "email", "#role": "role"},
            "ExpressionAttributeValues": to_item(values),
        }

    def _get(self, pk: str, sk: str) -> dict[str, Any]:
        key = {"PK": {"S": pk}, "SK": {"S": sk}}
        answer = self._call("GetItem", {"TableName": self._table, "Key": key, "ConsistentRead": True})
        return from_item(answer.get("Item", {}))

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._client.call(operation, request)
        except AwsError as error:
            raise UnavailableError(str(error)) from error


def _session_item(session: Session) -> dict[str, Any]:
    return to_item(
        {
            "PK": f"SESSION#{session.session_id}",
            "SK": "SESSION",
            "userId": session.user_id,
            "fingerprint": session.fingerprint,
            "ttl": session.expires_at,
        }
    )
