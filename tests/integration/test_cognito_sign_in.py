"""Users of a local pool sign in and call an HTTP API behind a JWT authorizer, with the pool's real keys."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from emulator.app.local_issuers import local_issuers
from emulator.backends import Backend
from emulator.cloud import Clients, Cloud
from emulator.gateway import create_app
from emulator.model import Authorizer, Created, Place, Resource, RestAuthorizer, Route, Stack
from tests.fakes.http_apis import FakeAsyncInvoker, api
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_apis import method, rest_api
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function

PASSWORD = "Correct-horse-1"
Ensure = Callable[..., Created]


@pytest.fixture
def cloud(backend: Backend, stack: str) -> Cloud:
    return Cloud(backend.endpoints, region="us-east-1", account_id="000000000000", stack=stack)


@pytest.fixture
def ensure(cloud: Cloud) -> Ensure:
    def ensure(type: str, logical_id: str = "Thing", **properties: Any) -> Created:
        return cloud.ensure(Resource(logical_id, f"AWS::Cognito::{type}", Place("template.yaml", 7)), properties)

    return ensure


@dataclass(frozen=True)
class People:
    """A pool with a client and a group of staff."""

    idp: Any
    pool: Created
    client: Created

    def admit(self, name: str, *groups: str) -> None:
        self.idp.admin_create_user(UserPoolId=self.pool.physical_id, Username=name, MessageAction="SUPPRESS")
        self.idp.admin_set_user_password(
            UserPoolId=self.pool.physical_id, Username=name, Password=PASSWORD, Permanent=True
        )
        for group in groups:
            self.idp.admin_add_user_to_group(UserPoolId=self.pool.physical_id, Username=name, GroupName=group)

    def sign_in(self, name: str) -> dict[str, str]:
        """{"AccessToken", "IdToken", …}"""
        answer = self.idp.initiate_auth(
            ClientId=self.client.physical_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens


@pytest.fixture
def people(ensure: Ensure, clients: Clients) -> People:
    return admit_people(ensure, clients, "Shop")


def admit_people(ensure: Ensure, clients: Clients, name: str) -> People:
    pool = ensure("UserPool", name)
    client = ensure(
        "UserPoolClient",
        f"{name}Client",
        UserPoolId=pool.physical_id,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    for group in ("admin", "staff"):
        ensure("UserPoolGroup", f"{name}{group}", UserPoolId=pool.physical_id, GroupName=group)
    return People(clients.get("cognito-idp"), pool, client)


def served(stack: Stack, answer: Callable[[Any], Any], backend: Backend, clock: MovedClock) -> Any:
    """A client of the stack's gateway."""
    app = create_app(
        stack,
        ScriptedInvoker(answer),
        FakeAsyncInvoker(),
        clock,
        status=dict,
        access_log=lambda _api, _line: None,
        port=3001,
        public_host="127.0.0.1",
        published_keys=local_issuers(stack, backend.endpoints),
    )
    return app.test_client()


