"""TOKEN and REQUEST authorizers of REST APIs: who is asked when, and what their answers mean."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.gateway.rest.lambda_authorizer import Asking, LambdaAuthorizer
from emulator.gateway.rest.ports import Refusal
from emulator.model import RestAuthorizer
from emulator.payloads.rest_call import RestAuthorized, RestCall
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_calls import asked, rest_api, rest_call, rest_method
from tests.fakes.scripted_invoker import ScriptedInvoker, Throttled
from tests.fakes.stacks import function

ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123def4/Prod/GET/links/abc"
ANYTHING = "arn:aws:execute-api:us-east-1:123456789012:abc123def4/Prod/*"
HEADER = "method.request.header.Authorization"


def policy(*statements: tuple[str, str], **rest: Any) -> dict[str, Any]:
    """An answer whose statements are pairs of effect and resource."""
    listed = [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": arn} for effect, arn in statements]
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": listed}, **rest}


ALLOW = policy(("Allow", ARN))


class Bench:
    """An authorizer over a scripted function."""

    def __init__(self, answer: Any = ALLOW, **values: Any) -> None:
        self.clock = MovedClock()
        self.invoker = ScriptedInvoker(answer if callable(answer) else lambda _: answer)
        fields: dict[str, Any] = {"kind": "token", "identity_sources": (HEADER,), **values}
        asking = Asking(function("Guard"), self.invoker, lambda: "id", self.clock.monotonic)
        self._authorizer = LambdaAuthorizer(RestAuthorizer("Guard", **fields), asking)

    def ask(self, call: RestCall | None = None) -> RestAuthorized | Refusal:
        return self._authorizer.authorize(call or rest_call(asked(authorization="allow")))


def refused(verdict: RestAuthorized | Refusal) -> tuple[str, str | None]:
    assert isinstance(verdict, Refusal)
    return verdict.response_type, verdict.message


def test_token_authorizer_gets_token_and_method_arn() -> None:
    here = Bench()
    assert isinstance(here.ask(), RestAuthorized)
    assert here.invoker.events == [{"type": "TOKEN", "methodArn": ARN, "authorizationToken": "allow"}]
    assert here.invoker.invocations[0].trigger == "authorizer"


def test_request_authorizer_gets_the_request_without_its_body() -> None:
    here = Bench(kind="request", identity_sources=("method.request.querystring.who", "stageVariables.color"))
    api = rest_api(stage_variables={"color": "blue"})
    here.ask(rest_call(asked(query="who=ada", X_Own="1", body=b"secret"), api=api))
    (event,) = here.invoker.events
    assert (event["type"], event["methodArn"], event["resource"]) == ("REQUEST", ARN, "/links/{code}")
    assert (event["queryStringParameters"], event["pathParameters"]) == ({"who": "ada"}, {"code": "abc"})
    assert (event["stageVariables"], event["headers"]["X-Own"]) == ({"color": "blue"}, "1")
    assert "body" not in event


@pytest.mark.parametrize(
    ("sources", "sent"),
    [
        ((HEADER,), asked()),
        ((HEADER,), asked(authorization="")),
        ((HEADER, "method.request.querystring.who"), asked(authorization="allow")),
        (("stageVariables.missing",), asked(authorization="allow")),
        (("context.authorizer.name",), asked(authorization="allow")),
    ],
)
def test_missing_identity_source_is_unauthorized_without_the_function(sources: tuple[str, ...], sent: Any) -> None:
    here = Bench(kind="request", identity_sources=sources)
    assert refused(here.ask(rest_call(sent))) == ("UNAUTHORIZED", None)
    assert here.invoker.events == []


def test_token_authorizer_without_any_source_lets_nobody_in() -> None:
    here = Bench(identity_sources=())
    assert refused(here.ask()) == ("UNAUTHORIZED", None)


@pytest.mark.parametrize(("token", "passes"), [("Bearer abc", True), ("Bearer ", False), ("x Bearer abc", False)])
def test_whole_token_has_to_match_the_expression(token: str, passes: bool) -> None:
    here = Bench(validation_expression="Bearer .+")
    verdict = here.ask(rest_call(asked(authorization=token)))
    assert isinstance(verdict, RestAuthorized) is passes
    assert len(here.invoker.events) == int(passes)


def test_principal_context_and_key_are_handed_on() -> None:
    answer = policy(("Allow", ARN), context={"tier": "gold", "n": 1, "ok": True}, usageIdentifierKey="k")
    verdict = Bench(answer).ask()
    assert isinstance(verdict, RestAuthorized)
    assert (verdict.principal_id, verdict.usage_identifier_key) == ("ada", "k")
    assert verdict.context == {"tier": "gold", "n": 1, "ok": True}


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (
            [("Deny", ARN)],
            "User is not authorized to access this resource with an explicit deny in an identity-based policy",
        ),
        (
            [("Allow", ANYTHING), ("Deny", ANYTHING)],
            "User is not authorized to access this resource with an explicit deny in an identity-based policy",
        ),
        ([("Allow", ARN.replace("GET", "POST"))], "User is not authorized to access this resource"),
        ([("Allow", ARN.replace("Prod", "Dev"))], "User is not authorized to access this resource"),
    ],
)
def test_policy_that_does_not_allow_is_an_access_denied(statements: list[tuple[str, str]], message: str) -> None:
    assert refused(Bench(policy(*statements)).ask()) == ("ACCESS_DENIED", message)


def raises(message: str) -> Any:
    def handler(event: Any) -> Any:
        raise RuntimeError(message)

    return handler


def throttles(event: Any) -> Any:
    raise Throttled


@pytest.mark.parametrize(
    ("answer", "response_type"),
    [
        (raises("Unauthorized"), "UNAUTHORIZED"),
        (raises("unauthorized"), "AUTHORIZER_FAILURE"),
        (raises("out of cheese"), "AUTHORIZER_FAILURE"),
        (throttles, "AUTHORIZER_CONFIGURATION_ERROR"),
        (None, "AUTHORIZER_CONFIGURATION_ERROR"),
        (b"not json", "AUTHORIZER_CONFIGURATION_ERROR"),
        ({"isAuthorized": True}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "principalId": None}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "policyDocument": {"Version": "2012-10-17", "Statement": []}}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "policyDocument": {"Statement": [{"Effect": "allow"}]}}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "context": {"roles": ["admin"]}}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "context": ["admin"]}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "usageIdentifierKey": 1}, "AUTHORIZER_CONFIGURATION_ERROR"),
        ({**ALLOW, "context": {"much": "a" * 8_192}}, "AUTHORIZER_CONFIGURATION_ERROR"),
    ],
)
def test_failing_function_and_malformed_answer_never_let_pass(answer: Any, response_type: str) -> None:
    here = Bench(answer)
    assert refused(here.ask())[0] == response_type
    here.ask()
    assert len(here.invoker.events) == 2, "such an answer is not kept"


def test_answer_is_kept_for_the_same_identity_until_it_expires() -> None:
    here = Bench(ttl_s=60)
    here.ask()
    here.clock.move(59)
    here.ask()
    here.ask(rest_call(asked(authorization="other")))
    here.clock.move(1)
    here.ask()
    assert [event["authorizationToken"] for event in here.invoker.events] == ["allow", "other", "allow"]


def test_kept_policy_is_evaluated_for_each_method_anew() -> None:
    here = Bench(ALLOW)
    assert isinstance(here.ask(), RestAuthorized)
    other = rest_call(asked("POST", authorization="allow"), api=rest_api(rest_method("POST")))
    assert refused(here.ask(other)) == ("ACCESS_DENIED", "User is not authorized to access this resource")
    assert len(here.invoker.events) == 1


@pytest.mark.parametrize("values", [{"ttl_s": 0}, {"kind": "request", "identity_sources": (), "ttl_s": 300}])
def test_without_ttl_or_identity_nothing_is_kept(values: dict[str, Any]) -> None:
    here = Bench(**values)
    here.ask()
    here.ask()
    assert len(here.invoker.events) == 2
