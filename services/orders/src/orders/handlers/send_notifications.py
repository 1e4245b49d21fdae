"""Takes events off the queue of notifications, from the topic of order events and from the shop's bus."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from orders import wiring
from orders.journal import correlated, count, journalled, log

_env = wiring.environment()
_notify = wiring.notify(_env)
_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@journalled(_env.stage, "NotificationProcessor")
def handler(event: dict[str, Any], context: Any) -> Any:
    """`{"batchItemFailures": [...]}`"""
    return process_partial_response(event, _one, _processor, context)


def _one(record: SQSRecord) -> None:
    told = json.loads(record.body)
    with correlated(str(told.get("correlationId", "")), eventType=told.get("eventType")):
        written = _notify.notify(told)
        count(NotificationsWritten=int(written))
        log.info("notified" if written else "nothing to tell", eventId=told["eventId"])
