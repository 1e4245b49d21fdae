"""One resource as the template wants it, and how its kind talks to the backend."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import coerce
from emulator.cloud.failures import code_of
from emulator.errors import ProvisionError
from emulator.model import Created, Resource

_READY_TIMEOUT_S = 60.0
_READY_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Wanted:
    """`properties` have every intrinsic resolved."""

    resource: Resource
    properties: Mapping[str, Any]
    clients: Clients
    stack: str
    region: str
    account_id: str

    def name(self, property: str, *, longest: int = 255, suffix: str = "", lower: bool = False) -> str:
        """The explicit name, else "<stack>-<LogicalId>", cut with a hash where the service allows less."""
        explicit = self.properties.get(property)
        if explicit:
            return str(explicit)
        plain = f"{self.stack}-{self.resource.logical_id}"
        if len(plain) + len(suffix) > longest:
            digest = hashlib.sha256(plain.encode()).hexdigest()[:8]
            plain = f"{plain[: longest - len(suffix) - 9]}-{digest}"
        return (plain.lower() if lower else plain) + suffix

    def arn(self, service: str, rest: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an API operation ("create_table"), values fitted to its types."""
        return call(self.clients, service, operation, **parameters)

    def find(self, service: str, operation: str, absent: tuple[str, ...], **parameters: Any) -> dict[str, Any] | None:
        """The same, or None when the answer is one of these error codes."""
        return find(self.clients, service, operation, absent, **parameters)

    def tags(self) -> dict[str, str]:
        """The Tags property: a list of Key and Value, or (SSM, some newer types) a map."""
        raw = self.properties.get("Tags") or {}
        if isinstance(raw, Mapping):
            return {str(key): str(value) for key, value in raw.items()}
        return {str(tag["Key"]): str(tag["Value"]) for tag in raw}

    def refuse(self, found: str, fix: str) -> ProvisionError:
        """The error for a change that would lose data."""
        what = f"{self.resource.type} {self.resource.logical_id} cannot be changed in place"
        return ProvisionError(what, where=str(self.resource.place), found=found, fix=fix)

    def unset(self, *handled: str) -> tuple[str, ...]:
        """Notes on the properties that a kind does not set."""
        left = sorted(set(self.properties) - set(handled) - {"Tags"})
        return tuple(f"{self.resource.type} {self.resource.logical_id}: {name} is not set here" for name in left)

    def wait(self, what: str, ready: Callable[[], bool]) -> None:
        """Return once `ready`; raises ProvisionError after a minute."""
        deadline = time.monotonic() + _READY_TIMEOUT_S
        while not ready():
            if time.monotonic() > deadline:
                raise self.refuse(f"{what} not ready after {_READY_TIMEOUT_S:.0f} s", "Look into the backend's log.")
            time.sleep(_READY_POLL_S)


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be done with one resource type. Both are idempotent."""

    ensure: Callable[[Wanted], Created]
    delete: Callable[[Clients, Created], None]


def call(clients: Clients, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call an API operation with values fitted to its types; parameters that are None are left out."""
    client = clients.get(service)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    given = {name: value for name, value in parameters.items() if value is not None}
    fitted = coerce(given, model.input_shape) if model.input_shape is not None else given
    answer: dict[str, Any] = getattr(client, operation)(**fitted)
    return answer


def find(
    clients: Clients, service: str, operation: str, absent: tuple[str, ...], **parameters: Any
) -> dict[str, Any] | None:
    """`call`, or None when the answer is one of the error codes in `absent`."""
    try:
        return call(clients, service, operation, **parameters)
    except ClientError as problem:
        if code_of(problem) in absent:
            return None
        raise


def chosen(properties: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those properties that are given, unchanged."""
    return {name: properties[name] for name in names if properties.get(name) is not None}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most APIs want them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_changes(wanted: Mapping[str, str], found: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What to set and what to remove; tags of AWS's own (aws:…) are left alone."""
    changed = {key: value for key, value in wanted.items() if found.get(key) != value}
    gone = [key for key in found if key not in wanted and not key.startswith("aws:")]
    return changed, gone
