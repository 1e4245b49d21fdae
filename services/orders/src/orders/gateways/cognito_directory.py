"""The Cognito user pool, where passwords, factors, groups and sessions live.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orders.domain.errors import ConflictError, InvalidFieldsError, NotFoundError, UnavailableError
from orders.domain.people import Account
from orders.domain.permissions import Role

_SAID = {
    "InvalidPasswordException": ("password", "does not satisfy the password policy"),
    "CodeMismatchException": ("code", "is not the code that was sent"),
    "ExpiredCodeException": ("code", "is not the code that was sent, or it is too old"),
    "NotAuthorizedException": ("code", "is not needed any more"),
}


class CognitoDirectory:
    """Implements the port Directory."""

    def __init__(self, client: Any, pool_id: str, client_id: str) -> None:
        self._client, self._pool_id, self._client_id = client, pool_id, client_id

    def sign_up(self, email: str, password: str, name: str) -> str:
        attributes = [{"Name": "email", "Value": email}, {"Name": "name", "Value": name}]
        with _answering():
            answer = self._client.sign_up(
                ClientId=self._client_id, Username=email, Password=password, UserAttributes=attributes
            )
        return str(answer["UserSub"])

    def confirm(self, email: str, code: str) -> None:
        with _answering():
            try:
                self._client.confirm_sign_up(ClientId=self._client_id, Username=email, ConfirmationCode=code)
            except self._client.exceptions.UserNotFoundException as error:
                # Nobody learns here who has an account.
                raise InvalidFieldsError(("code", "is not the code that was sent")) from error

    def account(self, person_id: str) -> Account | None:
        try:
            with _answering():
                found = self._client.admin_get_user(UserPoolId=self._pool_id, Username=person_id)
        except NotFoundError:
            return None
        attributes = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
        return _account(person_id, found, attributes, self._roles(person_id))

    def rename(self, person_id: str, name: str) -> None:
        with _answering():
            self._client.admin_update_user_attributes(
                UserPoolId=self._pool_id, Username=person_id, UserAttributes=[{"Name": "name", "Value": name}]
            )

    def set_roles(self, person_id: str, roles: frozenset[Role]) -> None:
        held = self._roles(person_id)
        with _answering():
            for role in sorted(roles - held):
                self._client.admin_add_user_to_group(UserPoolId=self._pool_id, Username=person_id, GroupName=role.value)
            for role in sorted(held - roles):
                self._client.admin_remove_user_from_group(
                    UserPoolId=self._pool_id, Username=person_id, GroupName=role.value
                )
            if held - roles:
                self._client.admin_user_global_sign_out(UserPoolId=self._pool_id, Username=person_id)

    def set_enabled(self, person_id: str, enabled: bool) -> None:
        with _answering():
            if enabled:
                self._client.admin_enable_user(UserPoolId=self._pool_id, Username=person_id)
            else:
                self._client.admin_disable_user(UserPoolId=self._pool_id, Username=person_id)
                self._client.admin_user_global_sign_out(UserPoolId=self._pool_id, Username=person_id)

    def remove(self, person_id: str) -> None:
        try:
            with _answering():
                self._client.admin_delete_user(UserPoolId=self._pool_id, Username=person_id)
        except NotFoundError:
            return

    def _roles(self, person_id: str) -> frozenset[Role]:
        names: list[str] = []
        with _answering():
            pages = self._client.get_paginator("admin_list_groups_for_user")
            for page in pages.paginate(UserPoolId=self._pool_id, Username=person_id):
                names += [group["GroupName"] for group in page["Groups"]]
        return frozenset(role for role in Role if role.value in names)


def _account(
    person_id: str, found: Mapping[str, Any], attributes: Mapping[str, str], roles: frozenset[Role]
) -> Account:
    created_at: datetime = found["UserCreateDate"]
    return Account(
        person_id=person_id,
        email=attributes.get("email", ""),
        name=attributes.get("name", ""),
        created_at=created_at.astimezone(UTC),
        roles=roles,
        enabled=bool(found["Enabled"]),
        confirmed=found["UserStatus"] != "UNCONFIRMED",
    )


@contextmanager
def _answering() -> Iterator[None]:
    """Cognito's errors as ours."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "UsernameExistsException":
            raise ConflictError("email_taken", "Somebody is registered with this e-mail address.") from error
        if code == "UserNotFoundException":
            raise NotFoundError("person", "") from error
        if code in _SAID:
            raise InvalidFieldsError(_SAID[code]) from error
        raise UnavailableError(f"Cognito: {code}") from error
    except BotoCoreError as error:
        raise UnavailableError(f"Cognito: {type(error).__name__}") from error
