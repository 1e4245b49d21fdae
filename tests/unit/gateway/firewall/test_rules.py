"""What becomes of a request that rules match: actions, priorities, groups, labels."""

from __future__ import annotations

import pytest

from emulator.model.web_acls import (
    Action,
    And,
    CustomResponse,
    LabelMatch,
    ManagedGroup,
    Not,
    Or,
    OwnGroup,
    SizeConstraint,
)
from tests.fakes.web_acls import ALLOW, BLOCK, COUNT, contains, content, guard, guard_of, rule

ADMIN, SECRET = contains("/admin"), contains("secret")
COMMON = "AWSManagedRulesCommonRuleSet"


def test_default_action_decides_where_no_rule_matches() -> None:
    assert not guard(rule(ADMIN)).blocks("/")
    assert guard(rule(ADMIN, ALLOW), default=BLOCK).blocks("/")


def test_block_is_bare_so_that_the_resource_answers_in_its_own_way() -> None:
    verdict = guard(rule(ADMIN)).ask("/admin")
    assert (verdict.action, verdict.rule, verdict.response) == ("BLOCK", "Rule", None)


def test_first_rule_that_ends_the_evaluation_decides() -> None:
    here = guard(rule(SECRET, ALLOW, "Allowed"), rule(ADMIN, BLOCK, "Blocked"))
    assert here.ask("/admin/secret").rule == "Allowed"
    assert here.ask("/admin").rule == "Blocked"


def test_default_block_may_answer_with_a_response_of_its_own() -> None:
    gone = Action("BLOCK", CustomResponse(410, (("X-Reason", "closed"),), "application/json", '{"closed":true}'))
    response = guard(default=gone).ask().response
    assert response is not None
    assert (response.status, response.body) == (410, b'{"closed":true}')
    assert response.headers == (("x-reason", "closed"), ("content-type", "application/json"))


@pytest.mark.parametrize(("kind", "status"), [("CAPTCHA", 405), ("CHALLENGE", 202)])
def test_puzzle_and_challenge_are_answered_as_to_a_client_without_token(kind: str, status: int) -> None:
    verdict = guard(rule(ADMIN, Action(kind))).ask("/admin")  # type: ignore[arg-type]
    assert verdict.blocked
    assert verdict.response is not None
    assert (verdict.response.status, dict(verdict.response.headers)["x-amzn-waf-action"]) == (status, kind.lower())


def test_count_goes_on_and_leaves_its_label_and_its_headers() -> None:
    counted = Action("COUNT", inserted=(("Seen", "yes"),))
    here = guard(rule(ADMIN, counted, "Counting", labels=("seen:admin",)), rule(SECRET))
    verdict = here.ask("/admin")
    assert not verdict.blocked
    assert verdict.counted == ("Counting",)
    assert verdict.labels == ("awswaf:123456789012:webacl:shop:seen:admin",)
    assert verdict.inserted == (("x-amzn-waf-seen", "yes"),)
    assert here.ask("/admin/secret").inserted == ()


def test_allow_inserts_its_headers() -> None:
    allowing = Action("ALLOW", inserted=(("Plan", "gold"),))
    assert guard(rule(ADMIN, allowing), default=BLOCK).ask("/admin").inserted == (("x-amzn-waf-plan", "gold"),)


@pytest.mark.parametrize(
    ("key", "scope", "found"),
    [
        ("awswaf:123456789012:webacl:shop:seen:admin", "LABEL", True),
        ("awswaf:123456789012:webacl:shop:seen:", "NAMESPACE", True),
        ("awswaf:123456789012:webacl:other:seen:admin", "LABEL", False),
        ("seen:admin", "LABEL", True),
        ("admin", "LABEL", True),
        ("min", "LABEL", False),
        ("seen:", "NAMESPACE", True),
        ("een:", "NAMESPACE", False),
    ],
)
def test_later_rule_sees_the_labels_of_earlier_ones(key: str, scope: str, found: bool) -> None:
    labelled = rule(ADMIN, COUNT, "First", labels=("seen:admin",))
    here = guard(labelled, rule(LabelMatch(scope, key), BLOCK, "Second"))  # type: ignore[arg-type]
    assert here.blocks("/admin") is found


@pytest.mark.parametrize(
    ("statement", "blocked"),
    [
        (And((ADMIN, SECRET)), ["/admin/secret"]),
        (Or((ADMIN, SECRET)), ["/admin", "/secret", "/admin/secret"]),
        (Not(ADMIN), ["/", "/secret"]),
        (And((Not(ADMIN), SECRET)), ["/secret"]),
    ],
)
def test_logic_joins_statements(statement, blocked) -> None:
    here = guard_of(statement)
    assert [path for path in ("/", "/admin", "/secret", "/admin/secret") if here.blocks(path)] == blocked


def test_rule_of_a_group_decides_for_the_web_acl() -> None:
    group = OwnGroup("team", (rule(ADMIN, BLOCK, "Inner", labels=("x",)),), {})
    verdict = guard(rule(group, None, "Group")).ask("/admin")
    assert (verdict.action, verdict.rule) == ("BLOCK", "Group#Inner")
    assert verdict.labels == ("awswaf:123456789012:rulegroup:team:x",)


def test_override_of_a_group_counts_what_the_group_would_do() -> None:
    group = OwnGroup("team", (rule(ADMIN, BLOCK, "Inner"),), {})
    verdict = guard(rule(group, None, "Group", counts_only=True)).ask("/admin")
    assert (verdict.action, verdict.counted) == ("ALLOW", ("team#Inner",))


def test_override_of_a_rule_gives_it_another_action() -> None:
    group = OwnGroup(
        "team", (rule(ADMIN, BLOCK, "Inner"), rule(SECRET, COUNT, "Other")), {"Inner": COUNT, "Other": BLOCK}
    )
    here = guard(rule(group, None, "Group"))
    assert not here.blocks("/admin")
    assert here.blocks("/secret")


def test_excluded_rule_of_a_managed_group_still_leaves_its_label() -> None:
    here = guard(rule(ManagedGroup(COMMON, {"GenericLFI_URIPATH": COUNT}), None, "Common"))
    verdict = here.ask("/../../etc/passwd")
    assert not verdict.blocked
    assert verdict.labels == ("awswaf:managed:aws:core-rule-set:GenericLFI_URIPath",)


def test_scope_down_keeps_a_managed_group_from_other_requests() -> None:
    here = guard(rule(ManagedGroup(COMMON, {}, scope_down=contains("/api")), None, "Common"))
    assert here.blocks("/api/../../etc/passwd")
    assert not here.blocks("/../../etc/passwd")


def test_size_is_that_of_the_bytes() -> None:
    here = guard_of(SizeConstraint(content("QueryString"), "GT", 4))
    assert [here.blocks(query="a" * size) for size in (3, 4, 5)] == [False, False, True]
