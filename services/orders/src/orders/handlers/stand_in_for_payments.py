"""The payment gateway's stand-in over HTTP: POST charges and refunds, GET payments/{key}. In dev only."""

from __future__ import annotations

import json
import time
from hmac import compare_digest
from typing import Any

from orders import wiring
from orders.stand_in.paying import Answer, Manner, charge, refund, shown

_env = wiring.environment()
_ledger, _secret = wiring.stand_in(_env)
_SILENCE_S = 8
"""Longer than any client waits."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """API Gateway's answer."""
    if not compare_digest(event["headers"].get("authorization", ""), f"Bearer {_secret()}"):
        return _as_json(Answer(401, {"message": "Unknown API key."}))
    answer = _answer(event)
    if answer.manner is Manner.NEVER:
        time.sleep(_SILENCE_S)
    return _as_json(answer)


def _answer(event: dict[str, Any]) -> Answer:
    route, key = event["routeKey"], event["headers"].get("idempotency-key", "")
    if route.startswith("GET"):
        return Answer(200, shown(_ledger.find(event["pathParameters"]["key"])))
    if not key:
        return Answer(400, {"message": "Send an Idempotency-Key."})
    if route.endswith("/refunds"):
        return refund(_ledger, key)
    asked = json.loads(event["body"])
    return charge(_ledger, key, int(asked["amount"]), str(asked["paymentMethod"]))


def _as_json(answer: Answer) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    return {"statusCode": answer.status, "headers": headers, "body": json.dumps(dict(answer.body))}
