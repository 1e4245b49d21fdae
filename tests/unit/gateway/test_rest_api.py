"""One stage of a REST API: paths, checks, integrations, and the answers of the gateway itself."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.model import ApiKey, GatewayResponse, Quota, RestIntegration, Throttle, UsagePlan
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_apis import PREFLIGHT, headers_of, message, method, rest_api, rest_system
from tests.fakes.scripted_invoker import Throttled

MISSING = (403, {"message": "Missing Authentication Token"})
BROKEN = (502, {"message": "Internal server error"})


def echo(event: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(event)}


def asked_with(response: HttpResponse) -> Any:
    return json.loads(response.body)


def test_stage_is_part_of_the_path() -> None:
    system = rest_system(method(path="/hello"), method(path="/"), answer=echo)
    assert asked_with(system.ask(path="/Prod/hello"))["resource"] == "/hello"
    assert asked_with(system.ask(path="/Prod"))["resource"] == "/"
    assert asked_with(system.ask(path="/Prod/"))["resource"] == "/"


@pytest.mark.parametrize("path", ["/", "/hello", "/prod/hello", "/Production/hello"])
def test_outside_of_the_stage_everything_is_forbidden(path: str) -> None:
    assert message(rest_system(method(path="/hello")).ask(path=path)) == (403, {"message": "Forbidden"})


def test_several_stages_stand_beside_each_other() -> None:
    one = method(path="/hello")
    second = rest_api(one, stage="dev", stage_variables={"color": "blue"})
    system = rest_system(one, answer=echo, further_stages=(second,))
    assert asked_with(system.ask(path="/Prod/hello"))["stageVariables"] is None
    event = asked_with(system.ask(path="/dev/hello"))
    assert (event["requestContext"]["stage"], event["stageVariables"]) == ("dev", {"color": "blue"})
    assert message(system.ask(path="/test/hello")) == (403, {"message": "Forbidden"})


def test_without_a_method_an_authentication_token_is_missing() -> None:
    system = rest_system(method("GET", "/hello"))
    response = system.ask(path="/Prod/nowhere")
    assert message(response) == MISSING
    assert response.body == b'{"message":"Missing Authentication Token"}'
    assert headers_of(response)["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert message(system.ask("POST", "/Prod/hello")) == MISSING


def test_most_specific_resource_answers() -> None:
    paths = ("/{proxy+}", "/links/{code}", "/links/all", "/links/{code}/visits", "/links/{rest+}")
    system = rest_system(*(method("ANY", path) for path in paths), answer=echo)
    for path, resource, parameters in (
        ("/links/all", "/links/all", None),
        ("/links/abc", "/links/{code}", {"code": "abc"}),
        ("/links/abc/visits", "/links/{code}/visits", {"code": "abc"}),
        ("/links/abc/other/one", "/links/{rest+}", {"rest": "abc/other/one"}),
        ("/else/where", "/{proxy+}", {"proxy": "else/where"}),
    ):
        event = asked_with(system.ask(path=f"/Prod{path}"))
        assert (event["resource"], event["pathParameters"]) == (resource, parameters)


def test_resource_that_lacks_the_verb_leaves_the_path_to_a_less_specific_one() -> None:
    system = rest_system(
        method("POST", "/roles/provision"), method("GET", "/roles/{role}"), method("PUT", "/{proxy+}"), answer=echo
    )
    found = asked_with(system.ask("GET", "/Prod/roles/provision"))
    assert (found["resource"], found["pathParameters"]) == ("/roles/{role}", {"role": "provision"})
    assert asked_with(system.ask("PUT", "/Prod/roles/provision"))["resource"] == "/{proxy+}"
    assert message(system.ask("PATCH", "/Prod/roles/provision")) == MISSING


def test_named_verb_wins_over_any_and_any_is_seven_verbs() -> None:
    other = RestIntegration("aws_proxy", function="Guard")
    system = rest_system(method("ANY", "/a"), method("GET", "/a", other), answer=echo)
    system.ask("GET", "/Prod/a")
    system.ask("PUT", "/Prod/a")
    assert [one.function.logical_id for one in system.invoker.invocations] == ["Guard", "Worker"]
    assert message(system.ask("TRACE", "/Prod/a")) == MISSING


def test_slash_at_the_end_finds_the_same_resource_and_stays_in_the_event() -> None:
    system = rest_system(method(path="/links/{code}"), method(path="/files/{proxy+}"), answer=echo)
    event = asked_with(system.ask(path="/Prod/links/abc/"))
    assert (event["path"], event["pathParameters"]) == ("/links/abc/", {"code": "abc"})
    assert asked_with(system.ask(path="/Prod/files/a/b/"))["pathParameters"] == {"proxy": "a/b"}
    event = asked_with(system.ask(path="/Prod//links/abc"))
    assert (event["path"], event["requestContext"]["path"]) == ("/links/abc", "/Prod//links/abc")


def test_path_and_its_variables_stay_percent_encoded() -> None:
    system = rest_system(method(path="/links/{code}"), answer=echo)
    event = asked_with(system.ask(path="/Prod/links/a b"))
    assert (event["path"], event["pathParameters"]) == ("/links/a%20b", {"code": "a%20b"})


def test_every_answer_carries_the_ids_of_its_request() -> None:
    system = rest_system(method(), answer={"statusCode": 204})
    headers = headers_of(system.ask())
    assert headers["x-amzn-requestid"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    assert headers["x-amz-apigw-id"] == "ATfSmjLgPHcESJw="
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    refused = headers_of(system.ask(path="/Prod/nowhere"))
    assert "x-amzn-trace-id" not in refused
    assert refused["x-amz-apigw-id"] == "ATfSmjLgPHcESJw="
    context = system.invoker.events[0]["requestContext"]
    assert (context["requestId"], context["extendedRequestId"]) == (headers["x-amzn-requestid"], "ATfSmjLgPHcESJw=")


def raises(_event: Any) -> None:
    raise ValueError("no")


@pytest.mark.parametrize("answer", [raises, None, "text", {"unknown": 1}, {"statusCode": 200, "body": 5}])
def test_failing_function_and_malformed_answer_are_a_bad_gateway(answer: Any) -> None:
    response = rest_system(method(), answer=answer).ask()
    assert message(response) == BROKEN
    assert response.body == b'{"message": "Internal server error"}'
    assert headers_of(response)["x-amzn-errortype"] == "InternalServerErrorException"


def test_throttled_function_is_an_internal_error() -> None:
    def throttled(_event: Any) -> None:
        raise Throttled

    assert message(rest_system(method(), answer=throttled).ask()) == (500, {"message": "Internal server error"})


def test_function_that_takes_longer_than_the_integration_times_out() -> None:
    released = threading.Event()

    def slow(_event: Any) -> dict[str, Any]:
        released.wait(10)
        return {"statusCode": 200}

    system = rest_system(
        method(integration=RestIntegration("aws_proxy", function="Worker", timeout_ms=50)), answer=slow, timeout_s=60
    )
    response = system.ask()
    released.set()
    assert message(response) == (504, {"message": "Endpoint request timed out"})


def test_integration_has_29_seconds() -> None:
    assert RestIntegration("aws_proxy").timeout_ms == 29_000


def test_too_much_is_refused() -> None:
    system = rest_system(method("POST"), answer=echo)
    assert message(system.ask("POST", body=b"x" * (10 * 1024 * 1024 + 1))) == (413, {"message": "Request Too Long"})
    assert system.ask("POST", body=b"x" * (7 * 1024 * 1024)).status == 413
    assert system.ask("POST", headers={"x-much": "x" * 10_300}).status == 431
    assert system.invoker.events == []


def test_preflight_is_answered_by_a_mock() -> None:
    system = rest_system(method("OPTIONS", "/hello", PREFLIGHT), method("GET", "/hello"), answer=echo)
    response = system.ask("OPTIONS", "/Prod/hello", headers={"origin": "http://a"})
    assert response.status == 200
    assert headers_of(response)["access-control-allow-origin"] == "*"
    assert system.invoker.events == []


def test_gateway_response_of_the_template_adds_its_headers() -> None:
    custom = GatewayResponse("DEFAULT_4XX", parameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"})
    system = rest_system(method(path="/a"), gateway_responses={"DEFAULT_4XX": custom})
    response = system.ask(path="/Prod/b")
    assert message(response) == MISSING
    assert headers_of(response)["access-control-allow-origin"] == "*"


def test_each_method_has_the_limits_of_the_stage_to_itself() -> None:
    system = rest_system(method(path="/a"), method(path="/b"), answer={"statusCode": 200}, throttle=Throttle(1, 1))
    assert [system.ask(path=f"/Prod/{path}").status for path in "abab"] == [200, 200, 429, 429]


def test_quota_of_a_key_is_one_for_all_stages_of_its_plan() -> None:
    plan = UsagePlan("p1", "basic", (ApiKey("k1", "ada", "a-key-of-twenty-chars"),), quota=Quota(1, "DAY"))
    one = method(path="/a", api_key_required=True)
    second = rest_api(one, stage="dev", usage_plans=(plan,))
    system = rest_system(one, answer={"statusCode": 200}, usage_plans=(plan,), further_stages=(second,))
    key = {"x-api-key": "a-key-of-twenty-chars"}
    assert system.ask(path="/Prod/a", headers=key).status == 200
    assert system.ask(path="/dev/a", headers=key).status == 429


def test_header_may_name_the_method() -> None:
    system = rest_system(method("DELETE", "/a"), method("POST", "/a"), answer=echo)
    event = asked_with(system.ask("POST", "/Prod/a", headers={"x-http-method-override": "delete"}))
    assert (event["httpMethod"], event["requestContext"]["httpMethod"]) == ("DELETE", "DELETE")
    assert "x-http-method-override" not in event["headers"]
    assert message(system.ask("POST", "/Prod/a", headers={"x-http-method-override": "PATCH"})) == MISSING
    assert asked_with(system.ask("POST", "/Prod/a", headers={"x-http-method-override": "a b"}))["httpMethod"] == "POST"


def test_semicolons_separate_parameters() -> None:
    event = asked_with(rest_system(method(path="/a"), answer=echo).ask(path="/Prod/a", query="a=1;b=2&c=%3B"))
    assert event["queryStringParameters"] == {"a": "1", "b": "2", "c": ";"}


def test_access_log_tells_the_functions_status_from_lambdas() -> None:
    log = "$context.integration.status $context.integrationStatus $context.integration.integrationStatus"
    system = rest_system(method(path="/a"), answer={"statusCode": 404}, access_log_format=log)
    system.ask(path="/Prod/a")
    assert system.log_lines == ["404 200 200"]


def test_stage_is_throttled_and_a_method_by_itself() -> None:
    clock = MovedClock()
    system = rest_system(
        method(path="/a"),
        method(path="/b", throttle=Throttle(1, 1)),
        answer={"statusCode": 200},
        throttle=Throttle(1, 2),
        clock=clock,
    )
    assert [system.ask(path=f"/Prod/{path}").status for path in "aaabb"] == [200, 200, 429, 200, 429]
    response = system.ask(path="/Prod/a")
    assert message(response) == (429, {"message": "Too Many Requests"})
    clock.move(1)
    assert system.ask(path="/Prod/a").status == 200


ALLOW_ALL = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
DENY_HERE = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "execute-api:Invoke",
    "Resource": "arn:aws:execute-api:us-east-1:123456789012:abc123def4/Prod/GET/secret",
    "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}},
}


def test_resource_policy_denies_by_path_and_address() -> None:
    policy = {"Statement": [ALLOW_ALL, DENY_HERE]}
    system = rest_system(method(path="/open"), method(path="/secret"), answer={"statusCode": 200}, policy=policy)
    assert system.ask(path="/Prod/open").status == 200
    assert system.ask(path="/Prod/secret", source_ip="10.1.2.3").status == 200
    assert [system.ask(path=f"/Prod/{path}").status for path in ("secret/", "secret//", "/secret")] == [403, 403, 403]
    status, body = message(system.ask(path="/Prod/secret"))
    assert (status, body["Message"]) == (
        403,
        "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
        "arn:aws:execute-api:us-east-1:********9012:abc123def4/Prod/GET/secret with an explicit deny",
    )


def test_caller_without_an_address_is_denied_where_the_address_matters() -> None:
    system = rest_system(
        method(path="/secret"), answer={"statusCode": 200}, policy={"Statement": [ALLOW_ALL, DENY_HERE]}
    )
    assert system.ask(path="/Prod/secret", source_ip="").status == 403


def test_resource_policy_that_does_not_allow_refuses() -> None:
    system = rest_system(method(), answer={"statusCode": 200}, policy={"Statement": [DENY_HERE]})
    assert system.ask().status == 403
    assert system.invoker.events == []


def test_method_that_cannot_run_here_says_why() -> None:
    system = rest_system(method(integration=RestIntegration("not_run", reason="an HTTP integration")))
    assert message(system.ask()) == (501, {"message": "Terrarium cannot answer here: an HTTP integration"})


def test_responses_are_compressed_from_the_minimum_size_on() -> None:
    system = rest_system(
        method(), answer=lambda event: {"statusCode": 200, "body": "x" * 50}, minimum_compression_bytes=50
    )
    response = system.ask(headers={"accept-encoding": "br, gzip;q=1"})
    assert headers_of(response)["content-encoding"] == "gzip"
    assert gzip.decompress(response.body) == b"x" * 50
    assert system.ask().body == b"x" * 50
    assert system.ask(headers={"accept-encoding": "gzip;q=0"}).body == b"x" * 50


def test_compressed_requests_are_unpacked_within_limits() -> None:
    system = rest_system(method("POST"), answer=echo, minimum_compression_bytes=10_000)
    packed = {"content-encoding": "gzip"}
    event = asked_with(system.ask("POST", headers=packed, body=gzip.compress(b"hello")))
    assert event["body"] == "hello"
    assert "Content-Encoding" not in event["headers"]
    assert system.ask("POST", headers=packed, body=b"not gzip").status == 415
    assert system.ask("POST", headers=packed, body=gzip.compress(b"x" * 20_000_000)).status == 413


@dataclass(frozen=True)
class Verdict:
    blocked: bool
    response: HttpResponse | None = None
    inserted: HeaderPairs = ()


@dataclass(frozen=True)
class Firewall:
    verdict: Verdict

    def inspect(self, request: HttpRequest, client_ip: str) -> Verdict:
        assert (request.path, client_ip) == ("/Prod", "127.0.0.1")
        return self.verdict


def test_firewall_stops_a_request_before_anything_else() -> None:
    blocked = rest_system(method(), answer=echo, firewall=Firewall(Verdict(blocked=True)))
    assert message(blocked.ask()) == (403, {"message": "Forbidden"})
    own = rest_system(method(), answer=echo, firewall=Firewall(Verdict(True, HttpResponse(429, (), b"slow"))))
    assert (own.ask().status, own.ask().body) == (429, b"slow")
    assert blocked.invoker.events == []


def test_firewall_inserts_headers_in_place_of_the_clients() -> None:
    system = rest_system(method(), answer=echo, firewall=Firewall(Verdict(False, inserted=(("x-amzn-waf-a", "1"),))))
    event = asked_with(system.ask(headers={"x-amzn-waf-a": "forged"}))
    assert event["headers"]["x-amzn-waf-a"] == "1"


def test_access_log_says_what_became_of_a_request() -> None:
    template = "$context.requestId $context.resourcePath $context.status $context.error.responseType $context.path"
    system = rest_system(method(path="/a"), answer={"statusCode": 201}, access_log_format=template)
    system.ask(path="/Prod/a")
    system.ask(path="/Prod/b")
    request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    assert system.log_lines == [
        f"{request_id} /a 201 - /Prod/a",
        f"{request_id} - 403 MISSING_AUTHENTICATION_TOKEN /Prod/b",
    ]


def test_binary_bodies_go_both_ways() -> None:
    def picture(event: Any) -> dict[str, Any]:
        return {"statusCode": 200, "body": event["body"], "isBase64Encoded": event["isBase64Encoded"]}

    system = rest_system(method("POST"), answer=picture, binary_media_types=("image/png",))
    sent = {"content-type": "image/png", "accept": "image/png"}
    assert system.ask("POST", headers=sent, body=b"\x89PNG").body == b"\x89PNG"
    other = system.ask("POST", headers={"content-type": "image/png"}, body=b"\x89PNG")
    assert other.body == base64.b64encode(b"\x89PNG")
