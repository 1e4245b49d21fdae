"""Applications of other people with REST APIs: those that SAM makes, and one out of CloudFormation resources."""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.e2e.conftest import APPLICATIONS
from tests.e2e.terrarium_command import Terrarium, aws
from tests.fakes.waiting import wait_for

CINEMA, MUSEUM = "cinema", "museum"


@pytest.fixture(scope="module")
def terrarium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terrarium]:
    folder = tmp_path_factory.mktemp("rest")
    copies = shutil.copytree(APPLICATIONS, folder / "applications")
    started = Terrarium(folder / "state")
    try:
        up = started.up(copies / "cinema/template.yaml", copies / "museum.yaml")
        assert up.returncode == 0, up.stdout + up.stderr
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module")
def films(terrarium: Terrarium) -> str:
    return str(terrarium.system(CINEMA)["outputs"]["FilmsUrl"])


@pytest.fixture(scope="module")
def counter(terrarium: Terrarium) -> str:
    return str(terrarium.system(CINEMA)["outputs"]["CounterUrl"])


@pytest.fixture(scope="module")
def museum(terrarium: Terrarium) -> str:
    return str(terrarium.system(MUSEUM)["outputs"]["Url"])


def test_status_gives_every_api_with_its_stage(terrarium: Terrarium, films: str, counter: str, museum: str) -> None:
    status = terrarium.status()
    http = {stack["name"]: stack["http"] for stack in status["stacks"]}

    assert status["code"] == 0
    assert sorted(http[CINEMA].values()) == sorted([films.removesuffix("/films"), counter])
    assert http[MUSEUM] == {"Museum": museum}
    assert museum.endswith("/season")


def test_implicit_api_calls_its_function_with_a_proxy_event(films: str) -> None:
    answer = requests.get(f"{films}/metropolis/?year=1927&year=2010", timeout=15)

    assert answer.status_code == 200
    assert answer.json() == {
        "resource": "/films/{film}",
        "path": "/films/metropolis/",
        "contextPath": "/Prod/films/metropolis/",
        "pathParameters": {"film": "metropolis"},
        "multiValueQueryStringParameters": {"year": ["1927", "2010"]},
        "seats": {},
    }
    assert dict(answer.cookies) == {"seen": "1", "last": "2"}
    assert answer.headers["content-type"] == "application/json"


def test_function_sees_names_repeats_and_escaped_slashes_as_they_were_sent(films: str) -> None:
    url = urlsplit(films)
    connection = http.client.HTTPConnection(url.netloc, timeout=15)
    connection.putrequest("GET", f"{url.path}/him%2fher%20%61")
    for name, value in (("X-SEAT", "14"), ("X-SEAT", "15"), ("x-Seat-class", "stalls")):
        connection.putheader(name, value)
    connection.endheaders()
    seen = json.loads(connection.getresponse().read())

    assert seen["seats"] == {"X-SEAT": ["14", "15"], "x-Seat-class": ["stalls"]}
    assert seen["pathParameters"] == {"film": "him%2Fher%20a"}
    assert seen["contextPath"] == "/Prod/films/him%2Fher%20a"


