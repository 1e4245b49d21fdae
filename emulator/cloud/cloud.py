"""Creates a stack's resources on a backend: idempotent, adopting what exists, never losing data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling, provisioning
from emulator.cloud.lookups import AccountLookups
from emulator.cloud.registry import kinds
from emulator.cloud.wanted import Wanted
from emulator.errors import ProvisionError
from emulator.model import Created, Endpoints, Lookups, Resource


class Cloud:
    """The resources of one stack. Not for use from several threads at once."""

    def __init__(self, endpoints: Endpoints, *, region: str, account_id: str, stack: str) -> None:
        self.clients = Clients(endpoints, region=region, account_id=account_id)
        self._region, self._account_id, self._stack = region, account_id, stack
        self._kinds = kinds()
        self.lookups: Lookups = AccountLookups(self.clients)

    def supports(self, type: str) -> bool:
        """True when `ensure` knows the resource type."""
        return type in self._kinds

    def expect(self, types: Iterable[str]) -> None:
        """Make the clients for these resource types now; needs no backend."""
        for service in dict.fromkeys(_service(type) for type in types if self.supports(type)):
            with suppress(BotoCoreError, ValueError):  # said by `ensure`, which knows the resource
                self.clients.get(service)

    def ensure(self, resource: Resource, properties: Mapping[str, Any]) -> Created:
        """Create, adopt or update in place. `properties` have every intrinsic resolved.

        Raises ProvisionError, also where only a replacement would do, and BackendUnavailableError.
        """
        kind = self._kinds.get(resource.type)
        if kind is None:
            raise ProvisionError(
                f"{resource.type} is not supported",
                where=str(resource.place),
                found=resource.logical_id,
                fix="Remove it, or put it behind a condition that is false here.",
            )
        wanted = Wanted(resource, properties, self.clients, self._stack, self._region, self._account_id)
        with provisioning(resource, self.clients.url(_service(resource.type))):
            return kind.ensure(wanted)

    def delete(self, type: str, created: Created) -> None:
        """Delete with all data; nothing happens where it is gone. Raises BackendError."""
        kind = self._kinds.get(type)
        if kind is not None:
            with calling(self.clients.url(_service(type))):
                kind.delete(self.clients, created)


def _service(type: str) -> str:
    service = type.split("::")[1].lower()
    return "cognito-idp" if service == "cognito" else service
