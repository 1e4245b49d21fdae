"""Rate-based rules on a clock that the test moves."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model.web_acls import ForwardedAddress, LabelMatch, RateBased, RateKey
from tests.fakes.web_acls import BLOCK, COUNT, Guard, contains, guard, guard_of, rule

IP = (RateKey("IP"),)


def rate(*keys: RateKey, limit: int = 10, window_s: int = 60, **values: Any) -> RateBased:
    return RateBased(limit, window_s, keys, **values)


def answers(here: Guard, count: int, **asked: Any) -> list[bool]:
    return [here.blocks(**asked) for _ in range(count)]


def test_request_above_the_limit_is_blocked() -> None:
    assert answers(guard_of(rate(*IP)), 12) == [False] * 10 + [True] * 2


@pytest.mark.parametrize("window_s", [60, 120, 300, 600])
def test_client_is_let_in_again_when_the_window_has_passed(window_s: int) -> None:
    here = guard_of(rate(*IP, window_s=window_s))
    answers(here, 11)
    here.clock.move(window_s - 10)
    assert here.blocks()
    here.clock.move(window_s + 10)
    assert not here.blocks()


def test_each_client_has_its_own_count() -> None:
    here = guard_of(rate(*IP))
    answers(here, 11, client="10.0.0.1")
    assert here.blocks(client="10.0.0.1")
    assert not here.blocks(client="10.0.0.2")


def test_constant_key_counts_everybody_together() -> None:
    here = guard_of(rate(scope_down=contains("/login")))
    for number in range(10):
        here.ask("/login", client=f"10.0.0.{number}")
    assert here.blocks("/login", client="10.9.9.9")


def test_only_requests_of_the_scope_count_and_are_blocked() -> None:
    here = guard_of(rate(*IP, scope_down=contains("/login")))
    answers(here, 20)
    assert answers(here, 11, path="/login")[-2:] == [False, True]
    assert not here.blocks("/")


def test_forwarded_address_is_the_key() -> None:
    here = guard_of(rate(RateKey("ForwardedIP"), forwarded=ForwardedAddress("x-forwarded-for", "NO_MATCH")))
    assert answers(here, 11, headers=[("x-forwarded-for", "8.8.8.8")])[-1]
    assert not here.blocks(headers=[("x-forwarded-for", "8.8.4.4")])
    assert not any(answers(here, 12))


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (RateKey("Header", "x-key"), {"headers": [("x-key", "a")]}, {"headers": [("x-key", "b")]}),
        (RateKey("Header", "x-key", ("LOWERCASE",)), {"headers": [("x-key", "A")]}, {"headers": [("x-key", "b")]}),
        (RateKey("Cookie", "sid"), {"headers": [("cookie", "sid=1")]}, {"headers": [("cookie", "sid=2")]}),
        (RateKey("QueryArgument", "q"), {"query": "q=1"}, {"query": "q=2"}),
        (RateKey("QueryString"), {"query": "q=1"}, {"query": "q=2"}),
        (RateKey("HTTPMethod"), {"method": "GET"}, {"method": "POST"}),
        (RateKey("UriPath"), {"path": "/a"}, {"path": "/b"}),
    ],
)
def test_custom_key_tells_requests_apart(key: RateKey, one: dict[str, Any], other: dict[str, Any]) -> None:
    here = guard_of(rate(key))
    assert answers(here, 11, **one)[-1]
    assert not here.blocks(**other)


def test_request_without_a_part_of_the_key_is_not_counted() -> None:
    here = guard_of(rate(RateKey("IP"), RateKey("Header", "x-key")))
    assert not any(answers(here, 12))


def test_labels_of_a_namespace_are_a_key() -> None:
    here = guard(
        rule(contains("/gold"), COUNT, "Gold", labels=("plan:gold",)),
        rule(rate(RateKey("LabelNamespace", "plan:")), BLOCK, "Rate"),
    )
    assert answers(here, 11, path="/gold")[-1]
    assert not any(answers(here, 12))


def test_rate_may_be_limited_to_what_earlier_rules_labelled() -> None:
    labelled = rate(*IP, scope_down=LabelMatch("LABEL", "plan:gold"))
    here = guard(rule(contains("/gold"), COUNT, labels=("plan:gold",)), rule(labelled, BLOCK, "Rate"))
    assert answers(here, 11, path="/gold")[-1]
    assert not here.blocks("/")


def test_ten_thousand_clients_are_counted_and_the_quietest_forgotten() -> None:
    here = guard_of(rate(*IP, limit=1))
    here.ask(client="10.0.0.1")
    for number in range(10_000):
        here.ask(client=f"11.0.{number // 256}.{number % 256}")
    assert not here.blocks(client="10.0.0.1")
    assert here.blocks(client="11.0.39.15")
