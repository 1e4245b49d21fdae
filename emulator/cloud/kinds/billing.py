"""AWS::Budgets::Budget and AWS::CE::Anomaly*: nothing is spent here, so they are accepted and noted, not made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html
"""

from __future__ import annotations

from emulator.cloud.clients import Clients
from emulator.cloud.wanted import Wanted
from emulator.model import Created


def accept(wanted: Wanted) -> Created:
    """A made-up name or ARN, and a note."""
    kind = wanted.resource.type.rpartition("::")[2]
    name = f"{wanted.stack}-{wanted.resource.logical_id}"
    arn = f"arn:aws:ce::{wanted.account_id}:{kind.lower()}/{name}"
    physical = name if kind == "Budget" else arn
    attributes = {"MonitorArn": arn, "SubscriptionArn": arn, "AccountId": wanted.account_id}
    return Created(physical, attributes, (f"{name}: {wanted.resource.type} exists on AWS only",))


def forget(_clients: Clients, _created: Created) -> None:
    """There is nothing to delete."""
