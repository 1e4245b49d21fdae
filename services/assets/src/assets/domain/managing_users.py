"""Creates, lists, reads, changes and deletes users."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TypeVar
from uuid import uuid4

from assets.domain.errors import ChangedMeanwhileError, InvalidFieldError, UserNotFoundError
from assets.domain.idempotency import once
from assets.domain.model import User
from assets.domain.paging import PageTokens
from assets.domain.ports import Answered, Now, Users

_LIST = "users"
_TRIES = 5
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a caller asks for. `expires_at` in seconds since the epoch; None lasts for ever."""

    email: str
    name: str
    department: str | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class UserChange:
    """What shall change of a user: None leaves as is, the `forget_…` take away."""

    email: str | None = None
    name: str | None = None
    department: str | None = None
    forget_department: bool = False
    expires_at: int | None = None
    forget_expiry: bool = False
    seen_version: int | None = None


class ManageUsers:
    """The use cases behind /users."""

    def __init__(self, users: Users, tokens: PageTokens, now: Now) -> None:
        self._users, self._tokens, self._now = users, tokens, now

    def create(self, wish: NewUser, key: str | None) -> User:
        """The new user, or the one this Idempotency-Key made before.

        Raises InvalidFieldError, EmailTakenError, KeyReusedError, UnavailableError.
        """

        def do(answered: Callable[[str], Answered | None]) -> User:
            self._check_expiry(wish.expires_at)
            now = self._now_ms()
            user = User(str(uuid4()), _normal(wish.email), wish.name, wish.department, now, now, wish.expires_at)
            self._users.add(user, answered(json.dumps(asdict(user))))
            return user

        return once(self._users, key, asdict(wish), do, lambda answer: User(**json.loads(answer)))

    def read(self, user_id: str) -> User:
        """Raises UserNotFoundError."""
        user = self._users.find(user_id)
        if user is None:
            raise UserNotFoundError("There is no user with this id.")
        return user

    def with_email(self, email: str) -> list[User]:
        """One user or none."""
        user = self._users.with_email(_normal(email))
        return [user] if user is not None else []

    def newest(self, limit: int, token: str | None) -> tuple[list[User], str | None]:
        """One page, newest first, and the nextToken; raises ForgedTokenError."""
        page = self._users.newest(limit, self._tokens.position(_LIST, token))
        return list(page.records), self._tokens.sign(_LIST, page.position)

    def change(self, user_id: str, change: UserChange) -> User:
        """The changed user. Raises as `read`, InvalidFieldError, EmailTakenError, ChangedMeanwhileError."""
        self._check_expiry(change.expires_at)

        def do(seen: User) -> User:
            if change.seen_version not in (None, seen.updated_at):
                raise ChangedMeanwhileError(f"The user is at version {seen.updated_at}; read it again.")
            changed = self._changed(seen, change)
            self._users.replace(changed, seen)
            return changed

        return self._on_latest(user_id, do)

    def delete(self, user_id: str) -> None:
        """Raises as `read`, ChangedMeanwhileError."""
        self._on_latest(user_id, self._users.remove)

    def _on_latest(self, user_id: str, do: Callable[[User], Result]) -> Result:
        """Reads and does, again when somebody else wrote in between: both changes count."""
        for _ in range(_TRIES - 1):
            seen = self.read(user_id)
            try:
                return do(seen)
            except ChangedMeanwhileError:
                if self.read(user_id) == seen:
                    raise
        return do(self.read(user_id))

    def _changed(self, user: User, change: UserChange) -> User:
        return replace(
            user,
            email=_normal(change.email) if change.email is not None else user.email,
            name=change.name if change.name is not None else user.name,
            department=None if change.forget_department else change.department or user.department,
            expires_at=None if change.forget_expiry else change.expires_at or user.expires_at,
            updated_at=max(self._now_ms(), user.updated_at + 1),
        )

    def _check_expiry(self, expires_at: int | None) -> None:
        if expires_at is not None and expires_at <= self._now():
            raise InvalidFieldError("expiresAt", "must be in the future")

    def _now_ms(self) -> int:
        return int(self._now() * 1000)


def _normal(email: str) -> str:
    """Addresses that differ only in case lead to the same mailbox wherever mail is read today."""
    return email.strip().lower()
