"""Bodies of /users and /api-keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, SecretStr, StringConstraints, model_validator

from orders.domain.api_keys import ApiKey
from orders.domain.people import Person, Status
from orders.domain.permissions import Permission, Role
from orders.web.shapes import Asked, ShortText, Shown

Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s<>\"(),:;\\]+@[^@\s]+\.[^@\s.]+$")
]
Phone = Annotated[str, StringConstraints(pattern=r"^(\+[1-9][0-9]{6,14})?$")]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
KeyScope = Literal[
    Permission.CATALOGUE_READ, Permission.CATALOGUE_WRITE, Permission.ORDERS_READ, Permission.ORDERS_FULFIL
]


class Registration(Asked):
    """Somebody new. The user pool's password policy decides about the password."""

    email: Email
    password: Annotated[SecretStr, Field(min_length=8, max_length=256)]
    name: ShortText


class Confirmation(Asked):
    """The code that was sent to the e-mail address."""

    email: Email
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class ProfileUpdate(Asked):
    """What to change; what is left out stays, an empty text removes. `version` refuses when somebody was faster."""

    name: ShortText | None = None
    phone: Phone | None = None
    address: Address | None = None
    version: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> ProfileUpdate:
        if not self.model_fields_set - {"version"}:
            raise ValueError("name at least one of name, phone, address")
        return self


class RolesUpdate(Asked):
    """The roles that somebody shall have; everybody is a customer anyway."""

    roles: Annotated[list[Role], Field(max_length=3)]


class StatusUpdate(Asked):
    """Whether somebody may sign in."""

    status: Status


class User(Shown):
    """A person's profile."""

    user_id: str
    email: str
    name: str
    phone: str
    address: str
    roles: list[Role]
    status: Status
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, person: Person) -> User:
        return cls(
            user_id=person.person_id,
            email=person.email,
            name=person.name,
            phone=person.phone,
            address=person.address,
            roles=sorted(person.roles),
            status=person.status,
            created_at=person.created_at,
            updated_at=person.updated_at,
            version=person.version,
        )


class UserList(Shown):
    """One page, newest first; without `nextToken` it is the last."""

    users: list[User]
    next_token: str | None = None


class NewKey(Asked):
    """A key for an integration."""

    name: ShortText
    scopes: Annotated[list[KeyScope], Field(min_length=1, max_length=4)]
    expires_at: AwareDatetime | None = None


class Key(Shown):
    """A key as admins see it: never its secret."""

    key_id: str
    name: str
    scopes: list[Permission]
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @classmethod
    def of(cls, key: ApiKey) -> Key:
        return cls(
            key_id=key.key_id,
            name=key.name,
            scopes=sorted(key.scopes),
            created_at=datetime.fromtimestamp(key.created_at, UTC),
            created_by=key.created_by,
            expires_at=_moment(key.expires_at),
            revoked_at=_moment(key.revoked_at),
        )


class IssuedKey(Key):
    """The only answer that ever has the key itself."""

    api_key: str


class KeyList(Shown):
    """One page, newest first; without `nextToken` it is the last."""

    keys: list[Key]
    next_token: str | None = None


def _moment(epoch: float | None) -> datetime | None:
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC)
