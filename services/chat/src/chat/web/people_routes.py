"""/users."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.domain.people import ManagePeople
from chat.web.people_models import PersonList, PersonView, Rename
from chat.web.request import user_id
from chat.web.shapes import BODY_ERRORS, JSON, SIGNED_IN, Limit, NextToken, answers, one_page


class PeopleRoutes:
    """Routes to the use cases of people."""

    def __init__(self, people: ManagePeople) -> None:
        self._people = people
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router, tags = self._router, ["People"]
        me, changed = answers(200, PersonView, *SIGNED_IN), answers(200, PersonView, *SIGNED_IN, *BODY_ERRORS)
        found = answers(200, PersonList, *SIGNED_IN, 400)
        router.get("/users/me", summary="Who the caller is", tags=tags, responses=me)(self.me)
        router.put("/users/me", summary="Change the display name", tags=tags, responses=changed)(self.rename)
        router.get("/users", summary="Find people, by name", tags=tags, responses=found)(self.search)
        return router

    def me(self) -> Response[PersonView]:
        return Response(200, JSON, PersonView.of(self._people.read(self._caller())))

    def rename(self, wanted: Annotated[Rename, Body()]) -> Response[PersonView]:
        return Response(200, JSON, PersonView.of(self._people.rename(self._caller(), wanted.display_name)))

    def search(
        self,
        query: Annotated[str, Query(min_length=1, max_length=60, description="How a name or display name begins")],
        limit: Limit = 20,
        next_token: NextToken = None,
    ) -> Response[dict[str, Any]]:
        found, token = self._people.search(query, limit, next_token)
        listed = PersonList(users=[PersonView.of(one) for one in found], next_token=token)
        return Response(200, JSON, one_page(listed))

    def _caller(self) -> str:
        return user_id(self._router.current_event.raw_event)
