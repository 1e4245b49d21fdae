"""Takes orders off their queue: one message, one order brought to where it can rest.

A failed message keeps back what its customer ordered later, and comes again soon, not only when the queue's visibility
timeout is over. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from orders import wiring
from orders.domain.errors import UnavailableError
from orders.gateways.clients import client
from orders.journal import correlated, count, journalled, log

_env = wiring.environment()
_process = wiring.process_order(_env)
_sqs = client("sqs")
_processor = SqsFifoPartialProcessor(skip_group_on_error=True)
_processor.raise_on_entire_batch_failure = False
_retry_s, _max_attempts = _env.number("RETRY_SECONDS"), _env.number("MAX_ATTEMPTS")


@journalled(_env.stage, "OrderProcessor")
def handler(event: dict[str, Any], context: Any) -> Any:
    """`{"batchItemFailures": [...]}`"""
    answer = process_partial_response(event, _one, _processor, context)
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    for record in event["Records"]:
        if record["messageId"] in failed:
            _come_again_soon(record)
    return answer


def _one(record: SQSRecord) -> None:
    message = json.loads(record.body)
    with correlated(str(message.get("correlationId", "")), orderId=message["orderId"]):
        try:
            order = _process.process(message["orderId"])
            count(OrderAttemptsFailed=0)
        except Exception as failure:
            log.error("order failed", why=str(failure), exc_info=not isinstance(failure, UnavailableError))
            count(OrderAttemptsFailed=1)
            raise
        log.info("order rests", status=order.status.value, version=order.version)


def _come_again_soon(record: dict[str, Any]) -> None:
    """Also what was kept back because an earlier message of its group failed. After the last attempt at once: the queue
    then puts the message away, and what the customer ordered later is not held up any longer."""
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    wait_s = _retry_s * 4 ** (attempt - 1) if attempt < _max_attempts else 0
    _sqs.change_message_visibility(
        QueueUrl=_env.orders_queue_url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=wait_s
    )
