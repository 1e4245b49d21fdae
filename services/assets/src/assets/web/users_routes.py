"""/users and /users/{userId}."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from assets.domain.managing_users import ManageUsers, NewUser, UserChange
from assets.domain.model import User
from assets.web.described import BODY_ERRORS, answers
from assets.web.models import CreateUser, UpdateUser, UserList, UserView
from assets.web.paging import DEFAULT_LIMIT, Limit, NextToken, one_page
from assets.web.request import idempotency_key, seen_version

router = APIGatewayHttpRouter()
_JSON = "application/json"
_NO_STORE = {"cache-control": "no-store"}


@router.post("/users", summary="Create a user", tags=["Users"], responses=answers(201, UserView, *BODY_ERRORS, 409))
def create_user(
    wanted: CreateUser,
    _key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)] = None,
) -> Response[UserView]:
    expires_at = int(wanted.expires_at.timestamp()) if wanted.expires_at else None
    wish = NewUser(wanted.email, wanted.name, wanted.department, expires_at)
    user = _users().create(wish, idempotency_key(router.current_event.raw_event))
    return _shown(user, 201, {"location": f"/users/{user.user_id}"})


@router.get("/users", summary="List users, newest first", tags=["Users"], responses=answers(200, UserList, 400))
def list_users(
    limit: Limit = DEFAULT_LIMIT,
    next_token: NextToken = None,
    email: Annotated[str | None, Query(max_length=254, description="Only the user with this address")] = None,
) -> Response[dict[str, Any]]:
    if email is not None:
        found, token = _users().with_email(email), None
    else:
        found, token = _users().newest(limit, next_token)
    listed = UserList(users=[UserView.of(user) for user in found], next_token=token)
    return Response(200, _JSON, one_page(listed), headers=_NO_STORE)


@router.get("/users/<userId>", summary="Read a user", tags=["Users"], responses=answers(200, UserView, 404))
def read_user(userId: str) -> Response[UserView]:  # noqa: N803 - the name in the template's path
    return _shown(_users().read(userId))


@router.put(
    "/users/<userId>", summary="Change a user", tags=["Users"], responses=answers(200, UserView, *BODY_ERRORS, 404, 409)
)
def change_user(
    userId: str,  # noqa: N803
    wanted: UpdateUser,
    _version: Annotated[str | None, Header(alias="If-Match", description="The version that was seen")] = None,
) -> Response[UserView]:
    given = wanted.model_fields_set
    change = UserChange(
        email=wanted.email,
        name=wanted.name,
        department=wanted.department,
        forget_department=wanted.department is None and "department" in given,
        expires_at=int(wanted.expires_at.timestamp()) if wanted.expires_at else None,
        forget_expiry=wanted.expires_at is None and "expires_at" in given,
        seen_version=seen_version(router.current_event.raw_event),
    )
    return _shown(_users().change(userId, change))


@router.delete("/users/<userId>", summary="Delete a user", tags=["Users"], responses=answers(204, None, 404, 409))
def delete_user(userId: str) -> Response[None]:  # noqa: N803
    _users().delete(userId)
    return Response(204)


def _users() -> ManageUsers:
    found: ManageUsers = router.context["users"]
    return found


def _shown(user: User, status: int = 200, headers: dict[str, str] | None = None) -> Response[UserView]:
    view = UserView.of(user)
    return Response(status, _JSON, view, headers={**_NO_STORE, "etag": f'"{view.version}"', **(headers or {})})
