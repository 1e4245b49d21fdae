"""Users in DynamoDB. Beside each user lies an item that holds its e-mail address, so that no two can have the same.

An index cannot keep addresses unique, and reading before writing cannot either; a transaction over both items can:
https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/
All users are in one partition of createdAt-index: DynamoDB takes 1,000 new ones a second there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets.adapters.answers import FREE, FREE_NAMES, AnswerItems
from assets.adapters.clients import reaching
from assets.adapters.items import Item, attribute, from_item, to_item
from assets.adapters.newest_first import Index
from assets.adapters.transactions import transact
from assets.domain.errors import ChangedMeanwhileError, EmailTakenError, KeyReusedError
from assets.domain.model import User
from assets.domain.ports import Answered, Now, Page

_LISTING = "users"


class TableUsers:
    """The port Users on one table."""

    def __init__(self, dynamodb: Any, table: str, now: Now) -> None:
        self._dynamodb, self._table, self._now = dynamodb, table, now
        self._answers = AnswerItems(dynamodb, table, "userId", now)
        self._index = Index(dynamodb, table, "userId", "createdAt-index", "listing", now)

    def find(self, user_id: str) -> User | None:
        with reaching("DynamoDB"):
            found = self._dynamodb.get_item(
                TableName=self._table, Key={"userId": attribute(user_id)}, ConsistentRead=True
            )
        return self._alive(found.get("Item"))

    def with_email(self, email: str) -> User | None:
        with reaching("DynamoDB"):
            found = self._dynamodb.query(
                TableName=self._table,
                IndexName="email-index",
                KeyConditionExpression="email = :email",
                ExpressionAttributeValues={":email": attribute(email)},
            )
        users = [user for user in map(self._alive, found["Items"]) if user is not None]
        return users[0] if users else None

    def newest(self, limit: int, position: str | None) -> Page[User]:
        items, position = self._index.page(_LISTING, limit, position)
        return Page([_from(item) for item in items], position)

    def answered(self, key: str) -> Answered | None:
        return self._answers.read(key)

    def add(self, user: User, answered: Answered | None) -> None:
        new = self._put(_to(user), "attribute_not_exists(userId)")
        writes = [new, self._hold(user), *([self._answers.write(answered)] if answered is not None else [])]
        failed = transact(self._dynamodb, writes)
        # Both fail when two requests with one key meet: then the key is what counts.
        if any(failed[2:]):
            raise KeyReusedError("This Idempotency-Key was used before.")
        if any(failed):
            raise EmailTakenError("Another user has this e-mail address.")

    def replace(self, user: User, seen: User) -> None:
        changed = self._put(_to(user), "updatedAt = :seen", {":seen": seen.updated_at})
        writes = [changed, self._hold(user), *([self._release(seen)] if seen.email != user.email else [])]
        failed = transact(self._dynamodb, writes)
        if failed[0] or any(failed[2:]):
            raise ChangedMeanwhileError("The user was changed meanwhile.")
        if failed[1]:
            raise EmailTakenError("Another user has this e-mail address.")

    def remove(self, seen: User) -> None:
        gone = self._delete(seen.user_id, "updatedAt = :seen", {":seen": seen.updated_at})
        if any(transact(self._dynamodb, [gone, self._release(seen)])):
            raise ChangedMeanwhileError("The user was changed meanwhile.")

    def _hold(self, user: User) -> dict[str, Any]:
        """Take the address, unless somebody else has it."""
        item = {"userId": _holder(user.email), "owner": user.user_id, "ttl": user.expires_at}
        values: dict[str, str | int] = {":now": int(self._now()), ":owner": user.user_id}
        return self._put(to_item(item), f"{FREE} OR #owner = :owner", values)

    def _release(self, user: User) -> dict[str, Any]:
        """Give the address back; DynamoDB may have deleted the item of a user that expires already."""
        condition = "attribute_not_exists(userId) OR #owner = :owner"
        return self._delete(_holder(user.email), condition, {":owner": user.user_id})

    def _put(self, item: Item, condition: str, values: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item, **_condition(condition, values or {})}}

    def _delete(self, key: str, condition: str, values: Mapping[str, str | int]) -> dict[str, Any]:
        where = {"TableName": self._table, "Key": {"userId": attribute(key)}}
        return {"Delete": {**where, **_condition(condition, values)}}

    def _alive(self, item: Item | None) -> User | None:
        # The items that hold addresses and answers are no users.
        if not item or "email" not in item:
            return None
        user = _from(item)
        return user if user.expires_at is None or user.expires_at > self._now() else None


def _condition(condition: str, values: Mapping[str, str | int]) -> dict[str, Any]:
    names = {"#key": "userId", "#owner": "owner", **FREE_NAMES}
    used = {name: real for name, real in names.items() if name in condition}
    return {
        "ConditionExpression": condition,
        **({"ExpressionAttributeNames": used} if used else {}),
        **({"ExpressionAttributeValues": {name: attribute(value) for name, value in values.items()}} if values else {}),
    }


def _holder(email: str) -> str:
    return f"email#{email}"


def _to(user: User) -> Item:
    return to_item(
        {
            "userId": user.user_id,
            "email": user.email,
            "name": user.name,
            "department": user.department,
            "createdAt": user.created_at,
            "updatedAt": user.updated_at,
            "ttl": user.expires_at,
            "listing": _LISTING,
        }
    )


def _from(item: Item) -> User:
    plain = from_item(item)
    return User(
        user_id=plain["userId"],
        email=plain["email"],
        name=plain["name"],
        department=plain.get("department"),
        created_at=plain["createdAt"],
        updated_at=plain["updatedAt"],
        expires_at=plain.get("ttl"),
    )
