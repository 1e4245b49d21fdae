"""The ports of people, keys and the catalogue's import in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from orders.domain.api_keys import ApiKey
from orders.domain.catalogue import CatalogueEntry, Details, NewEntry
from orders.domain.errors import ConflictError
from orders.domain.people import Account, PeoplePage, Person
from orders.domain.permissions import Role
from orders.services.bulk_import import Known

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


class FakeDirectory:
    """A user pool; `calls` are what changed it, in order."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.calls: list[str] = []

    def sign_up(self, email: str, password: str, name: str) -> str:
        if any(account.email == email for account in self.accounts.values()):
            raise ConflictError("email_taken", "taken")
        person_id = f"id-{len(self.accounts)}"
        self.accounts[person_id] = Account(person_id, email, name, BIRTH, frozenset(), True, False)
        return person_id

    def confirm(self, email: str, code: str) -> None:
        self.calls.append(f"confirm {email} {code}")

    def account(self, person_id: str) -> Account | None:
        return self.accounts.get(person_id)

    def rename(self, person_id: str, name: str) -> None:
        self.calls.append("rename")
        self.accounts[person_id] = replace(self.accounts[person_id], name=name)

    def set_roles(self, person_id: str, roles: frozenset[Role]) -> None:
        self.calls.append("set_roles")
        self.accounts[person_id] = replace(self.accounts[person_id], roles=roles)

    def set_enabled(self, person_id: str, enabled: bool) -> None:
        self.calls.append("set_enabled")
        self.accounts[person_id] = replace(self.accounts[person_id], enabled=enabled)

    def remove(self, person_id: str) -> None:
        self.calls.append("remove")
        self.accounts.pop(person_id, None)


class FakeProfiles:
    """A profile table."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}

    def find(self, person_id: str) -> Person | None:
        return self.people.get(person_id)

    def add(self, person: Person) -> bool:
        return self.people.setdefault(person.person_id, person) is person

    def replace(self, person: Person, seen_version: int) -> None:
        if self.people[person.person_id].version != seen_version:
            raise ConflictError("changed_meanwhile", "changed")
        self.people[person.person_id] = person

    def newest(self, limit: int, position: str | None) -> PeoplePage:
        return PeoplePage(tuple(self.people.values())[:limit], None)

    def with_email(self, email: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people.values() if person.email == email)

    def remove(self, person_id: str) -> None:
        self.people.pop(person_id, None)


class FakeKeys:
    """A table of keys."""

    def __init__(self) -> None:
        self.keys: dict[str, ApiKey] = {}

    def add(self, key: ApiKey) -> bool:
        return self.keys.setdefault(key.key_id, key) is key

    def find(self, key_id: str) -> ApiKey | None:
        return self.keys.get(key_id)

    def all(self, limit: int, position: str | None) -> tuple[tuple[ApiKey, ...], str | None]:
        return tuple(self.keys.values())[:limit], None

    def revoke(self, key_id: str, moment: float) -> ApiKey | None:
        if key_id not in self.keys:
            return None
        self.keys[key_id] = replace(self.keys[key_id], revoked_at=moment)
        return self.keys[key_id]


class FakeShelves:
    """Products by id; those in `refused` are never taken."""

    def __init__(self, *known: str, refused: Sequence[str] = ()) -> None:
        self.added: list[str] = []
        self.updated: list[str] = []
        self.held = False
        self.details = Details("What it was", "tea", 1)
        self._known, self._refused = frozenset(known), frozenset(refused)

    def reserve(self, moment: float) -> bool:
        if self.held:
            return False
        self.held = True
        return True

    def release(self) -> None:
        self.held = False

    def known(self, product_ids: Sequence[str]) -> Mapping[str, Known]:
        return {one: Known(self.details, BIRTH, True) for one in product_ids if one in self._known}

    def add_all(self, entries: Sequence[CatalogueEntry]) -> frozenset[str]:
        assert self.held
        left = self._refused & {entry.product_id for entry in entries}
        self.added += [entry.product_id for entry in entries if entry.product_id not in left]
        return left

    def update(self, new: NewEntry, known: Known, moment: datetime) -> None:
        assert self.held
        self.updated.append(new.product_id)


class FakeBatchTable:
    """A DynamoDB client whose BatchWriteItem leaves items unprocessed as often as it is told to."""

    def __init__(self, *left: int) -> None:
        self.left = list(left)
        self.written: list[str] = []
        self.requests: list[int] = []

    def batch_write_item(self, *, RequestItems: dict[str, list[dict[str, dict[str, dict[str, dict[str, str]]]]]]):  # type: ignore[no-untyped-def]  # noqa: N803
        """Takes all but the last so many of a request."""
        ((table, wanted),) = RequestItems.items()
        self.requests.append(len(wanted))
        left = min(self.left.pop(0) if self.left else 0, len(wanted))
        taken, kept = wanted[: len(wanted) - left], wanted[len(wanted) - left :]
        self.written += [one["PutRequest"]["Item"]["productId"]["S"] for one in taken]
        return {"UnprocessedItems": {table: kept} if kept else {}}
