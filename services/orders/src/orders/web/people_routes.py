"""/users and /api-keys: everybody's own profile, and what admins do."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from orders.domain.paging import PageTokens
from orders.domain.people import ProfileChange, Status
from orders.services.people import ManagePeople
from orders.web.caller import caller
from orders.web.people_models import (
    Confirmation,
    Email,
    ProfileUpdate,
    Registration,
    RolesUpdate,
    StatusUpdate,
    User,
    UserList,
)
from orders.web.shapes import Asked, Limit, NextToken, PersonId

_PersonId = Annotated[PersonId, Path()]


class PeopleQuery(Asked):
    """Everybody, newest first, or who has an e-mail address."""

    email: Email | None = None
    limit: Limit = 20
    next_token: NextToken | None = None


class PeopleRoutes:
    """Who may call which of these is in access.py."""

    def __init__(self, people: ManagePeople, tokens: PageTokens) -> None:
        self._people, self._tokens = people, tokens
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router = self._router
        router.post("/users", summary="Register")(self.register)
        router.post("/users/confirm", summary="Confirm the e-mail address")(self.confirm)
        router.get("/users/me", summary="Read your profile")(self.me)
        router.put("/users/me", summary="Change your profile")(self.change_me)
        router.get("/users", summary="List people")(self.listed)
        router.get("/users/<user_id>", summary="Read a profile")(self.read)
        router.put("/users/<user_id>/roles", summary="Give somebody roles")(self.set_roles)
        router.put("/users/<user_id>/status", summary="Let somebody sign in or not")(self.set_status)
        return router

    def register(self, asked: Annotated[Registration, Body()]) -> tuple[User, int]:
        person = self._people.register(asked.email, asked.password.get_secret_value(), asked.name)
        return User.of(person), 201

    def confirm(self, asked: Annotated[Confirmation, Body()]) -> tuple[None, int]:
        self._people.confirm(asked.email, asked.code)
        return None, 204

    def me(self) -> User:
        return User.of(self._people.read(self._caller_id()))

    def change_me(self, asked: Annotated[ProfileUpdate, Body()]) -> User:
        change = ProfileChange(asked.name, asked.phone, asked.address, asked.version)
        return User.of(self._people.change(self._caller_id(), change))

    def listed(self, query: Annotated[PeopleQuery, Query()]) -> UserList:
        if query.email is not None:
            page = self._people.with_email(query.email)
        else:
            page = self._people.newest(query.limit, self._tokens.position("people", query.next_token))
        return UserList(
            users=[User.of(person) for person in page.people], next_token=self._tokens.sign("people", page.position)
        )

    def read(self, user_id: _PersonId) -> User:
        return User.of(self._people.read(user_id))

    def set_roles(self, user_id: _PersonId, asked: Annotated[RolesUpdate, Body()]) -> User:
        by = caller(self._router.current_event.raw_event)
        return User.of(self._people.set_roles(by, user_id, frozenset(asked.roles)))

    def set_status(self, user_id: _PersonId, asked: Annotated[StatusUpdate, Body()]) -> User:
        by = caller(self._router.current_event.raw_event)
        return User.of(self._people.set_status(by, user_id, Status(asked.status)))

    def _caller_id(self) -> str:
        return caller(self._router.current_event.raw_event).caller_id