class Api:
    """An HTTP API with `GET /me` for whoever signed in, and `GET /orders` for a scope nobody has by signing in."""

    def __init__(self, backend: Backend, people: People, clock: MovedClock) -> None:
        authorizer = Authorizer(
            "Users",
            "jwt",
            ("$request.header.Authorization",),
            issuer=people.pool.attributes["ProviderURL"],
            audience=(people.client.physical_id,),
        )
        routes = (
            Route("GET", "/me", "Worker", authorizer="Users"),
            Route("GET", "/orders", "Worker", authorizer="Users", scopes=("orders/read",)),
            Route("GET", "/profile", "Worker", authorizer="Users", scopes=("aws.cognito.signin.user.admin",)),
        )
        here = api(*routes, authorizers={"Users": authorizer})
        stack = Stack("demo", Path("t.yaml"), "us-east-1", "0" * 12, {"Worker": function()}, http_apis={"Api": here})
        self._client = served(stack, lambda event: event["requestContext"]["authorizer"]["jwt"], backend, clock)

    def get(self, path: str, token: str) -> Any:
        return self._client.get(path, headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def clock() -> MovedClock:
    # A minute ahead, as it stands still while the backend dates the tokens of a slow test.
    return MovedClock(time.time() + 60)


@pytest.fixture
def shop(backend: Backend, people: People, clock: MovedClock) -> Api:
    people.admit("ada", "admin", "staff")
    return Api(backend, people, clock)


def test_tokens_of_the_pool_open_the_api(shop: Api, people: People) -> None:
    tokens = people.sign_in("ada")
    by_id, by_access = shop.get("/me", tokens["IdToken"]), shop.get("/me", tokens["AccessToken"])
    assert (by_id.status_code, by_access.status_code) == (200, 200)
    assert by_id.json["claims"]["cognito:groups"] == "[admin staff]"
    assert by_id.json["claims"]["iss"] == people.pool.attributes["ProviderURL"]
    assert by_access.json["claims"]["client_id"] == people.client.physical_id


def test_token_of_another_pool_is_refused(shop: Api, ensure: Ensure, clients: Clients) -> None:
    others = admit_people(ensure, clients, "Other")
    others.admit("eve")
    refused = shop.get("/me", others.sign_in("eve")["IdToken"])
    assert (refused.status_code, refused.json) == (401, {"message": "Unauthorized"})


def test_token_for_another_client_of_the_pool_is_refused(shop: Api, people: People, ensure: Ensure) -> None:
    client = ensure(
        "UserPoolClient",
        "AnotherClient",
        UserPoolId=people.pool.physical_id,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )
    tokens = People(people.idp, people.pool, client).sign_in("ada")
    assert shop.get("/me", tokens["IdToken"]).status_code == 401
    assert shop.get("/me", tokens["AccessToken"]).status_code == 401


def test_expired_token_is_refused(shop: Api, people: People, clock: MovedClock) -> None:
    token = people.sign_in("ada")["IdToken"]
    clock.move(3_601)
    assert "expired" in shop.get("/me", token).headers["www-authenticate"]


def test_missing_scope_is_forbidden(shop: Api, people: People) -> None:
    tokens = people.sign_in("ada")
    assert shop.get("/orders", tokens["AccessToken"]).status_code == 403
    passed = shop.get("/profile", tokens["AccessToken"])
    assert (passed.status_code, passed.json["scopes"]) == (200, ["aws.cognito.signin.user.admin"])


def test_forged_signature_is_refused(shop: Api, people: People) -> None:
    """Signed by somebody else under the very key id that the pool published."""
    token = people.sign_in("ada")["IdToken"]
    stranger = RSAKey.generate_key(2048)
    head, body, _ = token.split(".")
    forged_signature = jwt.encode({"alg": "RS256"}, {"sub": str(uuid.uuid4())}, stranger).split(".")[2]
    assert "signature" in shop.get("/me", f"{head}.{body}.{forged_signature}").headers["www-authenticate"]


def test_person_who_signs_up_and_confirms_gets_in(shop: Api, people: People) -> None:
    client = people.client.physical_id
    people.idp.sign_up(ClientId=client, Username="bob", Password=PASSWORD)
    people.idp.admin_confirm_sign_up(UserPoolId=people.pool.physical_id, Username="bob")
    claims = shop.get("/me", people.sign_in("bob")["IdToken"]).json["claims"]
    assert claims["cognito:username"] == "bob"
    assert "cognito:groups" not in claims


def test_second_up_keeps_users_and_their_tokens(ensure: Ensure, clients: Clients, shop: Api, people: People) -> None:
    token = people.sign_in("ada")["IdToken"]
    again = admit_people(ensure, clients, "Shop")
    assert (again.pool.physical_id, again.client.physical_id) == (people.pool.physical_id, people.client.physical_id)
    assert shop.get("/me", token).status_code == 200
    assert shop.get("/me", again.sign_in("ada")["IdToken"]).status_code == 200


def test_tokens_of_the_pool_open_a_rest_api(backend: Backend, people: People, clock: MovedClock) -> None:
    """Its authorizer takes ID tokens, and access tokens only for methods with scopes."""
    people.admit("ada", "admin", "staff")
    pool = RestAuthorizer(
        "Users", "cognito", ("method.request.header.Authorization",), user_pool_arns=(people.pool.attributes["Arn"],)
    )
    scopes = ("aws.cognito.signin.user.admin",)
    here = rest_api(
        method(path="/me", authorizer="Users"),
        method(path="/profile", authorizer="Users", scopes=scopes),
        authorizers={"Users": pool},
    )
    stack = Stack("demo", Path("t.yaml"), "us-east-1", "0" * 12, {"Worker": function()}, rest_apis={"Api": here})
    client = served(stack, _shown, backend, clock)
    tokens = people.sign_in("ada")

    def get(path: str, token: str) -> tuple[int, Any]:
        answer = client.get(f"/Prod{path}", headers={"authorization": tokens[token]})
        return answer.status_code, answer.json

    status, claims = get("/me", "IdToken")
    assert (status, claims["cognito:groups"], claims["token_use"]) == (200, "admin,staff", "id")
    assert get("/profile", "AccessToken")[0] == 200
    assert get("/me", "AccessToken") == (401, {"message": "Unauthorized"})
    assert get("/profile", "IdToken") == (401, {"message": "Unauthorized"})
    clock.move(3_601)
    assert get("/me", "IdToken") == (401, {"message": "The incoming token has expired"})


def _shown(event: Any) -> Any:
    """What the authorizer told the function, as the body of a proxy answer."""
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"]["claims"])}
