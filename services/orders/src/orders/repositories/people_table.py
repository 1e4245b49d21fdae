"""People's profiles. The table's key is `personId`.

newest-index   shelf = "people", place = <created at>#<id>: everybody, newest first
email-index    email: ids only
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orders.domain.errors import ConflictError
from orders.domain.people import PeoplePage, Person, Status
from orders.domain.permissions import Role
from orders.repositories.answering import RefusedError, answering
from orders.repositories.newest_first import newest_first
from orders.repositories.plain_items import from_item, to_item

_SHELF = "people"


class TableProfiles:
    """Implements the port Profiles."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def find(self, person_id: str) -> Person | None:
        with answering("people"):
            answer = self._client.get_item(TableName=self._table, Key=_key(person_id), ConsistentRead=True)
        return _person(from_item(answer["Item"])) if "Item" in answer else None

    def add(self, person: Person) -> bool:
        try:
            with answering("people"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(person),
                    ConditionExpression="attribute_not_exists(personId)",
                )
        except RefusedError:
            return False
        return True

    def replace(self, person: Person, seen_version: int) -> None:
        try:
            with answering("people"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(person),
                    ConditionExpression="version = :seen",
                    ExpressionAttributeValues=to_item({":seen": seen_version}),
                )
        except RefusedError as error:
            raise ConflictError("changed_meanwhile", "The profile has just been changed; read it again.") from error

    def newest(self, limit: int, position: str | None) -> PeoplePage:
        items, following = newest_first(self._client, self._table, _SHELF, limit, position)
        return PeoplePage(tuple(_person(item) for item in items), following)

    def with_email(self, email: str) -> tuple[Person, ...]:
        with answering("people"):
            answer = self._client.query(
                TableName=self._table,
                IndexName="email-index",
                KeyConditionExpression="email = :email",
                ExpressionAttributeValues=to_item({":email": email}),
            )
        found = (self.find(from_item(item)["personId"]) for item in answer["Items"])
        return tuple(person for person in found if person is not None)

    def remove(self, person_id: str) -> None:
        with answering("people"):
            self._client.delete_item(TableName=self._table, Key=_key(person_id))


def _key(person_id: str) -> dict[str, Any]:
    return to_item({"personId": person_id})


def _item(person: Person) -> dict[str, Any]:
    created_at = person.created_at.isoformat(timespec="microseconds")
    return to_item(
        {
            "personId": person.person_id,
            "shelf": _SHELF,
            "place": f"{created_at}#{person.person_id}",
            "email": person.email,
            "name": person.name,
            "phone": person.phone,
            "address": person.address,
            "roles": sorted(role.value for role in person.roles),
            "status": person.status.value,
            "createdAt": created_at,
            "updatedAt": person.updated_at.isoformat(timespec="microseconds"),
            "version": person.version,
        }
    )


def _person(item: dict[str, Any]) -> Person:
    return Person(
        person_id=item["personId"],
        email=item["email"],
        name=item["name"],
        phone=item["phone"],
        address=item["address"],
        roles=frozenset(Role(role) for role in item["roles"]),
        status=Status(item["status"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
        version=item["version"],
    )
