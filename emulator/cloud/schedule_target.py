"""Calls what a schedule's target ARN names: templated targets by their service, universal targets by their operation.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from botocore import xform_name
from botocore.exceptions import DataNotFoundError, ParamValidationError

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.queue_client import queue_url
from emulator.cloud.wanted import call, find
from emulator.errors import BackendRefusedError

_UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
# Scheduler names services as the SDK for Java does, where boto3 differs.
_SERVICES: Mapping[str, str] = MappingProxyType(
    {"sfn": "stepfunctions", "eventbridge": "events", "cloudwatchlogs": "logs"}
)


class ScheduleTargets:
    """Implements the port of the same name in sources."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def send(self, arn: str, body: str, parameters: Mapping[str, Any]) -> None:
        """Returns once the target accepted `body`; raises BackendUnavailableError or BackendRefusedError."""
        if arn.startswith(_UNIVERSAL):
            service, _, action = arn.removeprefix(_UNIVERSAL).partition(":")
            self._call(_SERVICES.get(service, service), xform_name(action), _members(arn, body))
            return
        service = arn.split(":")[2] if arn.count(":") >= 5 else ""
        if service == "sqs":
            self._to_queue(arn, body, parameters.get("SqsParameters") or {})
        elif service == "events":
            self._to_bus(arn, body, parameters.get("EventBridgeParameters") or {})
        elif service == "states":
            self._call("stepfunctions", "start_execution", {"stateMachineArn": arn, "input": body})
        else:
            self._call(service, *_simple(service, arn, body, parameters))

    def forget(self, name: str, group: str) -> None:
        """Delete the schedule; nothing happens where it is gone."""
        with calling(self._clients.url("scheduler")):
            find(
                self._clients,
                "scheduler",
                "delete_schedule",
                ("ResourceNotFoundException",),
                Name=name,
                GroupName=group,
            )

    def _call(self, service: str, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        try:
            with calling(self._clients.url(service)):
                return call(self._clients, service, operation, **members)
        except (ParamValidationError, DataNotFoundError, KeyError, ValueError, TypeError) as problem:
            raise BackendRefusedError(
                "The target of a schedule cannot be called so",
                where=f"{service}:{operation}",
                found=f"ValidationException: {' '.join(str(problem).split())}",
            ) from problem

    def _to_queue(self, arn: str, body: str, parameters: Mapping[str, Any]) -> None:
        with calling(self._clients.url("sqs")):
            url = queue_url(self._clients, arn)
        members = {"QueueUrl": url, "MessageBody": body, "MessageGroupId": parameters.get("MessageGroupId")}
        self._call("sqs", "send_message", members)

    def _to_bus(self, arn: str, body: str, parameters: Mapping[str, Any]) -> None:
        """Scheduler makes an event of its Input; a rule passes its event on."""
        if parameters:
            entry = {"Source": parameters.get("Source"), "DetailType": parameters.get("DetailType"), "Detail": body}
        else:
            event = _members(arn, body)
            entry = {
                "Source": event.get("source"),
                "DetailType": event.get("detail-type"),
                "Detail": json.dumps(event.get("detail", {})),
                "Resources": event.get("resources", []),
                "Time": event.get("time"),
            }
        answer = self._call("events", "put_events", {"Entries": [{**entry, "EventBusName": arn}]})
        if answer.get("FailedEntryCount"):
            failed = answer["Entries"][0]
            found = f"{failed.get('ErrorCode')}: {failed.get('ErrorMessage')}"
            raise BackendRefusedError("The event bus refused the event", where=arn, found=found)


def _simple(service: str, arn: str, body: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Operation and parameters of targets that take one call."""
    if service == "sns":
        return "publish", {"TopicArn": arn, "Message": body}
    if service == "lambda":
        return "invoke", {"FunctionName": arn, "InvocationType": "Event", "Payload": body.encode()}
    if service == "kinesis":
        key = (parameters.get("KinesisParameters") or {}).get("PartitionKey") or str(uuid.uuid4())
        return "put_record", {"StreamName": arn.rpartition("/")[2], "Data": body.encode(), "PartitionKey": key}
    if service == "firehose":
        return "put_record", {"DeliveryStreamName": arn.rpartition("/")[2], "Record": {"Data": body.encode()}}
    raise BackendRefusedError("Not a target of a schedule", found=arn, fix="Name a function, queue, topic or bus.")


def _members(arn: str, body: str) -> dict[str, Any]:
    try:
        members = json.loads(body)
    except ValueError:
        members = None
    if not isinstance(members, dict):
        raise BackendRefusedError(
            "The target takes a JSON object", where=arn, found=f"ValidationException: {body[:80]}"
        )
    return members
