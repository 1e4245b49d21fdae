"""The payment client against a real HTTP server that declines, fails, falls silent or answers twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from orders.domain.errors import UnavailableError
from orders.gateways.circuit_breaker import CircuitBreaker
from orders.gateways.http_call import HttpAnswer, NoAnswerError, post
from orders.gateways.payment_gateway import HttpPayments
from orders.services.ports import Charge, Charged

from tests.fakes.payment_gateway import SECRET, RunningGateway, running_gateway

TIMEOUT_S = 0.3


@dataclass
class Client:
    """The client, with pauses that are noted instead of made."""

    gateway: RunningGateway
    secret: str = SECRET
    failures: int = 100
    clock: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.payments = HttpPayments(
            self.gateway.url,
            lambda: self.secret,
            post=post,
            timeout_s=TIMEOUT_S,
            breaker=CircuitBreaker(self.failures, 15, lambda: self.clock),
            sleep=self.pauses.append,
            random=lambda: 0.5,
        )

    def charge(self, key: str, method: str, amount: int = 2500) -> Charged:
        return self.payments.charge(Charge(key, amount, "EUR", method, "c1"))


@pytest.fixture
def gateway() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture
def client(gateway: RunningGateway) -> Client:
    return Client(gateway)


def test_charge_that_is_approved_has_a_payment_id(client: Client) -> None:
    assert client.charge("o1", "pm_card") == Charged(payment_id="pay_o1")
    assert client.gateway.kept("o1") == 2500


def test_charge_that_is_asked_for_twice_is_taken_once(client: Client) -> None:
    assert client.charge("o1", "pm_card") == client.charge("o1", "pm_card")
    assert client.gateway.ledger.find("o1").times_taken == 1


def test_declined_card_is_an_answer_and_not_asked_again(client: Client) -> None:
    assert client.charge("o1", "pm_decline") == Charged(reason="card_declined")
    assert client.gateway.ledger.find("o1").attempts == 1


def test_failing_gateway_is_asked_again_with_growing_pauses(client: Client) -> None:
    assert client.charge("o1", "pm_fail_2") == Charged(payment_id="pay_o1")
    assert client.pauses == pytest.approx([0.4, 0.8])


def test_gateway_that_keeps_failing_is_unavailable_after_three_calls(client: Client) -> None:
    with pytest.raises(UnavailableError):
        client.charge("o1", "pm_fail")
    assert client.gateway.ledger.find("o1").attempts == 3


def test_silent_gateway_is_unavailable_within_the_timeouts(client: Client) -> None:
    began = time.monotonic()

    with pytest.raises(UnavailableError):
        client.charge("o1", "pm_hang")

    assert time.monotonic() - began < 3 * TIMEOUT_S + 1
    assert client.gateway.ledger.find("o1").times_taken == 1


def test_gateway_that_was_silent_once_took_the_money_once(client: Client) -> None:
    assert client.charge("o1", "pm_hang_1") == Charged(payment_id="pay_o1")
    assert client.gateway.ledger.find("o1").times_taken == 1


def test_second_answer_is_never_taken_for_the_next_order(client: Client) -> None:
    assert client.charge("o1", "pm_twice") == Charged(payment_id="pay_o1")
    assert client.charge("o2", "pm_decline") == Charged(reason="card_declined")
    assert client.charge("o3", "pm_card") == Charged(payment_id="pay_o3")


def test_answer_about_another_order_is_no_answer(gateway: RunningGateway) -> None:
    said = b'{"idempotencyKey": "other", "status": "approved", "paymentId": "pay", "amount": 2500}'
    payments = HttpPayments(
        gateway.url,
        lambda: SECRET,
        post=lambda *_: HttpAnswer(200, said),
        timeout_s=1,
        breaker=CircuitBreaker(100, 15, lambda: 0.0),
        sleep=lambda _: None,
        random=lambda: 0.5,
    )
    with pytest.raises(UnavailableError):
        payments.charge(Charge("o1", 2500, "EUR", "pm_card", "c1"))


def test_refund_gives_back_what_was_taken(client: Client) -> None:
    client.charge("o1", "pm_card")

    assert client.payments.refund("o1", "c1") == 2500
    assert client.payments.refund("o1", "c1") == 2500
    assert client.gateway.kept("o1") == 0


def test_charge_after_its_refund_takes_nothing(client: Client) -> None:
    assert client.payments.refund("o1", "c1") == 0
    assert client.charge("o1", "pm_card") == Charged(reason="voided")
    assert client.gateway.kept("o1") == 0


def test_wrong_api_key_is_unavailable_and_no_decline(gateway: RunningGateway) -> None:
    with pytest.raises(UnavailableError):
        Client(gateway, secret="wrong").charge("o1", "pm_card")


def test_circuit_opens_after_failures_and_one_probe_closes_it(gateway: RunningGateway) -> None:
    client = Client(gateway, failures=3)
    with pytest.raises(UnavailableError):
        client.charge("o1", "pm_fail")

    with pytest.raises(UnavailableError, match="left alone"):
        client.charge("o2", "pm_card")
    assert gateway.ledger.find("o2").attempts == 0

    client.clock = 15
    assert client.charge("o2", "pm_card") == Charged(payment_id="pay_o2")
    assert client.charge("o3", "pm_card") == Charged(payment_id="pay_o3")


def test_probe_that_fails_opens_the_circuit_again(gateway: RunningGateway) -> None:
    client = Client(gateway, failures=3)
    with pytest.raises(UnavailableError):
        client.charge("o1", "pm_fail")
    client.clock = 15

    with pytest.raises(UnavailableError, match="left alone"):
        client.charge("o1", "pm_fail")

    assert gateway.ledger.find("o1").attempts == 4


def test_nobody_at_home_is_no_answer() -> None:
    with running_gateway() as gone:
        url = gone.url
    with pytest.raises(NoAnswerError):
        post(f"{url}/charges", b"{}", {}, 1)
