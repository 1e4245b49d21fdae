"""A whole REST API under attack: whatever is sent, only who may gets through to the function."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model import ApiKey, Quota, RequestValidation, RestAuthorizer, UsagePlan
from emulator.payloads.http_message import HttpResponse
from tests.fakes.function_urls import signed
from tests.fakes.rest_apis import RestSystem, method, rest_system

KEY = ApiKey("k1", "ada", "ada-0123456789abcdefghij")
MODEL = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
TOKEN = RestAuthorizer("Token", "token", ("method.request.header.Authorization",), "Guard", "Bearer .+")
REQUEST = RestAuthorizer("Request", "request", ("method.request.querystring.who",), "Guard")
IAM = RestAuthorizer("AWS_IAM", "iam")
METHODS = (
    method(path="/public"),
    method(path="/token", authorizer="Token"),
    method(path="/request/{id}", authorizer="Request"),
    method(path="/signed", authorizer="AWS_IAM"),
    method(path="/keyed", api_key_required=True),
    method("ANY", "/both/{proxy+}", authorizer="Token", api_key_required=True),
    method("POST", "/checked", validation=RequestValidation(body=True), request_models={"application/json": "M"}),
)
GOOD = {"authorization": "Bearer good"}


def guard(event: dict[str, Any]) -> Any:
    """Lets "Bearer good" and ?who=good do what the method they ask for says, and nothing else."""
    asked = event.get("authorizationToken") or (event.get("queryStringParameters") or {}).get("who")
    if asked == "Bearer crash":
        raise RuntimeError("out of cheese")
    if asked == "Bearer odd":
        return {"principalId": "x", "policyDocument": "Allow"}
    effect = "Allow" if asked in ("Bearer good", "good") else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def attacked() -> RestSystem:
    def answer(event: Any) -> Any:
        return guard(event) if "methodArn" in event else {"statusCode": 200, "body": "in"}

    plans = (UsagePlan("p1", "basic", (KEY,), quota=Quota(3, "DAY")),)
    named = {each.name: each for each in (TOKEN, REQUEST, IAM)}
    return rest_system(*METHODS, answer=answer, authorizers=named, usage_plans=plans, models={"M": MODEL})


def got_in(here: RestSystem, response: HttpResponse) -> bool:
    """The function has run, or the client was made to believe so."""
    ran = any(each.function.logical_id == "Worker" for each in here.invoker.invocations)
    assert ran is (response.body == b"in")
    return ran


@pytest.mark.parametrize(
    ("verb", "path", "headers", "more"),
    [
        ("GET", "/public", {}, {}),
        ("GET", "/token", GOOD, {}),
        ("GET", "/token/", GOOD, {}),
        ("GET", "/request/7", {}, {"query": "who=good"}),
        ("GET", "/signed", signed("execute-api"), {}),
        ("GET", "/keyed", {"x-api-key": KEY.value}, {}),
        ("PATCH", "/both/a/b", {**GOOD, "x-api-key": KEY.value}, {}),
        ("POST", "/checked", {"content-type": "application/json"}, {"body": b'{"name": "Ada"}'}),
    ],
)
def test_who_may_gets_in(verb: str, path: str, headers: dict[str, str], more: dict[str, Any]) -> None:
    here = attacked()
    response = here.ask(verb, f"/Prod{path}", headers=headers, **more)
    assert got_in(here, response), response


BAD_TOKENS = ["", "good", "Bearer ", "Bearer bad", "Bearer crash", "Bearer odd", "bearer good", "Bearer good\n", "null"]


@pytest.mark.parametrize(
    ("verb", "path", "headers", "more"),
    [
        *(("GET", "/token", {"authorization": token}, {}) for token in BAD_TOKENS),
        ("GET", "/token", {}, {"query": "authorization=Bearer%20good"}),
        ("GET", "/token", {"x-amzn-remapped-authorization": "Bearer good"}, {}),
        ("POST", "/token", GOOD, {}),
        ("OPTIONS", "/token", {}, {}),
        ("HEAD", "/token", GOOD, {}),
        ("get", "/token", GOOD, {}),
        ("GET", "/TOKEN", GOOD, {}),
        ("GET", "//token", {}, {}),
        ("GET", "/token/", {}, {}),
        ("GET", "/token/../public", {}, {}),
        ("GET", "/public/../token", {}, {}),
        ("GET", "/token;x=1", {}, {}),
        ("GET", "/token%2f", {}, {}),
        ("GET", "/token\x00", {}, {}),
        ("GET", "/request/7", {}, {}),
        ("GET", "/request/7", {}, {"query": "who="}),
        ("GET", "/request/7", {}, {"query": "WHO=good"}),
        ("GET", "/request/7", {}, {"query": "who=good&who=bad"}),
        ("GET", "/request/", {}, {"query": "who=good"}),
        ("GET", "/signed", {}, {}),
        ("GET", "/signed", GOOD, {}),
        ("GET", "/signed", signed("lambda"), {}),
        ("GET", "/signed", {"authorization": "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature="}, {}),
        ("GET", "/signed", {}, {"query": "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" + "0" * 64}),
        ("GET", "/keyed", {}, {}),
        ("GET", "/keyed", {"x-api-key": ""}, {}),
        ("GET", "/keyed", {"x-api-key": KEY.key_id}, {}),
        ("GET", "/keyed", {"x-api-key": f" {KEY.value}"}, {}),
        ("GET", "/keyed", {}, {"query": f"x-api-key={KEY.value}"}),
        ("GET", "/both/a", GOOD, {}),
        ("GET", "/both/a", {"x-api-key": KEY.value}, {}),
        ("OPTIONS", "/both/a", {}, {}),
        ("GET", "/both", {**GOOD, "x-api-key": KEY.value}, {}),
        ("POST", "/checked", {"content-type": "application/json"}, {"body": b'{"name": 1}'}),
        ("POST", "/checked", {"content-type": "application/json"}, {"body": b"\xff"}),
        ("POST", "/checked", {"content-type": "APPLICATION/JSON ;charset=x"}, {"body": b"[]"}),
        ("POST", "/checked", {}, {"body": b"{}"}),
        ("GET", "", {}, {}),
        ("GET", "/nowhere", {}, {}),
    ],
)
def test_nobody_else_gets_in(verb: str, path: str, headers: dict[str, str], more: dict[str, Any]) -> None:
    here = attacked()
    response = here.ask(verb, f"/Prod{path}", headers=headers, **more)
    assert not got_in(here, response), response
    assert response.status in (400, 401, 403, 500), response


@pytest.mark.parametrize("path", ["/token", "/prod/token", "/Prodtoken", "/Dev/token", "//Prod/token", "/"])
def test_nothing_is_served_outside_of_the_stage(path: str) -> None:
    here = attacked()
    response = here.ask("GET", path, headers=GOOD)
    assert not got_in(here, response)
    assert response.status == 403


def test_kept_answer_of_one_method_opens_no_other() -> None:
    here = attacked()
    assert here.ask("GET", "/Prod/token", headers=GOOD).status == 200
    response = here.ask("GET", "/Prod/both/a", headers={**GOOD, "x-api-key": KEY.value})
    assert response.status == 403, "the kept policy allows /token only"


def test_used_up_quota_stays_used_up() -> None:
    here = attacked()
    statuses = [here.ask("GET", "/Prod/keyed", headers={"x-api-key": KEY.value}).status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_authorizer_that_breaks_down_lets_nobody_in() -> None:
    def broken(event: Any) -> Any:
        raise RuntimeError("down")

    here = attacked()
    here.invoker.handler = broken
    assert here.ask("GET", "/Prod/token", headers=GOOD).status == 500
