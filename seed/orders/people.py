"""Demo people in the user pool, with a password that works and the groups of their roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seed.orders.data import PASSWORD, DemoPerson


@dataclass(frozen=True, slots=True)
class Pool:
    """The user pool and the client that people sign in with."""

    cognito: Any
    pool_id: str
    client_id: str

    def ensure(self, people: Sequence[DemoPerson]) -> int:
        """How many were created; who is there stays as is."""
        return sum(self._ensure(person) for person in people)

    def token(self, email: str) -> str:
        """An access token."""
        answer = self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])

    def _ensure(self, person: DemoPerson) -> bool:
        attributes = {"email": person.email, "email_verified": "true", "name": person.name}
        try:
            self.cognito.admin_create_user(
                UserPoolId=self.pool_id,
                Username=person.email,
                UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
                MessageAction="SUPPRESS",
            )
        except self.cognito.exceptions.UsernameExistsException:
            created = False
        else:
            created = True
        whom = {"UserPoolId": self.pool_id, "Username": person.email}
        if created or self.cognito.admin_get_user(**whom)["UserStatus"] != "CONFIRMED":
            # A loading that was cut off left somebody without password or groups.
            for role in ("customer", *person.roles):
                self.cognito.admin_add_user_to_group(**whom, GroupName=role)
            self.cognito.admin_set_user_password(**whom, Password=PASSWORD, Permanent=True)
        return created
