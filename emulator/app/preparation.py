"""What a system can do before its backend answers: translate the template, install and preload packages."""

from __future__ import annotations

import threading
from collections.abc import Callable

from emulator import template
from emulator.app import surroundings
from emulator.errors import LookupFailedError, TerrariumError
from emulator.runtime import Launchers
from emulator.settings import Settings
from emulator.system_spec import SystemSpec
from emulator.template import Template


class Preparation:
    """Works in a thread of its own and fills caches only; what is wrong is found again, and told, by the real start."""

    def __init__(
        self, spec: SystemSpec, chosen: Settings, launchers: Launchers, loaded: Callable[[Template], None]
    ) -> None:
        self._spec, self._settings, self._launchers, self._tell = spec, chosen, launchers, loaded
        self._thread = threading.Thread(target=self._prepare, name="preparation", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Wait for the template; packages may go on."""
        self._thread.join()

    def _prepare(self) -> None:
        try:
            known = surroundings.context(self._spec, self._settings, _NoAccount())
            loaded = template.load(self._spec.template, known)
        except TerrariumError:
            return
        self._tell(loaded)
        self._launchers.prepare(loaded.programs)


class _NoAccount:
    """Implements `model.Lookups` while nobody can be asked."""

    def ssm_parameter(self, name: str, version: str | None) -> str:  # noqa: ARG002
        raise LookupFailedError("The backend does not answer yet", found=name)

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:  # noqa: ARG002
        raise LookupFailedError("The backend does not answer yet", found=secret_id)

    def export(self, name: str) -> str:
        raise LookupFailedError("The backend does not answer yet", found=name)
