"""The work of the provisioner: reads the template with the account's values, and creates what it describes."""

from __future__ import annotations

from collections.abc import Sequence

from emulator import template
from emulator.app import surroundings
from emulator.app.exports import SharedExports
from emulator.app.progress import tell
from emulator.app.provision import Provisioned, provision
from emulator.cloud import Cloud
from emulator.settings import Settings
from emulator.system_spec import SystemSpec


class Creation:
    """Implements `provisioner.Work` for one system."""

    def __init__(self, spec: SystemSpec, chosen: Settings) -> None:
        self._spec, self._settings = spec, chosen
        self._cloud: tuple[str, Cloud] | None = None

    def expect(self, stack: str, types: Sequence[str]) -> None:
        """Makes the clients of these resource types."""
        cloud = cloud_of(self._spec, self._settings, stack)
        cloud.expect(types)
        self._cloud = (stack, cloud)

    def create(self) -> Provisioned:
        """Idempotent; raises TemplateError, ProvisionError or BackendError."""
        spec = self._spec
        context = surroundings.context(spec, self._settings, exports_of(spec, self._settings))
        loaded = template.load(spec.template, context)
        if self._cloud is None or self._cloud[0] != loaded.name:
            self._cloud = (loaded.name, cloud_of(spec, self._settings, loaded.name))
        return provision(loaded, self._cloud[1], spec.state / "stacks" / f"{loaded.name}.json", tell)


def cloud_of(spec: SystemSpec, chosen: Settings, stack: str) -> Cloud:
    """The backend's resources of a stack."""
    return Cloud(spec.endpoints, region=chosen.region, account_id=chosen.account_id, stack=stack)


def exports_of(spec: SystemSpec, chosen: Settings) -> SharedExports:
    """What other local stacks export, and what the account knows."""
    return SharedExports(spec.state / "exports", cloud_of(spec, chosen, spec.name).lookups)
