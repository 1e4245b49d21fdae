"""The payment gateway's API: charges and refunds, each known by an Idempotency-Key, the order's id.

POST <url>/charges {"amount": 1999, "currency": "EUR", "paymentMethod": "pm_…"}
  200 {"idempotencyKey", "status": "approved", "paymentId", "amount"}
  402 {"idempotencyKey", "status": "declined", "reason"}
  409 {"idempotencyKey", "status": "voided"}: refunded before it was charged
POST <url>/refunds {}
  200 {"idempotencyKey", "status": "refunded", "amount"}: what was taken and is given back, 0 for nothing
Anything else, silence among it, says nothing about the money: the same call is made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from orders.domain.errors import UnavailableError
from orders.gateways.circuit_breaker import CircuitBreaker
from orders.gateways.http_call import HttpAnswer, NoAnswerError
from orders.services.ports import Charge, Charged

Post = Callable[[str, bytes, dict[str, str], float], HttpAnswer]
_TRIES = 3
_SHORTEST_PAUSE_S = 0.2


class HttpPayments:
    """Implements the port Payments."""

    def __init__(
        self,
        url: str,
        secret: Callable[[], str],
        *,
        post: Post,
        timeout_s: float,
        breaker: CircuitBreaker,
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._url, self._secret, self._post, self._timeout_s = url.rstrip("/"), secret, post, timeout_s
        self._breaker, self._sleep, self._random = breaker, sleep, random

    def charge(self, charge: Charge) -> Charged:
        body = {"amount": charge.amount, "currency": charge.currency, "paymentMethod": charge.payment_method}
        said = self._ask("charges", charge.key, charge.correlation_id, body, ("approved", "declined", "voided"))
        if said["status"] != "approved":
            return Charged(reason=str(said.get("reason") or said["status"]))
        if said.get("amount") != charge.amount or not said.get("paymentId"):
            raise UnavailableError(f"payment gateway: charge {charge.key} is approved for another amount")
        return Charged(payment_id=str(said["paymentId"]))

    def refund(self, key: str, correlation_id: str) -> int:
        return int(self._ask("refunds", key, correlation_id, {}, ("refunded",))["amount"])

    def _ask(
        self, what: str, key: str, correlation_id: str, body: dict[str, Any], known: tuple[str, ...]
    ) -> dict[str, Any]:
        """Up to three calls, with pauses that grow and never are the same for two callers."""
        why = ""
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(_SHORTEST_PAUSE_S * 2**attempt * (0.5 + self._random()))
            if not self._breaker.admits():
                raise UnavailableError(f"payment gateway: left alone after failures {why}".rstrip())
            said, why = self._once(what, key, correlation_id, body, known)
            if said is not None:
                self._breaker.succeeded()
                return said
            self._breaker.failed()
        raise UnavailableError(f"payment gateway: {why}")

    def _once(
        self, what: str, key: str, correlation_id: str, body: dict[str, Any], known: tuple[str, ...]
    ) -> tuple[dict[str, Any] | None, str]:
        """The gateway's word, or why there is none."""
        headers = {
            "authorization": f"Bearer {self._secret()}",
            "content-type": "application/json",
            "idempotency-key": key,
            "x-correlation-id": correlation_id,
        }
        try:
            answer = self._post(f"{self._url}/{what}", json.dumps(body).encode(), headers, self._timeout_s)
        except NoAnswerError as error:
            return None, str(error)
        said = _object(answer.body)
        if answer.status in (200, 402, 409) and said.get("idempotencyKey") == key and said.get("status") in known:
            return said, ""
        return None, f"{what} {key} answered {answer.status}"


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
