"""Registers people, shows and changes their profiles, gives them roles and lets them in or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from orders.domain.errors import ConflictError, NotFoundError
from orders.domain.people import Account, PeoplePage, Person, ProfileChange, Status
from orders.domain.permissions import Caller, Role


class Directory(Protocol):
    """The user pool. Every call raises UnavailableError when it does not answer."""

    def sign_up(self, email: str, password: str, name: str) -> str:
        """The new person's id. Raises ConflictError for a taken address, InvalidFieldsError for a weak password."""

    def confirm(self, email: str, code: str) -> None:
        """Raises InvalidFieldsError when the code is not the one that was sent, or too old."""

    def account(self, person_id: str) -> Account | None: ...

    def rename(self, person_id: str, name: str) -> None: ...

    def set_roles(self, person_id: str, roles: frozenset[Role]) -> None:
        """Makes the groups exactly these; sessions begun before end."""

    def set_enabled(self, person_id: str, enabled: bool) -> None:
        """Whoever is not enabled cannot sign in or renew a token."""

    def remove(self, person_id: str) -> None:
        """Removing somebody who is gone changes nothing."""


class Profiles(Protocol):
    """The profile table. Every call raises UnavailableError when it does not answer."""

    def find(self, person_id: str) -> Person | None: ...

    def add(self, person: Person) -> bool:
        """False when there is a profile already: it stays as it is."""

    def replace(self, person: Person, seen_version: int) -> None:
        """Raises ConflictError unless the stored version is `seen_version`."""

    def newest(self, limit: int, position: str | None) -> PeoplePage: ...

    def with_email(self, email: str) -> tuple[Person, ...]: ...

    def remove(self, person_id: str) -> None: ...


class ManagePeople:
    """The use cases behind /users."""

    def __init__(self, directory: Directory, profiles: Profiles, now: Callable[[], float]) -> None:
        self._directory, self._profiles, self._now = directory, profiles, now

    def register(self, email: str, password: str, name: str) -> Person:
        """A new customer, who confirms the e-mail address next. Raises ConflictError, InvalidFieldsError."""
        moment = self._moment()
        person = Person(self._directory.sign_up(email, password, name), email.lower(), name, moment, moment)
        # If this does not come to pass, the first visit makes the profile up from the account.
        self._profiles.add(person)
        return person

    def confirm(self, email: str, code: str) -> None:
        """Raises InvalidFieldsError."""
        self._directory.confirm(email, code)

    def read(self, person_id: str) -> Person:
        """A person's profile, made from the account when there is none yet. Raises NotFoundError."""
        found = self._profiles.find(person_id)
        if found is not None:
            return found
        account = self._directory.account(person_id)
        if account is None:
            raise NotFoundError("person", person_id)
        person = self._from(account)
        return person if self._profiles.add(person) else self._profiles.find(person_id) or person

    def change(self, person_id: str, change: ProfileChange) -> Person:
        """Raises NotFoundError, ConflictError."""
        person = self.read(person_id)
        if change.seen_version is not None and change.seen_version != person.version:
            raise ConflictError("changed_meanwhile", f"The profile is at version {person.version}; read it again.")
        changed = replace(
            person,
            name=person.name if change.name is None else change.name,
            phone=person.phone if change.phone is None else change.phone,
            address=person.address if change.address is None else change.address,
        )
        if changed.name != person.name:
            self._directory.rename(person_id, changed.name)
        return self._replaced(changed)

    def newest(self, limit: int, position: str | None) -> PeoplePage:
        return self._profiles.newest(limit, position)

    def with_email(self, email: str) -> PeoplePage:
        return PeoplePage(self._profiles.with_email(email.lower()), None)

    def set_roles(self, by: Caller, person_id: str, roles: frozenset[Role]) -> Person:
        """Raises NotFoundError; ConflictError when changed meanwhile, or admins would take their own role away."""
        if by.caller_id == person_id and Role.ADMIN not in roles:
            raise ConflictError("own_role", "Another admin must take your role away.")
        person = self.read(person_id)
        held = roles | {Role.CUSTOMER}
        # The pool comes first: it alone decides what a token says; the profile only shows it.
        self._directory.set_roles(person_id, held)
        return self._replaced(replace(person, roles=held))

    def set_status(self, by: Caller, person_id: str, status: Status) -> Person:
        """Raises NotFoundError; ConflictError when changed meanwhile, or admins would lock themselves out."""
        if by.caller_id == person_id and status is Status.DISABLED:
            raise ConflictError("own_status", "Another admin must disable you.")
        person = self.read(person_id)
        self._directory.set_enabled(person_id, status is Status.ACTIVE)
        return self._replaced(replace(person, status=status))

    def _replaced(self, changed: Person) -> Person:
        newer = replace(changed, version=changed.version + 1, updated_at=self._moment())
        self._profiles.replace(newer, changed.version)
        return newer

    def _from(self, account: Account) -> Person:
        return Person(
            person_id=account.person_id,
            email=account.email.lower(),
            name=account.name,
            created_at=account.created_at,
            updated_at=self._moment(),
            roles=account.roles | {Role.CUSTOMER},
            status=Status.ACTIVE if account.enabled else Status.DISABLED,
        )

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)
