"""Which moves an order may make, what it gives back, and what is the same request."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from orders.domain.ending import cancelled
from orders.domain.errors import ConflictError, ForgedTokenError, KeyReusedError
from orders.domain.idempotency import Request, fingerprint
from orders.domain.order import MOVES, Refund, Status
from orders.domain.paging import PageTokens

from tests.fakes.shop import NOON, an_order

MINUTE = timedelta(minutes=1)
LEGAL = [(before, after) for before, afters in MOVES.items() for after in sorted(afters)]
ILLEGAL = [(before, after) for before in Status for after in Status if after not in MOVES[before]]


@pytest.mark.parametrize(("before", "after"), LEGAL)
def test_legal_move_is_one_version_on(before: Status, after: Status) -> None:
    moved = replace(an_order(), status=before, version=4).moved(after, NOON)
    assert (moved.status, moved.version) == (after, 5)


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_illegal_move_is_a_conflict(before: Status, after: Status) -> None:
    with pytest.raises(ConflictError) as refused:
        replace(an_order(), status=before).moved(after, NOON)
    assert refused.value.code == "illegal_move"


def test_total_is_the_sum_of_units_times_price() -> None:
    assert an_order(units=3).total == 3750


def test_pending_order_has_nothing_to_give_back() -> None:
    ended, stock = cancelled(an_order(), NOON, "abandoned", MINUTE)
    assert (ended.refund, ended.due_at, stock) == (Refund.NONE, None, {})


@pytest.mark.parametrize("status", [Status.RESERVED, Status.PAID])
def test_order_that_holds_units_returns_them_and_owes_a_refund(status: Status) -> None:
    ended, stock = cancelled(replace(an_order(), status=status), NOON, "changed my mind", MINUTE)
    assert (ended.refund, ended.due_at, stock) == (Refund.DUE, NOON + MINUTE, {"mug": 2})


def test_order_as_placed_is_what_the_first_answer_said() -> None:
    order = an_order()
    paid = order.moved(Status.RESERVED, NOON + MINUTE).moved(Status.PAID, NOON + MINUTE, payment_id="p")
    placed = paid.as_placed()
    assert (placed.status, placed.version, placed.updated_at) == (Status.PENDING, 1, NOON)


def test_idempotency_key_decides_the_id_per_caller_and_kind() -> None:
    request = Request("order", "ada", "key", "f")
    ids = {
        request.id_for(str),
        Request("order", "bob", "key", "f").id_for(str),
        Request("product", "ada", "key", "f").id_for(str),
    }
    assert len(ids) == 3
    assert request.id_for(str) == Request("order", "ada", "key", "other body").id_for(str)


def test_without_a_key_every_request_makes_something_new() -> None:
    numbers = iter("12")
    request = Request("order", "ada", "", "f")
    assert [request.id_for(lambda: next(numbers)) for _ in range(2)] == ["1", "2"]


def test_fingerprint_does_not_depend_on_how_a_body_is_written() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_key_with_another_body_is_refused() -> None:
    with pytest.raises(KeyReusedError):
        Request("order", "ada", "key", "f").require_same("g")


def test_page_token_opens_only_the_list_it_came_from() -> None:
    tokens = PageTokens(lambda: "secret")
    token = tokens.sign("orders of ada", "2026#1")
    assert tokens.position("orders of ada", token) == "2026#1"
    assert tokens.position("orders of ada", None) is None
    for listed, forged in (("orders of bob", token), ("orders of ada", f"A{token}"), ("orders of ada", "%%%")):
        with pytest.raises(ForgedTokenError):
            tokens.position(listed, forged)


def test_last_page_has_no_token() -> None:
    assert PageTokens(lambda: "secret").sign("orders", None) is None
