"""Bodies of /auth and /users. What names and passwords may be is the domain's business."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from chat.domain.model import Person
from chat.domain.signing_in import Tokens
from chat.web.shapes import Asked, Shown


def _encodable(secret: SecretStr) -> SecretStr:
    """JSON may have half a surrogate pair, which is no character: pydantic refuses it in texts, not in secrets."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("has something that is no character") from None
    return secret


_Text = Annotated[str, StringConstraints(max_length=256)]
_Password = Annotated[SecretStr, Field(max_length=256), AfterValidator(_encodable)]
_RefreshToken = Annotated[SecretStr, Field(max_length=2048)]


class Register(Asked):
    """Who somebody wants to be. `displayName` is `name` when left out."""

    name: _Text
    password: _Password
    display_name: _Text | None = None


class Login(Asked):
    """Who somebody says to be."""

    name: _Text
    password: _Password


class Refresh(Asked):
    """The session to go on with, or to end."""

    refresh_token: _RefreshToken


class Rename(Asked):
    """What somebody wants to be shown as."""

    display_name: _Text


class PersonView(Shown):
    """Somebody who registered."""

    user_id: str
    name: str
    display_name: str

    @classmethod
    def of(cls, person: Person) -> PersonView:
        return cls(user_id=person.user_id, name=person.name, display_name=person.display_name)


class TokensView(Shown):
    """`expiresIn` is of the access token, in seconds. A refresh token works once."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: PersonView

    @classmethod
    def of(cls, tokens: Tokens, expires_in_s: int) -> TokensView:
        return cls(
            access_token=tokens.access,
            refresh_token=tokens.refresh,
            expires_in=expires_in_s,
            user=PersonView.of(tokens.person),
        )


class PersonList(Shown):
    """One page, by name; `nextToken` is absent on the last."""

    users: list[PersonView]
    next_token: str | None = None
