"""Sends a record to the ARN that a function or event source names: SQS, SNS, Lambda or an EventBridge bus.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.queue_client import string_attributes
from emulator.cloud.wanted import call
from emulator.errors import BackendRefusedError


class DestinationClient:
    """Implements the port of the same name in sources."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Returns once the destination accepted `body`. Attributes are message attributes of SQS and SNS."""
        service = arn.split(":")[2] if arn.count(":") >= 5 else ""
        with calling(self._clients.url(service)):
            if service == "sqs":
                self._to_queue(arn, body, attributes)
            elif service == "sns":
                given = string_attributes(attributes)
                call(self._clients, "sns", "publish", TopicArn=arn, Message=body, MessageAttributes=given)
            elif service == "lambda":
                call(self._clients, "lambda", "invoke", FunctionName=arn, InvocationType="Event", Payload=body.encode())
            elif service == "events":
                self._to_bus(arn, body)
            else:
                raise BackendRefusedError(
                    "Not a destination", found=arn, fix="Name a queue, topic, function or event bus by its ARN."
                )

    def _to_queue(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        account, name = arn.split(":")[4:6]
        url = call(self._clients, "sqs", "get_queue_url", QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        given = string_attributes(attributes)
        call(self._clients, "sqs", "send_message", QueueUrl=url, MessageBody=body, MessageAttributes=given)

    def _to_bus(self, arn: str, body: str) -> None:
        """The event as Lambda puts it on a bus; source and detail type are AWS's."""
        entry = {
            "Source": "lambda",
            "DetailType": "Lambda Function Invocation Result",
            "Detail": body,
            "EventBusName": arn,
        }
        answer = call(self._clients, "events", "put_events", Entries=[entry])
        if answer.get("FailedEntryCount"):
            raise BackendRefusedError("The event bus refused the record", where=arn, found=str(answer["Entries"]))
