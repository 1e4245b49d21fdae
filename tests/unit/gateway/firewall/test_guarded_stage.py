"""A web ACL before a stage of a REST API: what API Gateway answers in its name, and what reaches the function."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from urllib.parse import quote, unquote_to_bytes

import pytest

from emulator.errors import UnsupportedError
from emulator.gateway.firewall import StackFirewalls
from emulator.model import Stack
from emulator.model.web_acls import Action, CustomResponse, ManagedGroup
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_apis import RestSystem, method, rest_api
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.web_acls import BLOCK, COUNT, SeedRequest, contains, guard, probes, rule, seed_traffic, web_acl

STAGE = "arn:aws:apigateway:us-east-1::/restapis/abc123def4/stages/Prod"
GROUPS = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet")


def stage(*rules, **values) -> RestSystem:
    routes = [method("ANY", "/"), method("ANY", "/{proxy+}")]
    firewall = guard(*rules, **values).firewall
    return RestSystem(
        rest_api(*routes), ScriptedInvoker(lambda _event: {"statusCode": 200, "body": "ok"}), firewall=firewall
    )


@pytest.fixture(scope="module")
def guarded() -> RestSystem:
    """Behind three managed groups. Orders imports its catalogue in bodies above 8 KB, so that rule only counts."""
    overrides = {"SizeRestrictions_BODY": COUNT}
    return stage(*(rule(ManagedGroup(name, overrides), None, name, priority=at) for at, name in enumerate(GROUPS)))


def test_blocked_request_is_forbidden_by_api_gateway() -> None:
    here = stage(rule(contains("/admin")))
    answer = here.ask(path="/Prod/admin")
    assert (answer.status, json.loads(answer.body)) == (403, {"message": "Forbidden"})
    assert dict(answer.headers)["x-amzn-errortype"] == "ForbiddenException"
    assert here.invoker.events == []


def test_custom_response_of_a_rule_is_sent_as_it_is() -> None:
    blocking = Action("BLOCK", CustomResponse(418, (("X-Pot", "tea"),), "text/plain", "short and stout"))
    answer = stage(rule(contains("/admin"), blocking)).ask(path="/Prod/admin")
    assert (answer.status, answer.body) == (418, b"short and stout")
    assert ("x-pot", "tea") in answer.headers


def test_function_gets_the_headers_of_the_rules_and_not_the_client_s() -> None:
    here = stage(rule(contains("/"), Action("ALLOW", inserted=(("Plan", "gold"),))))
    assert here.ask(path="/Prod/x", headers={"x-amzn-waf-plan": "forged"}).status == 200
    (event,) = here.invoker.events
    found = {name.lower(): value for name, value in event["headers"].items()}
    assert found["x-amzn-waf-plan"] == "gold"


def test_public_probes_are_blocked_wherever_they_stand(guarded: RestSystem, tell: Callable[[str], None]) -> None:
    """The issue's count: every probe in the query, in a form, in JSON, in a cookie, and in the path."""
    listed = {"SQL injection": probes("sql_injection"), "cross-site scripting": probes("cross_site_scripting")}
    passed, asked = [], 0
    for kind, texts in listed.items():
        for text in texts:
            for place, values in everywhere(text).items():
                asked += 1
                if guarded.ask(**values).status != 403:
                    passed.append((kind, place, text))
    total = sum(map(len, listed.values()))
    tell(f"{total} public probes in five places: {asked - len(passed)} of {asked} requests blocked")
    assert passed == []


def test_seed_traffic_of_all_systems_passes_the_same_web_acl(guarded: RestSystem, tell: Callable[[str], None]) -> None:
    stopped = [(asked.system, asked.path) for asked in seed_traffic() if guarded.ask(**as_asked(asked)).status != 200]
    counts = Counter(asked.system for asked in seed_traffic())
    passed = counts.total() - len(stopped)
    tell(f"{passed} of {counts.total()} requests of the seeds let through: {dict(counts)}")
    assert set(counts) == {"shortener", "assets", "orders", "chat"}
    assert stopped == []


def as_asked(asked: SeedRequest) -> dict:
    path, query = f"/Prod{unquote_to_bytes(asked.path).decode('latin-1')}", asked.query
    return {"verb": asked.method, "path": path, "query": query, "headers": asked.headers, "body": asked.body}


def everywhere(text: bytes) -> dict[str, dict]:
    encoded = quote(text, safe="")
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = json.dumps({"id": 7, "note": text.decode("utf-8", "replace")}).encode()
    return {
        "query": {"path": "/Prod/search", "query": f"page=1&q={encoded}"},
        "form": {"verb": "POST", "path": "/Prod/x", "headers": form, "body": f"a=1&q={encoded}".encode()},
        "json": {"verb": "POST", "path": "/Prod/x", "headers": {"content-type": "application/json"}, "body": body},
        "cookie": {"path": "/Prod/x", "headers": {"cookie": f"theme=dark; q={encoded}"}},
        # A path is decoded once before anybody sees it.
        "path": {"path": f"/Prod/{text.decode('latin-1')}"},
    }


def test_stage_finds_its_firewall_by_the_association() -> None:
    acl = web_acl(rule(contains("/admin")), protects=(STAGE,))
    stack = Stack("demo", None, "us-east-1", "123456789012", web_acls={"Acl": acl})  # type: ignore[arg-type]
    firewalls = StackFirewalls(stack, MovedClock(), lambda _acl, _line: None)
    assert firewalls.of_stage("abc123def4", "Prod") is not None
    assert firewalls.of_stage("abc123def4", "Test") is None
    assert firewalls.of_stage("other12345", "Prod") is None


def test_distribution_names_a_web_acl_of_its_own_stack_or_none() -> None:
    acl = web_acl(default=BLOCK)
    stack = Stack("demo", None, "us-east-1", "123456789012", web_acls={"Acl": acl})  # type: ignore[arg-type]
    firewalls = StackFirewalls(stack, MovedClock(), lambda _acl, _line: None)
    assert firewalls.of_distribution("E1", "") is None
    assert firewalls.of_distribution("E1", acl.arn) is not None
    with pytest.raises(UnsupportedError, match="Put the web ACL into this template"):
        firewalls.of_distribution("E1", "arn:aws:wafv2:us-east-1:1:global/webacl/other/id")