def test_signed_method_knows_a_forged_signature(films: str) -> None:
    def ask(secret: str) -> requests.Response:
        asked = AWSRequest("GET", f"{films.removesuffix('/films')}/takings/all%2Fdays?of=hall%201")
        SigV4Auth(Credentials("test", secret), "execute-api", "us-east-1").add_auth(asked)
        return requests.get(str(asked.url), headers=dict(asked.headers), timeout=15)

    forged, unsigned = ask("guessed"), requests.get(f"{films.removesuffix('/films')}/takings/1", timeout=15)

    assert ask("test").json()["pathParameters"] == {"day": "all%2Fdays"}
    assert (forged.status_code, forged.headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")
    assert "does not match the signature you provided" in forged.json()["message"]
    assert (unsigned.status_code, unsigned.json()) == (403, {"message": "Missing Authentication Token"})


def test_implicit_api_answers_preflights_and_strangers_as_the_template_says(films: str) -> None:
    preflight = requests.options(films, headers={"Origin": "https://cinema.example"}, timeout=15)
    stranger = requests.delete(films, timeout=15)

    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-headers"] == "Content-Type,X-Seat-Class"
    assert (stranger.status_code, stranger.text) == (403, '{"message":"Missing Authentication Token"}')
    for answer in (preflight, stranger):
        assert answer.headers["access-control-allow-origin"] == "https://cinema.example"


def test_token_authorizer_and_model_guard_a_method(counter: str) -> None:
    def buy(body: str, **headers: str) -> requests.Response:
        headers["Content-Type"] = "application/json"
        return requests.post(f"{counter}/tickets", data=body, headers=headers, timeout=15)

    ticket = '{"film": "Metropolis", "seats": 2}'
    sold = buy(ticket, **{"X-Seat-Class": "stalls"})

    assert (sold.status_code, sold.json()) == (
        201,
        {"film": "Metropolis", "seats": 2, "hall": "7", "class": "stalls"},
    )
    assert buy(ticket).status_code == 401
    assert buy(ticket, **{"X-Seat-Class": "roof"}).status_code == 403
    invalid = buy('{"film": "Metropolis", "seats": 0}', **{"X-Seat-Class": "stalls"})
    assert (invalid.status_code, invalid.json()) == (400, {"message": "Invalid request body"})


def test_user_pool_guards_a_method(terrarium: Terrarium, counter: str) -> None:
    outputs = terrarium.system(CINEMA)["outputs"]
    backend = terrarium.status()["backend"]
    cognito = aws("cognito-idp", backend.get("by_service", {}).get("cognito-idp", backend["endpoint"]))
    pool, user = {"UserPoolId": outputs["Pool"]}, {"Username": "ada"}
    cognito.admin_create_user(**pool, **user, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**pool, **user, Password="Quiet-Please-1", Permanent=True)
    signed_in = cognito.admin_initiate_auth(
        **pool,
        ClientId=outputs["PoolClient"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Quiet-Please-1"},
    )

    def asked(**headers: str) -> tuple[int, str]:
        answer = requests.get(f"{counter}/members", headers=headers, timeout=15)
        return answer.status_code, answer.text

    token = signed_in["AuthenticationResult"]["IdToken"]
    assert asked(Authorization=token) == (200, "ada")
    assert asked() == asked(Authorization=f"{token[:-4]}AAAA") == (401, '{"message":"Unauthorized"}')


def test_api_key_opens_a_method_until_its_quota_is_used(counter: str) -> None:
    def asked(key: str) -> tuple[int, str]:
        answer = requests.get(f"{counter}/partner", headers={"x-api-key": key}, timeout=15)
        return answer.status_code, answer.text

    key = "partner-key-of-the-cinema"
    assert asked("guessed") == (403, '{"message":"Forbidden"}')
    assert [asked(key), asked(key)] == [(200, key)] * 2
    assert asked(key) == (429, '{"message":"Limit Exceeded"}')


def test_binary_answer_is_decoded_for_whoever_asks_for_it(counter: str, films: str) -> None:
    asked = requests.get(f"{counter}/posters", headers={"Accept": "image/png"}, timeout=15)

    assert asked.content == b"\x89PNG poster"
    assert asked.headers["link"] == films
    assert requests.get(f"{counter}/posters", timeout=15).content == base64.b64encode(b"\x89PNG poster")


def test_failing_function_is_a_bad_gateway(counter: str) -> None:
    answer = requests.get(f"{counter}/broken", timeout=15)

    assert (answer.status_code, answer.text) == (502, '{"message": "Internal server error"}')
    assert {"x-amzn-requestid", "x-amz-apigw-id", "x-amzn-errortype"} <= {name.lower() for name in answer.headers}


def test_mock_method_of_plain_cloudformation_answers_by_template(museum: str) -> None:
    answer = requests.get(museum, timeout=15)

    assert (answer.status_code, answer.json()) == (200, {"open": "10-18", "stage": "season"})
    assert answer.headers["cache-control"] == "max-age=60"


def test_custom_integration_maps_request_answer_and_error(museum: str) -> None:
    found = requests.get(f"{museum}/exhibits/vase", params={"hall": '4 "north"'}, timeout=15)
    gone = requests.get(f"{museum}/exhibits/stolen", params={"hall": "4"}, timeout=15)
    incomplete = requests.get(f"{museum}/exhibits/vase", timeout=15)

    assert found.status_code == 200
    assert found.json() == {"name": "vase", "where": 'hall 4 "north"'}
    assert (gone.status_code, gone.json(), gone.headers["x-reason"]) == (410, {"gone": True}, "Gone: stolen in 1911")
    assert (incomplete.status_code, incomplete.json()) == (
        400,
        {"message": "Missing required request parameters: [hall]"},
    )


def test_proxy_resource_takes_the_rest_and_a_gateway_response_what_is_left(museum: str) -> None:
    assert requests.put(f"{museum}/cellar/door", timeout=15).text == "cellar/door"
    assert requests.put(f"{museum}/exhibits/vase", timeout=15).text == "exhibits/vase"
    lost = requests.post(museum, timeout=15)
    assert (lost.status_code, lost.json()) == (404, {"lost": "/season"})


def test_web_acl_before_a_stage_blocks_and_writes_what_it_blocked(terrarium: Terrarium, museum: str) -> None:
    began_ms = int(time.time() * 1000)
    injected = requests.get(f"{museum}/exhibits/vase", params={"hall": "4' or '1'='1"}, timeout=15)
    vault = requests.put(f"{museum}/cellar/%56ault", timeout=15)

    assert (injected.status_code, injected.json()) == (403, {"message": "Forbidden"})
    assert injected.headers["x-amzn-errortype"] == "ForbiddenException"
    assert (vault.status_code, vault.text) == (423, "The vault is closed.")
    logs = aws("logs", str(terrarium.status()["backend"]["endpoint"]))
    assert wait_for(lambda: len(rules_written(logs, began_ms)) == 2)
    assert rules_written(logs, began_ms) == ["Injections", "Vault"]


def rules_written(logs: Any, since_ms: int) -> list[str]:
    """Those that blocked, by the web ACL's log."""
    events = logs.filter_log_events(logGroupName="aws-waf-logs-museum", startTime=since_ms)["events"]
    return [json.loads(event["message"])["terminatingRuleId"] for event in events]
