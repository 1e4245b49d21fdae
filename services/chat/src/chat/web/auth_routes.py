"""/auth: registering, signing in, staying signed in, signing out. No token is asked for."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from chat.domain.signing_in import SignIn
from chat.web.people_models import Login, PersonView, Refresh, Register, TokensView
from chat.web.request import idempotency_key
from chat.web.shapes import BODY_ERRORS, JSON, IdempotencyKey, answers


class AuthRoutes:
    """Routes to the use cases of signing in. `expires_in_s` is how long an access token is valid."""

    def __init__(self, sign_in: SignIn, expires_in_s: int) -> None:
        self._sign_in, self._expires_in_s = sign_in, expires_in_s
        self._router = APIGatewayHttpRouter()

    def router(self) -> APIGatewayHttpRouter:
        router = self._router
        for path, route, summary, told in (
            ("register", self.register, "Register", answers(201, PersonView, *BODY_ERRORS, 409)),
            ("login", self.login, "Sign in", answers(200, TokensView, *BODY_ERRORS, 401)),
            ("refresh", self.refresh, "Stay signed in", answers(200, TokensView, *BODY_ERRORS, 401)),
            ("logout", self.logout, "Sign out", answers(204, None, *BODY_ERRORS)),
        ):
            router.post(f"/auth/{path}", summary=summary, tags=["Auth"], responses=told)(route)
        return router

    def register(self, wanted: Annotated[Register, Body()], _key: IdempotencyKey = None) -> Response[PersonView]:
        key = idempotency_key(self._router.current_event.raw_event)
        made = self._sign_in.register(wanted.name, wanted.password.get_secret_value(), wanted.display_name, key)
        return Response(201, JSON, PersonView.of(made), headers={"location": "/users/me"})

    def login(self, wanted: Annotated[Login, Body()]) -> Response[TokensView]:
        tokens = self._sign_in.sign_in(wanted.name, wanted.password.get_secret_value())
        return Response(200, JSON, TokensView.of(tokens, self._expires_in_s))

    def refresh(self, wanted: Annotated[Refresh, Body()]) -> Response[TokensView]:
        tokens = self._sign_in.again(wanted.refresh_token.get_secret_value())
        return Response(200, JSON, TokensView.of(tokens, self._expires_in_s))

    def logout(self, wanted: Annotated[Refresh, Body()]) -> Response[None]:
        self._sign_in.sign_out(wanted.refresh_token.get_secret_value())
        return Response(204)
