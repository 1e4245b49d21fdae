"""A Lambda authorizer in front of a route: who is asked, who may pass, what is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model import Authorizer, Route
from tests.fakes.http_apis import FakeSystem, system

SOURCES = ("$request.header.Authorization",)
ROUTES = (
    Route("GET", "/a", "Worker", authorizer="Guard"),
    Route("GET", "/b", "Worker", authorizer="Guard"),
)
TOKEN = {"Authorization": "Bearer one"}


def guarded(verdict: Any, **values: Any) -> FakeSystem:
    """A system whose authorizer answers `verdict` (or raises it) and whose worker answers its event."""

    def handler(event: dict[str, Any]) -> Any:
        if event.get("type") != "REQUEST":
            return {"statusCode": 200, "body": "in"}
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    fields = {"identity_sources": SOURCES, "simple_responses": True, "function": "Guard", **values}
    return system(*ROUTES, authorizers={"Guard": Authorizer("Guard", "lambda", **fields)}, answer=handler)


def asked(here: FakeSystem) -> list[dict[str, Any]]:
    return [event for event in here.invoker.events if event.get("type") == "REQUEST"]


def policy(effect: str, resource: Any, action: str = "execute-api:Invoke", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def test_missing_identity_source_is_401_without_asking() -> None:
    here = guarded({"isAuthorized": True})
    response = here.client().get("/a")
    assert (response.status_code, response.get_data()) == (401, b'{"message":"Unauthorized"}')
    assert here.invoker.events == []


def test_allowed_request_carries_the_context_to_the_function() -> None:
    here = guarded({"isAuthorized": True, "context": {"userId": "u-1", "roles": ["admin"]}})
    assert here.client().get("/a", headers=TOKEN).get_data() == b"in"
    authorizer = here.invoker.events[-1]["requestContext"]["authorizer"]
    assert authorizer == {"lambda": {"userId": "u-1", "roles": ["admin"]}}


def test_authorizer_is_asked_with_the_route_and_the_identity() -> None:
    here = guarded({"isAuthorized": True})
    here.client().get("/a", headers=TOKEN)
    event = asked(here)[0]
    assert event["identitySource"] == ["Bearer one"]
    assert event["routeArn"] == "arn:aws:execute-api:us-east-1:000000000000:abc123def4/$default/GET/a"
    assert event["routeKey"] == "GET /a"


def test_denied_request_is_403() -> None:
    response = guarded({"isAuthorized": False}).client().get("/a", headers=TOKEN)
    assert (response.status_code, response.get_data()) == (403, b'{"message":"Forbidden"}')


@pytest.mark.parametrize("verdict", [ValueError("no"), "yes", {"isAuthorized": "true"}, {}, None])
def test_authorizer_that_throws_or_answers_nonsense_is_500(verdict: Any) -> None:
    here = guarded(verdict)
    response = here.client().get("/a", headers=TOKEN)
    assert (response.status_code, response.get_data()) == (500, b'{"message":"Internal Server Error"}')
    here.client().get("/a", headers=TOKEN)
    assert len(asked(here)) == 2


def test_answer_is_remembered_for_the_ttl_and_for_all_routes() -> None:
    here = guarded({"isAuthorized": True}, ttl_s=300)
    client = here.client()
    client.get("/a", headers=TOKEN)
    client.get("/b", headers=TOKEN)
    here.clock.move(299)
    client.get("/a", headers=TOKEN)
    assert len(asked(here)) == 1
    here.clock.move(2)
    client.get("/a", headers=TOKEN)
    client.get("/a", headers={"Authorization": "Bearer two"})
    assert len(asked(here)) == 3


def test_route_key_as_identity_source_remembers_per_route() -> None:
    here = guarded({"isAuthorized": True}, identity_sources=(*SOURCES, "$context.routeKey"))
    for path in ("/a", "/b", "/a"):
        here.client().get(path, headers=TOKEN)
    assert len(asked(here)) == 2


def test_ttl_of_zero_asks_every_time() -> None:
    here = guarded({"isAuthorized": True}, ttl_s=0)
    for _ in range(2):
        here.client().get("/a", headers=TOKEN)
    assert len(asked(here)) == 2


def test_without_identity_sources_every_request_is_asked() -> None:
    here = guarded({"isAuthorized": True}, identity_sources=())
    for _ in range(2):
        assert here.client().get("/a").status_code == 200
    assert len(asked(here)) == 2


def test_remembered_policy_is_evaluated_for_each_route() -> None:
    arn = "arn:aws:execute-api:us-east-1:000000000000:abc123def4/$default/GET/a"
    here = guarded(policy("Allow", arn), simple_responses=False)
    assert here.client().get("/a", headers=TOKEN).status_code == 200
    assert here.client().get("/b", headers=TOKEN).status_code == 403
    assert len(asked(here)) == 1


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (policy("Allow", "*"), 200),
        (policy("Allow", ["arn:aws:execute-api:*:*:*/$default/GET/*"], "execute-api:*"), 200),
        (policy("Allow", "*", "lambda:InvokeFunction"), 403),
        (policy("Deny", "*"), 403),
        (policy("Allow", "*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), 403),
        ({"principalId": "ada", "policyDocument": {"Statement": []}}, 500),
        ({"policyDocument": policy("Allow", "*")["policyDocument"]}, 500),
        ({"principalId": "ada"}, 500),
    ],
)
def test_policy_decides(verdict: Any, status: int) -> None:
    here = guarded(verdict, simple_responses=False)
    assert here.client().get("/a", headers=TOKEN).status_code == status


def test_explicit_deny_wins_over_allow() -> None:
    answer = policy("Allow", "*")
    answer["policyDocument"]["Statement"].append({"Effect": "Deny", "Action": "*", "Resource": "*/GET/a"})
    here = guarded(answer, simple_responses=False)
    assert here.client().get("/a", headers=TOKEN).status_code == 403
    assert here.client().get("/b", headers=TOKEN).status_code == 200


def test_format_1_0_has_the_token_and_the_method_arn() -> None:
    here = guarded(policy("Allow", "*"), payload_version="1.0", simple_responses=False)
    assert here.client().get("/a?x=1", headers=TOKEN).status_code == 200
    event = asked(here)[0]
    assert event["authorizationToken"] == "Bearer one"
    assert event["methodArn"].endswith("/$default/GET/a")
    assert event["queryStringParameters"] == {"x": "1"}
