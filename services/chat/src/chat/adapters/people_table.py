"""People in DynamoDB. Beside each person lies an item that holds their name, so that no two can have the same.

    userId = <id>           the person, listed by name
    userId = name#<name>    whose the name is; listed by display name, so that one query finds both

https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from chat.adapters.clients import reaching
from chat.adapters.items import Item, attribute, from_item, to_item
from chat.adapters.tables import get, get_all
from chat.adapters.transactions import transact
from chat.domain.errors import ForgedTokenError, NameTakenError, PersonNotFoundError
from chat.domain.model import Account, Person
from chat.domain.names import folded
from chat.domain.ports import Page

_LISTING, _INDEX = "people", "search-index"


class TablePeople:
    """The port People on one table."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb, self._table = dynamodb, table

    def add(self, account: Account) -> None:
        person = account.person
        items = [
            {
                **_item(person.user_id, person, person.name),
                "passwordHash": account.password_hash,
                "createdAt": account.created_at,
            },
            {**_item(_holder(person.name), person, folded(person.display_name)), "owner": person.user_id},
        ]
        if any(transact(self._dynamodb, [self._put_new(item) for item in items])):
            raise NameTakenError("Somebody else has this name.")

    def account(self, user_id: str) -> Account | None:
        found = get(self._dynamodb, self._table, _key(user_id))
        if not found or "passwordHash" not in found:
            return None
        plain = from_item(found)
        return Account(_person(plain), plain["passwordHash"], plain["createdAt"])

    def with_name(self, name: str) -> Account | None:
        holder = get(self._dynamodb, self._table, _key(_holder(name)))
        # Nobody is read as well: how long it takes must not tell whether the name exists.
        return self.account(from_item(holder)["owner"] if holder else "nobody")

    def several(self, user_ids: Collection[str]) -> Mapping[str, Person]:
        keys = [_key(user_id) for user_id in dict.fromkeys(user_ids) if user_id]
        found = map(from_item, get_all(self._dynamodb, self._table, keys))
        return {plain["userId"]: _person(plain) for plain in found if "passwordHash" in plain}

    def rename(self, person: Person, display_name: str) -> Person:
        renames = [
            self._rename(person.user_id, {"displayName": display_name}),
            self._rename(
                _holder(person.name), {"displayName": display_name, "searchKey": folded(display_name) or person.name}
            ),
        ]
        if any(transact(self._dynamodb, renames)):
            raise PersonNotFoundError("There is nobody with this id.")
        return Person(person.user_id, person.name, display_name)

    def beginning_with(self, prefix: str, limit: int, position: str | None) -> Page[Person]:
        found: list[dict[str, Any]] = []
        start = _start(position)
        while True:
            items, start = self._listed(prefix, limit + 1, start)
            # Whose name begins so is listed by it already.
            found += [one for one in items if "owner" not in one or not str(one["name"]).startswith(prefix)]
            if len(found) > limit or start is None:
                break
        page = found[:limit]
        more = len(found) > limit
        return Page([_person(one) for one in page], json.dumps(_place(page[-1])) if more else None)

    def _listed(self, prefix: str, limit: int, start: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        with reaching("DynamoDB"):
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName=_INDEX,
                KeyConditionExpression="listing = :listing AND begins_with(searchKey, :prefix)",
                ExpressionAttributeValues={":listing": attribute(_LISTING), ":prefix": attribute(prefix)},
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        return [from_item(item) for item in answer["Items"]], answer.get("LastEvaluatedKey")

    def _put_new(self, values: Mapping[str, Any]) -> dict[str, Any]:
        condition = {"ConditionExpression": "attribute_not_exists(userId)"}
        return {"Put": {"TableName": self._table, "Item": to_item(values), **condition}}

    def _rename(self, key: str, values: Mapping[str, str]) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(key),
                "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in values),
                "ConditionExpression": "attribute_exists(userId)",
                "ExpressionAttributeValues": {f":{name}": attribute(value) for name, value in values.items()},
            }
        }


def _item(user_id: str, person: Person, search_key: str) -> dict[str, Any]:
    return {
        "userId": user_id,
        "name": person.name,
        "displayName": person.display_name,
        "listing": _LISTING,
        "searchKey": search_key or person.name,
    }


def _key(user_id: str) -> Item:
    return {"userId": attribute(user_id)}


def _holder(name: str) -> str:
    return f"name#{name}"


def _person(plain: Mapping[str, Any]) -> Person:
    return Person(plain.get("owner", plain["userId"]), plain["name"], plain["displayName"])


def _place(plain: Mapping[str, Any]) -> list[str]:
    return [plain["userId"], plain["searchKey"]]


def _start(position: str | None) -> Item | None:
    if position is None:
        return None
    try:
        user_id, search_key = json.loads(position)
    except ValueError:
        raise ForgedTokenError("nextToken is not one of ours.") from None
    return to_item({"userId": user_id, "searchKey": search_key, "listing": _LISTING})
